-- +goose Up
CREATE TABLE shift (
  id        text   PRIMARY KEY,
  agency    text   NOT NULL,
  user_id   text   NOT NULL,
  kind      text   NOT NULL CHECK (kind IN ('at_desk', 'on_call')),
  state     text   NOT NULL CHECK (state IN ('planned', 'offered', 'withdrawn')),
  starts_at bigint NOT NULL,
  ends_at   bigint NOT NULL CHECK (ends_at > starts_at),
  version   bigint NOT NULL
);
CREATE INDEX shift_agency ON shift (agency, ends_at);
CREATE INDEX shift_user ON shift (user_id, ends_at);
CREATE TABLE absence (
  id        text   PRIMARY KEY,
  agency    text   NOT NULL,
  user_id   text   NOT NULL,
  cover     text   NOT NULL,
  starts_at bigint NOT NULL,
  ends_at   bigint NOT NULL CHECK (ends_at >= starts_at),
  version   bigint NOT NULL
);
CREATE INDEX absence_ends ON absence (ends_at);
CREATE TABLE staffed_time (
  desk      text   NOT NULL,
  starts_at bigint NOT NULL,
  ends_at   bigint NOT NULL CHECK (ends_at > starts_at),
  staffed   bigint NOT NULL CHECK (staffed IN (0, 1)),
  PRIMARY KEY (desk, starts_at)
);
CREATE INDEX access_grant_cover ON access_grant (given_by) WHERE relation = 'co_worker' AND ended_at = 0;
