-- +goose Up
CREATE TABLE job (
  id          text    PRIMARY KEY,
  kind        text    NOT NULL,
  payload     text    NOT NULL,
  unique_key  text    UNIQUE,
  state       text    NOT NULL CHECK (state IN ('ready', 'dead')),
  run_at      bigint  NOT NULL,
  lease_until bigint  NOT NULL,
  lease       text    NOT NULL,
  attempt     bigint  NOT NULL,
  error       text    NOT NULL,
  created_at  bigint  NOT NULL
);
CREATE INDEX job_due ON job (state, run_at);
