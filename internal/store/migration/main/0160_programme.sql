-- +goose Up
-- Programmes of education: what one is to bring about, for whom, and what is done when somebody tells something in a session.
CREATE TABLE programme (
  id             text   PRIMARY KEY,
  agency         text   NOT NULL,
  title          text   NOT NULL,
  audience       text   NOT NULL,
  form           text   NOT NULL CHECK (form IN ('group', 'individual')),
  topics         text   NOT NULL,
  languages      text   NOT NULL,
  aim            text   NOT NULL,
  qualifications text   NOT NULL,
  bands          text   NOT NULL CHECK (bands IN ('', 'sex', 'age')),
  lead_user      text   NOT NULL,
  at_once        text   NOT NULL,
  quiet_place    text   NOT NULL,
  contacts       text   NOT NULL,
  no_secrets     bigint NOT NULL,
  state          text   NOT NULL CHECK (state IN ('draft', 'approved', 'running', 'ended')),
  written_at     bigint NOT NULL,
  writers        text   NOT NULL,
  approved_at    bigint NOT NULL,
  approved_by    text   NOT NULL,
  ended_at       bigint NOT NULL,
  ended_by       text   NOT NULL,
  reason         text   NOT NULL,
  version        bigint NOT NULL
);
CREATE INDEX programme_state ON programme (state);
