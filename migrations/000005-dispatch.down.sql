ALTER TABLE runs RESET (toast_tuple_target);
DROP TABLE pins;

ALTER TABLE jobs RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay);
DROP INDEX jobs_at_work_by_pool;
DROP INDEX jobs_pending;
CREATE INDEX jobs_by_project ON jobs (project_id);
CREATE INDEX jobs_pending ON jobs (pool, not_before) WHERE status = 'pending';

ALTER TABLE jobs ADD COLUMN work jsonb CHECK (jsonb_typeof(work) = 'object');
UPDATE jobs SET work = runs.work FROM runs WHERE runs.id = jobs.run_id;
ALTER TABLE jobs ALTER COLUMN work SET NOT NULL;
