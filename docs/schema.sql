-- The schema that all migrations make together, generated from a database: `node --test --test-update-snapshots` with the test of the schema.

CREATE TABLE artifacts (
  run_id uuid NOT NULL,
  name text NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  digest text NOT NULL,
  size bigint NOT NULL,
  media_type text NOT NULL,
  preview text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT artifacts_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT artifacts_pkey PRIMARY KEY (run_id, name),
  CONSTRAINT artifacts_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE,
  CONSTRAINT artifacts_size_check CHECK ((size >= 0))
);
CREATE INDEX artifacts_by_digest ON artifacts USING btree (digest);

CREATE TABLE budget_accounts (
  scope text NOT NULL,
  tenant uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001'::uuid,
  actor text NOT NULL DEFAULT 'core'::text,
  limit_micro_usd bigint NOT NULL,
  held_micro_usd bigint NOT NULL,
  spent_micro_usd bigint NOT NULL,
  CONSTRAINT budget_accounts_held_micro_usd_check CHECK ((held_micro_usd >= 0)),
  CONSTRAINT budget_accounts_limit_micro_usd_check CHECK ((limit_micro_usd >= 0)),
  CONSTRAINT budget_accounts_pkey PRIMARY KEY (scope),
  CONSTRAINT budget_accounts_spent_micro_usd_check CHECK ((spent_micro_usd >= 0))
);

CREATE TABLE graph_edges (
  graph_id uuid NOT NULL,
  number integer NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  from_node integer NOT NULL,
  to_node integer NOT NULL,
  kind text NOT NULL,
  confidence real NOT NULL,
  CONSTRAINT graph_edges_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
  CONSTRAINT graph_edges_graph_id_fkey FOREIGN KEY (graph_id) REFERENCES graph_metadata(id) ON DELETE CASCADE,
  CONSTRAINT graph_edges_kind_check CHECK ((kind = ANY (ARRAY['import'::text, 'call'::text, 'inherit'::text, 'reference'::text]))),
  CONSTRAINT graph_edges_number_check CHECK ((number >= 0)),
  CONSTRAINT graph_edges_pkey PRIMARY KEY (graph_id, number)
);
CREATE INDEX graph_edges_by_end ON graph_edges USING btree (graph_id, to_node);
CREATE INDEX graph_edges_by_start ON graph_edges USING btree (graph_id, from_node);

CREATE TABLE graph_metadata (
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  project_id uuid NOT NULL,
  commit text NOT NULL,
  version text NOT NULL,
  exact boolean NOT NULL,
  nodes integer NOT NULL,
  edges integer NOT NULL,
  nodes_left_out integer NOT NULL,
  edges_left_out integer NOT NULL,
  stored_at timestamp with time zone NOT NULL,
  CONSTRAINT graph_metadata_edges_check CHECK ((edges >= 0)),
  CONSTRAINT graph_metadata_edges_left_out_check CHECK ((edges_left_out >= 0)),
  CONSTRAINT graph_metadata_nodes_check CHECK ((nodes >= 0)),
  CONSTRAINT graph_metadata_nodes_left_out_check CHECK ((nodes_left_out >= 0)),
  CONSTRAINT graph_metadata_pkey PRIMARY KEY (id),
  CONSTRAINT graph_metadata_project_id_commit_key UNIQUE (project_id, commit),
  CONSTRAINT graph_metadata_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);

CREATE TABLE graph_nodes (
  graph_id uuid NOT NULL,
  number integer NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  kind text NOT NULL,
  path text NOT NULL,
  name text NOT NULL,
  start_line integer NOT NULL,
  end_line integer NOT NULL,
  CONSTRAINT graph_nodes_graph_id_fkey FOREIGN KEY (graph_id) REFERENCES graph_metadata(id) ON DELETE CASCADE,
  CONSTRAINT graph_nodes_number_check CHECK ((number >= 0)),
  CONSTRAINT graph_nodes_pkey PRIMARY KEY (graph_id, number)
);
CREATE INDEX graph_nodes_by_name ON graph_nodes USING btree (graph_id, name) WHERE (name <> ''::text);
CREATE INDEX graph_nodes_by_path ON graph_nodes USING btree (graph_id, path);

CREATE TABLE idempotency_keys (
  tenant uuid NOT NULL,
  key text NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  fingerprint text NOT NULL,
  status integer,
  body text,
  claimed_at timestamp with time zone NOT NULL,
  CONSTRAINT idempotency_keys_check CHECK (((status IS NULL) = (body IS NULL))),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys USING btree (claimed_at);

CREATE TABLE jobs (
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  run_id uuid NOT NULL,
  project_id uuid NOT NULL,
  kind text NOT NULL,
  pool text NOT NULL,
  request_id text NOT NULL,
  status text NOT NULL,
  publication integer NOT NULL,
  priority integer NOT NULL,
  exclusive_key text,
  not_before timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  published_at timestamp with time zone,
  CONSTRAINT jobs_pkey PRIMARY KEY (run_id),
  CONSTRAINT jobs_publication_check CHECK ((publication >= 0)),
  CONSTRAINT jobs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'published'::text, 'claimed'::text])))
);
CREATE INDEX jobs_at_work ON jobs USING btree (project_id, pool) WHERE (status <> 'pending'::text);
CREATE INDEX jobs_exclusive_at_work ON jobs USING btree (exclusive_key) WHERE ((status <> 'pending'::text) AND (exclusive_key IS NOT NULL));
CREATE INDEX jobs_pending ON jobs USING btree (pool, project_id, priority DESC, created_at, id) WHERE (status = 'pending'::text);

CREATE TABLE pins (
  digest text NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  pinned_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT pins_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT pins_pkey PRIMARY KEY (digest)
);

CREATE TABLE projects (
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  slug text NOT NULL,
  local_path text,
  max_concurrent_runs integer,
  document jsonb NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT projects_document_check CHECK ((jsonb_typeof(document) = 'object'::text)),
  CONSTRAINT projects_max_concurrent_runs_check CHECK ((max_concurrent_runs > 0)),
  CONSTRAINT projects_pkey PRIMARY KEY (id),
  CONSTRAINT projects_tenant_slug_key UNIQUE (tenant, slug),
  CONSTRAINT projects_version_check CHECK ((version > 0))
);
CREATE INDEX projects_by_local_path ON projects USING btree (tenant, local_path) WHERE (local_path IS NOT NULL);
CREATE INDEX projects_by_tenant ON projects USING btree (tenant, id);

CREATE TABLE questions (
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  run_id uuid NOT NULL,
  project_id uuid NOT NULL,
  status text NOT NULL,
  asked_at timestamp with time zone NOT NULL,
  deadline_at timestamp with time zone NOT NULL,
  answered_at timestamp with time zone,
  document jsonb NOT NULL,
  CONSTRAINT questions_document_check CHECK ((jsonb_typeof(document) = 'object'::text)),
  CONSTRAINT questions_pkey PRIMARY KEY (id),
  CONSTRAINT questions_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE,
  CONSTRAINT questions_status_check CHECK ((status = ANY (ARRAY['open'::text, 'answered'::text, 'expired'::text, 'withdrawn'::text])))
);
CREATE INDEX questions_by_deadline ON questions USING btree (deadline_at) WHERE (status = 'open'::text);
CREATE INDEX questions_by_run ON questions USING btree (run_id, id);
CREATE INDEX questions_by_tenant ON questions USING btree (tenant, id);
CREATE INDEX questions_by_tenant_and_status ON questions USING btree (tenant, status, id);

CREATE TABLE runs (
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL,
  project_id uuid NOT NULL,
  task_id uuid,
  status text NOT NULL,
  prompt text NOT NULL,
  work jsonb NOT NULL,
  document jsonb NOT NULL,
  state jsonb NOT NULL,
  pool text NOT NULL,
  exclusive_key text,
  attempt integer NOT NULL,
  lease_worker uuid,
  lease_until timestamp with time zone,
  last_ordinal integer NOT NULL,
  slice_micro_usd bigint NOT NULL,
  slice_tokens bigint NOT NULL,
  slice_day text,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  queued_position bigint,
  queued_event uuid,
  queued_request text,
  queued_data jsonb,
  CONSTRAINT runs_attempt_check CHECK ((attempt >= 0)),
  CONSTRAINT runs_check CHECK (((lease_worker IS NULL) = (lease_until IS NULL))),
  CONSTRAINT runs_document_check CHECK ((jsonb_typeof(document) = 'object'::text)),
  CONSTRAINT runs_last_ordinal_check CHECK ((last_ordinal >= 0)),
  CONSTRAINT runs_pkey PRIMARY KEY (id),
  CONSTRAINT runs_slice_day_check CHECK ((slice_day ~ '^\d{4}-\d\d-\d\d$'::text)),
  CONSTRAINT runs_slice_micro_usd_check CHECK ((slice_micro_usd >= 0)),
  CONSTRAINT runs_slice_tokens_check CHECK ((slice_tokens >= 0)),
  CONSTRAINT runs_state_check CHECK ((jsonb_typeof(state) = 'object'::text)),
  CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'paused'::text, 'checking'::text, 'delivering'::text, 'ended'::text]))),
  CONSTRAINT runs_version_check CHECK ((version >= 0)),
  CONSTRAINT runs_work_check CHECK ((jsonb_typeof(work) = 'object'::text))
);
CREATE INDEX runs_by_end ON runs USING btree (ended_at, id) WHERE (ended_at IS NOT NULL);
CREATE INDEX runs_by_lease ON runs USING btree (lease_until) WHERE (lease_until IS NOT NULL);
CREATE INDEX runs_by_project ON runs USING btree (project_id, id);
CREATE INDEX runs_by_queued_position ON runs USING brin (queued_position) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX runs_by_task ON runs USING btree (task_id, id) WHERE (task_id IS NOT NULL);
CREATE INDEX runs_by_work_digest ON runs USING btree (((work ->> 'digest'::text))) WHERE ((work ->> 'kind'::text) = 'blob'::text);
CREATE INDEX runs_unfinished ON runs USING btree (id) WHERE (status <> 'ended'::text);

CREATE TABLE settings (
  key text NOT NULL,
  tenant uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001'::uuid,
  actor text NOT NULL DEFAULT 'core'::text,
  value text NOT NULL,
  CONSTRAINT settings_pkey PRIMARY KEY (key)
);

CREATE TABLE stored_events (
  stream text NOT NULL,
  sequence integer NOT NULL,
  position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL,
  kind text NOT NULL,
  version integer NOT NULL,
  attempt integer,
  request_id text,
  at timestamp with time zone NOT NULL,
  data jsonb NOT NULL,
  CONSTRAINT events_attempt_check CHECK ((attempt > 0)),
  CONSTRAINT events_data_check CHECK ((jsonb_typeof(data) = 'object'::text)),
  CONSTRAINT events_pkey PRIMARY KEY (stream, sequence),
  CONSTRAINT events_sequence_check CHECK ((sequence > 0)),
  CONSTRAINT events_version_check CHECK ((version > 0))
);
CREATE INDEX events_by_position ON stored_events USING brin ("position") WITH (pages_per_range='32', autosummarize='on');

CREATE TABLE tasks (
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core'::text,
  project_id uuid NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  labels text[] NOT NULL,
  status text NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT tasks_pkey PRIMARY KEY (id),
  CONSTRAINT tasks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  CONSTRAINT tasks_status_check CHECK ((status = ANY (ARRAY['open'::text, 'done'::text, 'dropped'::text]))),
  CONSTRAINT tasks_version_check CHECK ((version > 0))
);
CREATE INDEX tasks_by_project ON tasks USING btree (project_id, id);

CREATE TABLE workers (
  id uuid NOT NULL,
  tenant uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001'::uuid,
  actor text NOT NULL DEFAULT 'core'::text,
  document jsonb NOT NULL,
  started_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  CONSTRAINT workers_document_check CHECK ((jsonb_typeof(document) = 'object'::text)),
  CONSTRAINT workers_pkey PRIMARY KEY (id)
);
CREATE INDEX workers_by_sight ON workers USING btree (seen_at);

CREATE VIEW events AS
 SELECT stored_events.stream,
    stored_events.sequence,
    stored_events."position",
    stored_events.id,
    stored_events.tenant,
    stored_events.actor,
    stored_events.kind,
    stored_events.version,
    stored_events.attempt,
    stored_events.request_id,
    stored_events.at,
    stored_events.data
   FROM stored_events
UNION ALL
 SELECT queued_events.stream,
    queued_events.sequence,
    queued_events."position",
    queued_events.id,
    queued_events.tenant,
    queued_events.actor,
    queued_events.kind,
    queued_events.version,
    queued_events.attempt,
    queued_events.request_id,
    queued_events.at,
    queued_events.data
   FROM queued_events;

CREATE VIEW queued_events AS
 SELECT id AS run,
    ('run.'::text || id) AS stream,
    1 AS sequence,
    queued_position AS "position",
    queued_event AS id,
    tenant,
    actor,
    'run.queued'::text AS kind,
    1 AS version,
    NULL::integer AS attempt,
    COALESCE(queued_request, (work ->> 'requestId'::text)) AS request_id,
    created_at AS at,
    (jsonb_build_object('kind', 'run.queued', 'prompt', prompt, 'retryOf', NULL::unknown, 'pinned', jsonb_build_array((work -> 'terms'::text))) || queued_data) AS data
   FROM runs
  WHERE (queued_position IS NOT NULL);
