DROP INDEX events_by_position;
ALTER TABLE events ADD CONSTRAINT events_position_key UNIQUE ("position");
