-- A run outlives its project and its task until retention removes it, so neither is a foreign key.
CREATE TABLE runs (
  id uuid PRIMARY KEY,
  tenant uuid NOT NULL,
  actor text NOT NULL,
  project_id uuid NOT NULL,
  task_id uuid,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'waiting', 'paused', 'checking', 'delivering', 'ended')),
  -- `prompt` and `work` never change: an update of the rest does not write them again.
  prompt text NOT NULL,
  work jsonb NOT NULL CHECK (jsonb_typeof(work) = 'object'),
  -- The rest of what lists and the API show.
  document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object'),
  -- What decisions need to know.
  state jsonb NOT NULL CHECK (jsonb_typeof(state) = 'object'),
  pool text NOT NULL,
  exclusive_key text,
  attempt integer NOT NULL CHECK (attempt >= 0),
  lease_worker uuid,
  lease_until timestamptz,
  last_ordinal integer NOT NULL CHECK (last_ordinal >= 0),
  slice_micro_usd bigint NOT NULL CHECK (slice_micro_usd >= 0),
  slice_tokens bigint NOT NULL CHECK (slice_tokens >= 0),
  -- The UTC day whose purses the slice came from, as text: it is part of a purse's name.
  slice_day text CHECK (slice_day ~ '^\d{4}-\d\d-\d\d$'),
  version integer NOT NULL CHECK (version >= 0),
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  CHECK ((lease_worker IS NULL) = (lease_until IS NULL))
);
CREATE INDEX runs_by_tenant ON runs (tenant, id);
CREATE INDEX runs_by_tenant_and_status ON runs (tenant, status, id);
CREATE INDEX runs_by_project ON runs (project_id, id);
CREATE INDEX runs_by_project_and_status ON runs (project_id, status, id);
CREATE INDEX runs_by_task ON runs (task_id, id) WHERE task_id IS NOT NULL;
CREATE INDEX runs_by_lease ON runs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX runs_by_end ON runs (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_unfinished ON runs (id) WHERE status <> 'ended';
CREATE INDEX runs_by_work_digest ON runs ((work ->> 'digest')) WHERE work ->> 'kind' = 'blob';

-- The outbox. A run has at most one job: two would do its work twice.
CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  run_id uuid NOT NULL UNIQUE REFERENCES runs ON DELETE CASCADE,
  project_id uuid NOT NULL,
  kind text NOT NULL,
  pool text NOT NULL,
  request_id text NOT NULL,
  work jsonb NOT NULL CHECK (jsonb_typeof(work) = 'object'),
  status text NOT NULL CHECK (status IN ('pending', 'published', 'claimed')),
  publication integer NOT NULL CHECK (publication >= 0),
  priority integer NOT NULL,
  exclusive_key text,
  not_before timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  published_at timestamptz
);
CREATE INDEX jobs_pending ON jobs (pool, not_before) WHERE status = 'pending';
CREATE INDEX jobs_at_work ON jobs (project_id) WHERE status <> 'pending';
CREATE INDEX jobs_exclusive_at_work ON jobs (exclusive_key) WHERE status <> 'pending' AND exclusive_key IS NOT NULL;
CREATE INDEX jobs_published ON jobs (published_at) WHERE status = 'published';
CREATE INDEX jobs_by_project ON jobs (project_id);

CREATE TABLE questions (
  id uuid PRIMARY KEY,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  project_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'answered', 'expired', 'withdrawn')),
  asked_at timestamptz NOT NULL,
  deadline_at timestamptz NOT NULL,
  answered_at timestamptz,
  -- What was asked, and the answer.
  document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object')
);
CREATE INDEX questions_by_tenant ON questions (tenant, id);
CREATE INDEX questions_by_tenant_and_status ON questions (tenant, status, id);
CREATE INDEX questions_by_run ON questions (run_id, id);
CREATE INDEX questions_by_deadline ON questions (deadline_at) WHERE status = 'open';

CREATE TABLE artifacts (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  name text NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL CHECK (size >= 0),
  media_type text NOT NULL,
  preview text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, name)
);
CREATE INDEX artifacts_by_digest ON artifacts (digest);
