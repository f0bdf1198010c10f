-- +goose Up
CREATE TABLE task (
  id         text   PRIMARY KEY,
  subject    text   NOT NULL,
  kind       text   NOT NULL,
  owner      text   NOT NULL,
  agency     text   NOT NULL,
  blocking   bigint NOT NULL CHECK (blocking IN (0, 1)),
  label      bytea  NOT NULL,
  opened_at  bigint NOT NULL,
  due_at     bigint NOT NULL,
  raised_at  bigint NOT NULL,
  state      text   NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
  closed_at  bigint NOT NULL,
  closed_by  text   NOT NULL,
  version    bigint NOT NULL
);
CREATE INDEX task_subject ON task (subject, state, due_at);
CREATE INDEX task_due ON task (state, raised_at, due_at);
CREATE INDEX task_owner ON task (owner, state, due_at);
