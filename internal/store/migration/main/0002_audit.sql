-- +goose Up
CREATE TABLE audit_entry (
  id         text   PRIMARY KEY,
  at         bigint NOT NULL,
  actor_kind text   NOT NULL,
  actor_id   text   NOT NULL,
  agency     text   NOT NULL,
  roles      text   NOT NULL,
  action     text   NOT NULL,
  outcome    text   NOT NULL,
  reason     text   NOT NULL,
  subjects   text   NOT NULL,
  detail     text   NOT NULL
);
CREATE INDEX audit_entry_at ON audit_entry (at, id);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, id);
CREATE TABLE audit_pending (
  entry_id text PRIMARY KEY
);
CREATE TABLE audit_leaf (
  number   bigint PRIMARY KEY,
  entry_id text   NOT NULL UNIQUE,
  hash     bytea  NOT NULL
);
CREATE TABLE audit_hash (
  idx  bigint PRIMARY KEY,
  hash bytea  NOT NULL
);
CREATE TABLE audit_checkpoint (
  size bigint PRIMARY KEY,
  at   bigint NOT NULL,
  note text   NOT NULL
);
CREATE TABLE audit_count (
  day  text   NOT NULL,
  kind text   NOT NULL,
  n    bigint NOT NULL,
  PRIMARY KEY (day, kind)
);
