-- +goose Up
-- What the public side may read: stories that are published now, which ones are not any more, and the counts of a year, without any small one.
CREATE TABLE tale_story (
  code         text   NOT NULL,
  language     text   NOT NULL,
  audience     text   NOT NULL,
  kind         text   NOT NULL CHECK (kind IN ('composite', 'real')),
  title        text   NOT NULL,
  body         text   NOT NULL,
  published_at bigint NOT NULL,
  until_at     bigint NOT NULL,
  PRIMARY KEY (code, language)
);
CREATE TABLE tale_removed (
  code       text   NOT NULL,
  language   text   NOT NULL,
  removed_at bigint NOT NULL,
  PRIMARY KEY (code, language)
);
CREATE TABLE tale_year (
  year    bigint PRIMARY KEY,
  figures text   NOT NULL,
  made_at bigint NOT NULL
);
