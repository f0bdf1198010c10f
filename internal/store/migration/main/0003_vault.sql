-- +goose Up
CREATE TABLE intake_key (
  id         text   PRIMARY KEY,
  public     bytea  NOT NULL,
  created_at bigint NOT NULL,
  retired_at bigint NOT NULL
);
