-- A job's work is its run's: a second copy cost more to write than all the rest of the job.
ALTER TABLE jobs DROP COLUMN work;

-- In the order in which jobs of one pool and project go out.
DROP INDEX jobs_pending;
DROP INDEX jobs_by_project;
CREATE INDEX jobs_pending ON jobs (pool, project_id, priority DESC, created_at, id) WHERE status = 'pending';
CREATE INDEX jobs_at_work_by_pool ON jobs (pool) WHERE status <> 'pending';
-- Rows come and go by the thousand while few are alive; dead ones must not pile up in front of them.
ALTER TABLE jobs SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

-- Artifacts that stay for good: the profiles and modes that runs were pinned to.
CREATE TABLE pins (
  digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  pinned_at timestamptz NOT NULL DEFAULT now()
);

-- A run's row is some three kilobytes and is written often: compressing it each time cost more than it saved.
ALTER TABLE runs SET (toast_tuple_target = 8160);
