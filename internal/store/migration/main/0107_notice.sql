-- +goose Up
-- A report of content in which no child is identified has a level in the place of a priority. What stood at P1 to P4 stays as it is.
CREATE TABLE assessment_kept AS SELECT * FROM assessment;
DROP TABLE assessment;
CREATE TABLE assessment (
  id         text   PRIMARY KEY,
  subject    text   NOT NULL,
  sequence   bigint NOT NULL,
  priority   text   NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4', 'C1', 'C2', 'C3')),
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
-- What a hotline is sent about a report. Everything that was told, and everything that is written, is sealed under the report's own key.
CREATE TABLE notice (
  id         text   PRIMARY KEY,
  report     text   NOT NULL,
  state      text   NOT NULL CHECK (state IN ('drafted', 'sent', 'receipted', 'action_taken', 'refused', 'no_response', 'escalated', 'reappeared', 'closed')),
  level      text   NOT NULL,
  target     text   NOT NULL,
  body       bytea  NOT NULL,
  drafted_at bigint NOT NULL,
  drafted_by text   NOT NULL,
  sent_at    bigint NOT NULL,
  due_at     bigint NOT NULL,
  version    bigint NOT NULL
);
CREATE INDEX notice_report ON notice (report, drafted_at);
CREATE INDEX notice_open ON notice (drafted_at, id) WHERE state <> 'closed';
CREATE TABLE notice_event (
  id       text   PRIMARY KEY,
  notice   text   NOT NULL REFERENCES notice (id),
  sequence bigint NOT NULL,
  state    text   NOT NULL,
  channel  text   NOT NULL CHECK (channel IN ('', 'form', 'email', 'phone')),
  said     bytea  NOT NULL,
  at       bigint NOT NULL,
  made_by  text   NOT NULL,
  UNIQUE (notice, sequence)
);
