-- +goose Up
-- Versions of what is taught, as they are written and looked at. Nothing in them is secret: they are written to be published, and tell of nobody.
CREATE TABLE lesson (
  id           text   PRIMARY KEY,
  language     text   NOT NULL,
  audience     text   NOT NULL,
  topic        text   NOT NULL,
  number       bigint NOT NULL,
  state        text   NOT NULL CHECK (state IN ('draft', 'language', 'safeguarding', 'published', 'former', 'withdrawn')),
  source       text   NOT NULL,
  writers      text   NOT NULL,
  checked_by   text   NOT NULL,
  note         text   NOT NULL,
  published_at bigint NOT NULL,
  published_by text   NOT NULL,
  ended_at     bigint NOT NULL,
  ended_by     text   NOT NULL,
  made_at      bigint NOT NULL,
  made_by      text   NOT NULL,
  version      bigint NOT NULL
);
CREATE UNIQUE INDEX lesson_number ON lesson (language, audience, topic, number);
-- Of each text one version is written at a time, and one is published.
CREATE UNIQUE INDEX lesson_open ON lesson (language, audience, topic) WHERE state IN ('draft', 'language', 'safeguarding');
CREATE UNIQUE INDEX lesson_published ON lesson (language, audience, topic) WHERE state = 'published';
CREATE INDEX lesson_made_by ON lesson (made_by, state);
