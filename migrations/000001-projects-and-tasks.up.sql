-- Every table names its tenant and the actor who made the row, so that an installation can be divided later without rewriting it.
-- Documents that are only ever read whole are JSONB; what a query filters, sorts or counts by is a column.

CREATE TABLE projects (
  id uuid PRIMARY KEY,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  slug text NOT NULL,
  local_path text,
  -- Null: the configured default. Read when jobs are dispatched.
  max_concurrent_runs integer CHECK (max_concurrent_runs > 0),
  -- The rest of the project's settings.
  document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object'),
  version integer NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant, slug)
);
CREATE INDEX projects_by_tenant ON projects (tenant, id);
CREATE INDEX projects_by_local_path ON projects (tenant, local_path) WHERE local_path IS NOT NULL;

CREATE TABLE tasks (
  id uuid PRIMARY KEY,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  title text NOT NULL,
  body text NOT NULL,
  labels text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'done', 'dropped')),
  version integer NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX tasks_by_project ON tasks (project_id, id);
