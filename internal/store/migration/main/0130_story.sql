-- +goose Up
-- Stories of what became of reports, as they are written and looked at. Every word of them is sealed under keys of the story's own.
CREATE TABLE story (
  id           text   PRIMARY KEY,
  code         text   NOT NULL UNIQUE,
  kind         text   NOT NULL CHECK (kind IN ('composite', 'real')),
  audience     text   NOT NULL,
  state        text   NOT NULL CHECK (state IN ('draft', 'language', 'safeguarding', 'published', 'withdrawn', 'expired')),
  until_at     bigint NOT NULL,
  texts        bytea  NOT NULL,
  note         bytea  NOT NULL,
  writers      text   NOT NULL,
  checked_by   text   NOT NULL,
  published_at bigint NOT NULL,
  published_by text   NOT NULL,
  ended_at     bigint NOT NULL,
  ended_by     text   NOT NULL,
  ended_why    text   NOT NULL,
  destroyed_at bigint NOT NULL,
  made_at      bigint NOT NULL,
  version      bigint NOT NULL
);
CREATE INDEX story_state ON story (state, until_at);
-- What the person of a real story has agreed to. Who and what is sealed; the case is an id, by which its end is found.
CREATE TABLE story_consent (
  story    text   PRIMARY KEY REFERENCES story (id),
  case_id  text   NOT NULL,
  body     bytea  NOT NULL,
  until_at bigint NOT NULL,
  made_at  bigint NOT NULL,
  made_by  text   NOT NULL
);
CREATE INDEX story_consent_case ON story_consent (case_id);
