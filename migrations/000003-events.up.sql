CREATE TABLE events (
  stream text NOT NULL,
  -- Gapless within the stream: an append names the sequence it expects to follow.
  sequence integer NOT NULL CHECK (sequence > 0),
  -- Order over all streams. Its sequence is named, because appending reads it before taking from it.
  position bigint NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME events_position),
  id uuid NOT NULL,
  tenant uuid NOT NULL,
  actor text NOT NULL,
  kind text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  attempt integer CHECK (attempt > 0),
  request_id text,
  at timestamptz NOT NULL,
  data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
  PRIMARY KEY (stream, sequence),
  UNIQUE (position)
);
