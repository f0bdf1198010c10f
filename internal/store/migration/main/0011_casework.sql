-- +goose Up
CREATE TABLE case_file (
  id             text   PRIMARY KEY,
  state          text   NOT NULL CHECK (state IN ('open', 'closed')),
  priority       text   NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4')),
  pack           text   NOT NULL,
  language       text   NOT NULL,
  area           text   NOT NULL,
  agency         text   NOT NULL,
  opened_at      bigint NOT NULL,
  closed_at      bigint NOT NULL,
  closure_reason text   NOT NULL,
  version        bigint NOT NULL
);
CREATE TABLE case_report (
  case_id text NOT NULL REFERENCES case_file (id),
  report  text NOT NULL,
  PRIMARY KEY (case_id, report)
);
CREATE INDEX case_report_report ON case_report (report);
CREATE TABLE case_child (
  case_id text  PRIMARY KEY REFERENCES case_file (id),
  label   bytea NOT NULL
);
CREATE TABLE case_contact (
  id      text   PRIMARY KEY,
  case_id text   NOT NULL REFERENCES case_file (id),
  sealed  bytea  NOT NULL,
  at      bigint NOT NULL,
  made_by text   NOT NULL
);
CREATE INDEX case_contact_case ON case_contact (case_id, at);
CREATE TABLE case_event (
  id      text   PRIMARY KEY,
  case_id text   NOT NULL REFERENCES case_file (id),
  kind    text   NOT NULL,
  note    bytea  NOT NULL,
  at      bigint NOT NULL,
  made_by text   NOT NULL
);
CREATE INDEX case_event_case ON case_event (case_id, at);
