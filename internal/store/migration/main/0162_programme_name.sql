-- +goose Up
-- Names of those who take part and have agreed to be noted, and of adults from outside who help: each sealed under keys of its own, until it ends.
CREATE TABLE programme_name (
  id       text   PRIMARY KEY,
  session  text   NOT NULL REFERENCES programme_session (id),
  kind     text   NOT NULL CHECK (kind IN ('participant', 'guest')),
  body     bytea  NOT NULL,
  until_at bigint NOT NULL,
  made_at  bigint NOT NULL,
  made_by  text   NOT NULL,
  gone_at  bigint NOT NULL
);
CREATE INDEX programme_name_session ON programme_name (session, gone_at);
CREATE INDEX programme_name_until ON programme_name (gone_at, until_at);
