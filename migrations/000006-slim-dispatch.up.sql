-- A run is accepted by the thousand a second, and each index over it costs as much as the row. Lists go by id in descending order, which is the
-- order of making: what a tenant or a status selects is read from the primary key, or from the few runs that have not ended.
DROP INDEX runs_by_tenant;
DROP INDEX runs_by_tenant_and_status;
DROP INDEX runs_by_project_and_status;
-- Members of both documents that a row leaves out are as in `lean.ts` of the store.

-- A job is inserted with its run and deleted with it, by whoever does so: checking each cost as much as inserting it.
ALTER TABLE jobs DROP CONSTRAINT jobs_run_id_fkey;
-- Jobs at work are as few as there are slots.
DROP INDEX jobs_published;
DROP INDEX jobs_at_work_by_pool;
DROP INDEX jobs_at_work;
CREATE INDEX jobs_at_work ON jobs (project_id, pool) WHERE status <> 'pending';
