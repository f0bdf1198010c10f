-- +goose Up
CREATE TABLE triage_check (
  id       text   PRIMARY KEY,
  subject  text   NOT NULL,
  sequence bigint NOT NULL,
  item     text   NOT NULL,
  person   text   NOT NULL,
  answer   bytea  NOT NULL,
  made_at  bigint NOT NULL,
  made_by  text   NOT NULL,
  UNIQUE (subject, sequence)
);
-- A person may change the facts: the sources of an assessment are one more.
CREATE TABLE assessment_kept AS SELECT * FROM assessment;
DROP TABLE assessment;
CREATE TABLE assessment (
  id         text   PRIMARY KEY,
  subject    text   NOT NULL,
  sequence   bigint NOT NULL,
  priority   text   NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4')),
  source     text   NOT NULL CHECK (source IN ('rules', 'lapse', 'amended', 'confirmed', 'raised', 'lowered')),
  rule_set   text   NOT NULL,
  needs_info bigint NOT NULL CHECK (needs_info IN (0, 1)),
  facts      bytea  NOT NULL,
  reason     bytea  NOT NULL,
  told_at    bigint NOT NULL,
  lapses_at  bigint NOT NULL,
  made_at    bigint NOT NULL,
  made_by    text   NOT NULL,
  UNIQUE (subject, sequence)
);
INSERT INTO assessment SELECT id, subject, sequence, priority, source, rule_set, needs_info, facts, reason, told_at, lapses_at, made_at, made_by FROM assessment_kept;
DROP TABLE assessment_kept;
