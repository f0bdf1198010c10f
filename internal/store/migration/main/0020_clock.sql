-- +goose Up
DROP INDEX task_due;
ALTER TABLE task ADD COLUMN step bigint NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN look_at bigint NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN paused_from bigint NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN paused_until bigint NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN paused_for bigint NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN pause_reason text NOT NULL DEFAULT '';
UPDATE task SET step = 100 WHERE raised_at > 0;
ALTER TABLE task DROP COLUMN raised_at;
CREATE INDEX task_look ON task (look_at) WHERE state = 'open';
CREATE TABLE task_pause (
  id         text   PRIMARY KEY,
  task       text   NOT NULL,
  reason     text   NOT NULL,
  started_at bigint NOT NULL,
  ends_at    bigint NOT NULL,
  started_by text   NOT NULL
);
CREATE INDEX task_pause_task ON task_pause (task, started_at);
