-- +goose Up
ALTER TABLE case_file ADD COLUMN held_at bigint NOT NULL DEFAULT 0;
CREATE TABLE load_override (
  case_id  text   NOT NULL REFERENCES case_file (id),
  manager  text   NOT NULL,
  given_by text   NOT NULL,
  given_at bigint NOT NULL,
  PRIMARY KEY (case_id, manager)
);
