-- +goose Up
CREATE TABLE key_file (
  name        text   PRIMARY KEY,
  fingerprint text   NOT NULL,
  created_at  bigint NOT NULL
);
CREATE TABLE intake_private (
  id         text   PRIMARY KEY,
  wrapped    bytea  NOT NULL,
  created_at bigint NOT NULL
);
CREATE TABLE key_export (
  id          text   PRIMARY KEY,
  at          bigint NOT NULL,
  fingerprint text   NOT NULL
);
