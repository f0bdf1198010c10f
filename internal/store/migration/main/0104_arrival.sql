-- +goose Up
-- When reports came in, in the last hours, and nothing else: what a burst is told by, also by who may read no receipt.
CREATE TABLE arrival (
  at   bigint NOT NULL,
  salt text   NOT NULL,
  PRIMARY KEY (at, salt)
);
