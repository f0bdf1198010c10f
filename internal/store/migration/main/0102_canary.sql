-- +goose Up
-- The reports that the program sends to itself every hour, to prove that the door is open. Of the token by which one is known when it
-- is opened only a digest is kept. A time is 0 until then.
CREATE TABLE canary (
  id        text   PRIMARY KEY,
  token     bytea  NOT NULL UNIQUE,
  sent_at   bigint NOT NULL,
  opened_at bigint NOT NULL,
  failed_at bigint NOT NULL,
  failure   text   NOT NULL
);
CREATE INDEX canary_sent ON canary (sent_at);
