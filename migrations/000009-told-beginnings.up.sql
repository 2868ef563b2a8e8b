-- The first event of an accepted run says what the run's row says: a row of its own cost a fifth of accepting a run. Where `queued_position` is set, the
-- event is told from the row, by columns that never change; `events` is the whole log, for whoever reads it.
ALTER TABLE events RENAME TO stored_events;
ALTER TABLE runs
  ADD COLUMN queued_position bigint,
  ADD COLUMN queued_event uuid,
  -- Null: the request that the run's work names.
  ADD COLUMN queued_request text,
  -- What of the event's data no other column says.
  ADD COLUMN queued_data jsonb;
CREATE INDEX runs_by_queued_position ON runs USING brin (queued_position) WITH (pages_per_range = 32, autosummarize = on);

CREATE VIEW queued_events AS
SELECT id AS run, 'run.' || id AS stream, 1 AS sequence, queued_position AS "position", queued_event AS id, tenant, actor, 'run.queued' AS kind, 1 AS version, NULL::integer AS attempt,
  coalesce(queued_request, work ->> 'requestId') AS request_id, created_at AS at,
  jsonb_build_object('kind', 'run.queued', 'prompt', prompt, 'retryOf', NULL, 'pinned', jsonb_build_array(work -> 'terms')) || queued_data AS data
FROM runs WHERE queued_position IS NOT NULL;

CREATE VIEW events AS
SELECT stream, sequence, "position", id, tenant, actor, kind, version, attempt, request_id, at, data FROM stored_events
UNION ALL
SELECT stream, sequence, "position", id, tenant, actor, kind, version, attempt, request_id, at, data FROM queued_events;

-- Whoever asks for a job knows its run.
ALTER TABLE jobs DROP CONSTRAINT jobs_pkey;
ALTER TABLE jobs DROP CONSTRAINT jobs_run_id_key;
ALTER TABLE jobs ADD CONSTRAINT jobs_pkey PRIMARY KEY (run_id);
