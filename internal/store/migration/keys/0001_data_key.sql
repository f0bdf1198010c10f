-- +goose Up
CREATE TABLE data_key (
  id         text   PRIMARY KEY,
  subject    text   NOT NULL,
  purpose    text   NOT NULL,
  wrapped    bytea  NOT NULL,
  created_at bigint NOT NULL,
  UNIQUE (subject, purpose)
);
