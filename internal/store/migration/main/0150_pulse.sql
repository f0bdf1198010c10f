-- +goose Up
-- When each side last saw that it can write, and as much as a report takes. It is written for its own sake: what can be read cannot always be written.
CREATE TABLE pulse (
  side   text   NOT NULL PRIMARY KEY,
  at     bigint NOT NULL,
  filler text   NOT NULL
);
