-- +goose Up
CREATE TABLE data_key (
  subject    text   NOT NULL,
  purpose    text   NOT NULL CHECK (purpose IN ('content', 'identity')),
  wrapped    bytea  NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (subject, purpose)
);
