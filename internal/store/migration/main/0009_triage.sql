-- +goose Up
CREATE TABLE assessment (
  id         text   PRIMARY KEY,
  subject    text   NOT NULL,
  sequence   bigint NOT NULL,
  priority   text   NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4')),
  source     text   NOT NULL CHECK (source IN ('rules', 'lapse', 'confirmed', 'raised', 'lowered')),
  rule_set   text   NOT NULL,
  needs_info bigint NOT NULL CHECK (needs_info IN (0, 1)),
  facts      bytea  NOT NULL,
  reason     bytea  NOT NULL,
  told_at    bigint NOT NULL,
  lapses_at  bigint NOT NULL,
  made_at    bigint NOT NULL,
  made_by    text   NOT NULL,
  UNIQUE (subject, sequence)
);
CREATE TABLE standing (
  subject   text   PRIMARY KEY,
  sequence  bigint NOT NULL,
  priority  text   NOT NULL,
  confirmed bigint NOT NULL CHECK (confirmed IN (0, 1)),
  lapses_at bigint NOT NULL
);
CREATE INDEX standing_lapse ON standing (lapses_at) WHERE lapses_at > 0;
