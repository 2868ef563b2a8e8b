-- What the code of a project looked like at a commit: worked out by a worker, stored when somebody asks core for it.
CREATE TABLE graph_metadata (
  id uuid PRIMARY KEY,
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  -- Empty where the directory is no repository.
  commit text NOT NULL,
  -- Of the files, committed or not.
  version text NOT NULL,
  exact boolean NOT NULL,
  nodes integer NOT NULL CHECK (nodes >= 0),
  edges integer NOT NULL CHECK (edges >= 0),
  nodes_left_out integer NOT NULL CHECK (nodes_left_out >= 0),
  edges_left_out integer NOT NULL CHECK (edges_left_out >= 0),
  stored_at timestamptz NOT NULL,
  UNIQUE (project_id, commit)
);

CREATE TABLE graph_nodes (
  graph_id uuid NOT NULL REFERENCES graph_metadata ON DELETE CASCADE,
  number integer NOT NULL CHECK (number >= 0),
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  -- `module` is a file; the others are definitions in it.
  kind text NOT NULL,
  path text NOT NULL,
  -- Empty for a file.
  name text NOT NULL,
  start_line integer NOT NULL,
  end_line integer NOT NULL,
  PRIMARY KEY (graph_id, number)
);
CREATE INDEX graph_nodes_by_name ON graph_nodes (graph_id, name) WHERE name <> '';
CREATE INDEX graph_nodes_by_path ON graph_nodes (graph_id, path);

CREATE TABLE graph_edges (
  graph_id uuid NOT NULL REFERENCES graph_metadata ON DELETE CASCADE,
  number integer NOT NULL CHECK (number >= 0),
  tenant uuid NOT NULL,
  actor text NOT NULL DEFAULT 'core',
  from_node integer NOT NULL,
  to_node integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('import', 'call', 'inherit', 'reference')),
  -- How sure it is, from 0 to 1.
  confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  PRIMARY KEY (graph_id, number)
);
CREATE INDEX graph_edges_by_start ON graph_edges (graph_id, from_node);
CREATE INDEX graph_edges_by_end ON graph_edges (graph_id, to_node);
