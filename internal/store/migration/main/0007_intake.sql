-- +goose Up
CREATE TABLE receipt (
  lookup         text   PRIMARY KEY,
  report         text   NOT NULL UNIQUE,
  mailbox_public bytea  NOT NULL,
  reader         text   NOT NULL CHECK (reader IN ('child', 'adult')),
  language       text   NOT NULL,
  progress       text   NOT NULL,
  progress_at    bigint NOT NULL,
  received_at    bigint NOT NULL
);
CREATE INDEX receipt_received ON receipt (received_at);
CREATE TABLE envelope (
  id          text   PRIMARY KEY,
  kind        text   NOT NULL CHECK (kind IN ('report', 'message')),
  report      text   NOT NULL,
  key_id      text   NOT NULL,
  sealed      bytea  NOT NULL,
  quarantine  bigint NOT NULL CHECK (quarantine IN (0, 1)),
  received_at bigint NOT NULL
);
CREATE TABLE posted_reply (
  id        text   PRIMARY KEY,
  report    text   NOT NULL,
  sealed    bytea  NOT NULL,
  posted_at bigint NOT NULL
);
CREATE INDEX posted_reply_report ON posted_reply (report, posted_at);
CREATE TABLE message_id (
  id     text PRIMARY KEY,
  report text NOT NULL
);
