-- +goose Up
-- A report that was split off from another; undone_at is 0 while the split holds.
CREATE TABLE report_split (
  report      text   PRIMARY KEY,
  from_report text   NOT NULL,
  split_at    bigint NOT NULL,
  split_by    text   NOT NULL,
  undone_at   bigint NOT NULL,
  undone_by   text   NOT NULL
);
CREATE INDEX report_split_from ON report_split (from_report);
-- The reports behind one receipt where there are several, the one that came in among them, each with how far it is.
CREATE TABLE receipt_part (
  report     text PRIMARY KEY,
  receipt_of text NOT NULL,
  progress   text NOT NULL
);
CREATE INDEX receipt_part_of ON receipt_part (receipt_of);
