-- +goose Up
-- That somebody asked for a matter to be erased, and what another person decided. The reason is a code.
CREATE TABLE erasure (
  id         text   PRIMARY KEY,
  subject    text   NOT NULL,
  reason     text   NOT NULL CHECK (reason IN ('due', 'asked_for', 'mistaken')),
  state      text   NOT NULL CHECK (state IN ('asked', 'withdrawn', 'confirmed')),
  asked_at   bigint NOT NULL,
  asked_by   text   NOT NULL,
  decided_at bigint NOT NULL,
  decided_by text   NOT NULL
);
CREATE UNIQUE INDEX erasure_one ON erasure (subject) WHERE state = 'asked';
-- What was erased. Until destroyed_at its keys may still be there; they are destroyed by a job.
CREATE TABLE erased (
  subject      text   PRIMARY KEY,
  erased_at    bigint NOT NULL,
  destroyed_at bigint NOT NULL
);
CREATE INDEX erased_waiting ON erased (subject) WHERE destroyed_at = 0;
-- Why a matter must not be erased. The reason is sealed.
CREATE TABLE legal_hold (
  id        text   PRIMARY KEY,
  subject   text   NOT NULL,
  reason    bytea  NOT NULL,
  set_at    bigint NOT NULL,
  set_by    text   NOT NULL,
  lifted_at bigint NOT NULL,
  lifted_by text   NOT NULL
);
CREATE UNIQUE INDEX legal_hold_one ON legal_hold (subject) WHERE lifted_at = 0;
