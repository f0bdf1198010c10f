-- +goose Up
-- How a reporter who chose it can be told that something was written to them, sealed. told_at is when that was last done, tries how often it
-- failed since.
CREATE TABLE safe_contact (
  report  text   PRIMARY KEY,
  sealed  bytea  NOT NULL,
  kept_at bigint NOT NULL,
  told_at bigint NOT NULL,
  tries   bigint NOT NULL
);
