-- +goose Up
-- What the public side may read of what was written at the desk: the texts that are published now, without the names of anybody.
CREATE TABLE shelf_text (
  language     text   NOT NULL,
  audience     text   NOT NULL,
  topic        text   NOT NULL,
  version      bigint NOT NULL,
  source       text   NOT NULL,
  published_at bigint NOT NULL,
  PRIMARY KEY (language, audience, topic)
);
