-- +goose Up
-- That a backup was made and restored again to prove it. Its file is the operator's.
CREATE TABLE backup (
  id      text   PRIMARY KEY,
  of      text   NOT NULL CHECK (of IN ('matters', 'keys')),
  made_at bigint NOT NULL,
  rows    bigint NOT NULL
);
CREATE INDEX backup_latest ON backup (of, made_at);
