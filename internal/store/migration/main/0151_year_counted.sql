-- +goose Up
-- How many reports a year had when its numbers were last shown to everybody: the public side does not read it.
CREATE TABLE year_counted (
  year     bigint NOT NULL PRIMARY KEY,
  received bigint NOT NULL
);
