-- +goose Up
-- A report that somebody else wrote down for whoever reports: they can take its receipt over. It is 0 once they did.
ALTER TABLE receipt ADD COLUMN taken_for bigint NOT NULL DEFAULT 0;
-- The look-up ids of receipts that were taken over. They open nothing; what is handed in again with one is still the same report.
CREATE TABLE receipt_former (
  lookup text PRIMARY KEY,
  report text NOT NULL
);
