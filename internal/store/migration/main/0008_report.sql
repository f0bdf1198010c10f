-- +goose Up
CREATE TABLE report (
  id          text   PRIMARY KEY,
  pack        text   NOT NULL,
  language    text   NOT NULL,
  reader      text   NOT NULL,
  channel     text   NOT NULL,
  area        text   NOT NULL,
  agency      text   NOT NULL,
  instrument  text   NOT NULL,
  state       text   NOT NULL CHECK (state IN ('waiting', 'in_triage', 'resolved')),
  outcome     text   NOT NULL,
  quarantine  bigint NOT NULL CHECK (quarantine IN (0, 1)),
  content     bytea  NOT NULL,
  identity    bytea  NOT NULL,
  received_at bigint NOT NULL,
  opened_at   bigint NOT NULL,
  resolved_at bigint NOT NULL,
  resolved_by text   NOT NULL,
  version     bigint NOT NULL
);
CREATE INDEX report_state ON report (state, received_at);
CREATE TABLE report_tally (
  day      text   NOT NULL,
  pack     text   NOT NULL,
  reader   text   NOT NULL,
  channel  text   NOT NULL,
  language text   NOT NULL,
  n        bigint NOT NULL,
  PRIMARY KEY (day, pack, reader, channel, language)
);
