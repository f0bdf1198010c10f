-- +goose Up
CREATE TABLE mailbox_message (
  id      text   PRIMARY KEY,
  report  text   NOT NULL,
  number  bigint NOT NULL CHECK (number > 0),
  sender  text   NOT NULL CHECK (sender IN ('reporter', 'staff')),
  author  text   NOT NULL,
  sealed  bytea  NOT NULL,
  at      bigint NOT NULL,
  read_at bigint NOT NULL,
  UNIQUE (report, number)
);
CREATE INDEX mailbox_unread ON mailbox_message (report) WHERE sender = 'reporter' AND read_at = 0;
CREATE TABLE mailbox_follow (
  report  text NOT NULL,
  subject text NOT NULL,
  PRIMARY KEY (report, subject)
);
CREATE INDEX mailbox_follow_subject ON mailbox_follow (subject);
