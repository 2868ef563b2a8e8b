DROP TABLE artifacts;
DROP TABLE questions;
DROP TABLE jobs;
DROP TABLE runs;
