-- +goose Up
-- One outcome that was given to many reports at once, and the reports; undone_at is 0 while it holds.
CREATE TABLE bulk_outcome (
  id        text   PRIMARY KEY,
  outcome   text   NOT NULL,
  made_at   bigint NOT NULL,
  made_by   text   NOT NULL,
  undone_at bigint NOT NULL,
  undone_by text   NOT NULL
);
CREATE INDEX bulk_outcome_made ON bulk_outcome (made_at);
CREATE TABLE bulk_report (
  bulk      text   NOT NULL,
  report    text   NOT NULL,
  done_at   bigint NOT NULL,
  undone_at bigint NOT NULL,
  PRIMARY KEY (bulk, report)
);
