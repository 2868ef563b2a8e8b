-- Positions only ever grow, and are read in ranges: that a range lies in some pages is all that needs to be known of them. An entry for each event
-- took 70 bytes of log. No two are alike, since nobody but the sequence gives them.
ALTER TABLE events DROP CONSTRAINT events_position_key;
CREATE INDEX events_by_position ON events USING brin ("position") WITH (pages_per_range = 32, autosummarize = on);
