-- +goose Up
CREATE TABLE match_mark (
  digest  bytea  NOT NULL,
  subject text   NOT NULL,
  kind    text   NOT NULL CHECK (kind IN ('page', 'account', 'phone', 'mail', 'name', 'sound', 'word')),
  made_at bigint NOT NULL,
  PRIMARY KEY (digest, subject)
);
CREATE INDEX match_mark_subject ON match_mark (subject);
