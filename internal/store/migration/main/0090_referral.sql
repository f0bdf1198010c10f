-- +goose Up
-- A part of a case lies with another agency (receiver), and one person there has taken it (taker).
CREATE TABLE access_grant_kept AS SELECT subject, grantee, relation, given_by, given_at, ended_at FROM access_grant;
DROP TABLE access_grant;
CREATE TABLE access_grant (
  subject    text   NOT NULL,
  grantee    text   NOT NULL,
  relation   text   NOT NULL CHECK (relation IN ('desk', 'claimant', 'manager', 'co_worker', 'agency', 'receiver', 'taker')),
  given_by   text   NOT NULL,
  given_at   bigint NOT NULL,
  ended_at   bigint NOT NULL,
  PRIMARY KEY (subject, grantee, relation, given_at)
);
INSERT INTO access_grant (subject, grantee, relation, given_by, given_at, ended_at)
  SELECT subject, grantee, relation, given_by, given_at, ended_at FROM access_grant_kept;
DROP TABLE access_grant_kept;
CREATE UNIQUE INDEX access_grant_once ON access_grant (subject, grantee, relation) WHERE ended_at = 0;
CREATE UNIQUE INDEX access_grant_sole ON access_grant (subject, relation) WHERE ended_at = 0 AND relation IN ('claimant', 'manager', 'taker');
CREATE INDEX access_grant_grantee ON access_grant (grantee, subject) WHERE ended_at = 0;
CREATE INDEX access_grant_cover ON access_grant (given_by) WHERE relation = 'co_worker' AND ended_at = 0;
CREATE TABLE referral (
  id             text   PRIMARY KEY,
  case_id        text   NOT NULL,
  draft          text   NOT NULL UNIQUE,
  agency         text   NOT NULL,
  from_agency    text   NOT NULL,
  service        text   NOT NULL,
  priority       text   NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4')),
  language       text   NOT NULL,
  area           text   NOT NULL,
  basis          text   NOT NULL,
  state          text   NOT NULL CHECK (state IN ('consent_check', 'sent', 'received', 'accepted', 'appointment_made', 'in_service', 'declined', 'completed',
    'stopped_by_child', 'service_ended', 'withdrawn')),
  reason         text   NOT NULL,
  asked          bytea  NOT NULL,
  person         bytea  NOT NULL,
  agreed         bytea  NOT NULL,
  sent_at        bigint NOT NULL,
  sent_by        text   NOT NULL,
  due_at         bigint NOT NULL,
  ended_at       bigint NOT NULL,
  case_task      text   NOT NULL,
  taker          text   NOT NULL,
  released       bigint NOT NULL,
  version        bigint NOT NULL
);
CREATE INDEX referral_case ON referral (case_id, sent_at);
CREATE INDEX referral_ended ON referral (ended_at) WHERE ended_at > 0 AND released = 0;
CREATE TABLE referral_event (
  id       text   PRIMARY KEY,
  referral text   NOT NULL REFERENCES referral (id),
  sequence bigint NOT NULL,
  kind     text   NOT NULL,
  said     bytea  NOT NULL,
  at       bigint NOT NULL,
  made_by  text   NOT NULL,
  UNIQUE (referral, sequence)
);
