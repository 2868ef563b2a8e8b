ALTER TABLE jobs DROP CONSTRAINT jobs_pkey;
ALTER TABLE jobs ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);
ALTER TABLE jobs ADD CONSTRAINT jobs_run_id_key UNIQUE (run_id);

INSERT INTO stored_events (stream, sequence, "position", id, tenant, actor, kind, version, attempt, request_id, at, data) OVERRIDING SYSTEM VALUE
SELECT stream, sequence, "position", id, tenant, actor, kind, version, attempt, request_id, at, data FROM queued_events;
DROP VIEW events;
DROP VIEW queued_events;
DROP INDEX runs_by_queued_position;
ALTER TABLE runs DROP COLUMN queued_data, DROP COLUMN queued_request, DROP COLUMN queued_event, DROP COLUMN queued_position;
ALTER TABLE stored_events RENAME TO events;
