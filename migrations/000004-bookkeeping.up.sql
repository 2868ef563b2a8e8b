-- Rows that belong to the whole installation carry the tenant of an undivided one.

CREATE TABLE budget_accounts (
  scope text PRIMARY KEY,
  tenant uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001',
  actor text NOT NULL DEFAULT 'core',
  limit_micro_usd bigint NOT NULL CHECK (limit_micro_usd >= 0),
  held_micro_usd bigint NOT NULL CHECK (held_micro_usd >= 0),
  -- May exceed the limit: what was spent is booked even where the hold was too small.
  spent_micro_usd bigint NOT NULL CHECK (spent_micro_usd >= 0)
);

CREATE TABLE idempotency_keys (
  tenant uuid NOT NULL,
  key text NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  fingerprint text NOT NULL,
  -- Null until the work is done, in the same transaction.
  status integer,
  body text,
  claimed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, key),
  CHECK ((status IS NULL) = (body IS NULL))
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (claimed_at);

CREATE TABLE workers (
  id uuid PRIMARY KEY,
  tenant uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001',
  actor text NOT NULL DEFAULT 'core',
  document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object'),
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);
CREATE INDEX workers_by_sight ON workers (seen_at);

CREATE TABLE settings (
  key text PRIMARY KEY,
  tenant uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001',
  actor text NOT NULL DEFAULT 'core',
  value text NOT NULL
);
