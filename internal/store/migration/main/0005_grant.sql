-- +goose Up
CREATE TABLE access_grant (
  subject    text   NOT NULL,
  grantee    text   NOT NULL,
  relation   text   NOT NULL CHECK (relation IN ('desk', 'claimant', 'manager', 'co_worker', 'agency')),
  given_by   text   NOT NULL,
  given_at   bigint NOT NULL,
  ended_at   bigint NOT NULL,
  PRIMARY KEY (subject, grantee, relation, given_at)
);
CREATE UNIQUE INDEX access_grant_once ON access_grant (subject, grantee, relation) WHERE ended_at = 0;
CREATE UNIQUE INDEX access_grant_sole ON access_grant (subject, relation) WHERE ended_at = 0 AND relation IN ('claimant', 'manager');
CREATE INDEX access_grant_grantee ON access_grant (grantee, subject) WHERE ended_at = 0;
CREATE TABLE conflict_of_interest (
  subject     text   NOT NULL,
  user_id     text   NOT NULL,
  source      text   NOT NULL CHECK (source IN ('named', 'declared')),
  recorded_at bigint NOT NULL,
  PRIMARY KEY (subject, user_id)
);
