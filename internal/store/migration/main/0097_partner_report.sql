-- +goose Up
-- What partners have handed in: whose report it is, and by which idempotency key and body. Both are keyed digests, which tell nothing of what was told.
CREATE TABLE partner_report (
  partner     text   NOT NULL,
  key_digest  text   NOT NULL,
  body_digest text   NOT NULL,
  report      text   NOT NULL UNIQUE,
  received_at bigint NOT NULL,
  PRIMARY KEY (partner, key_digest)
);
