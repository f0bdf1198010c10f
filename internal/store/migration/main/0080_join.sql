-- +goose Up
-- A report joined to an earlier report or a case; undone_at is 0 while it holds.
CREATE TABLE report_join (
  id           text   PRIMARY KEY,
  report       text   NOT NULL,
  into_subject text   NOT NULL,
  joined_at    bigint NOT NULL,
  joined_by    text   NOT NULL,
  undone_at    bigint NOT NULL,
  undone_by    text   NOT NULL
);
CREATE UNIQUE INDEX report_join_once ON report_join (report) WHERE undone_at = 0;
CREATE INDEX report_join_into ON report_join (into_subject) WHERE undone_at = 0;
-- Who must not know of a subject only because of another that is joined to it; copied is 1 while nobody said so of the subject itself.
ALTER TABLE conflict_of_interest ADD COLUMN copied bigint NOT NULL DEFAULT 0;
CREATE TABLE conflict_copy (
  subject    text NOT NULL,
  user_id    text NOT NULL,
  brought_by text NOT NULL,
  PRIMARY KEY (subject, user_id, brought_by)
);
