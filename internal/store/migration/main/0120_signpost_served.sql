-- +goose Up
-- How often each signpost was served on each day. Nothing about anybody stands here.
CREATE TABLE signpost_served (
  day      text   NOT NULL,
  code     text   NOT NULL,
  language text   NOT NULL,
  served   bigint NOT NULL,
  PRIMARY KEY (day, code, language)
);
