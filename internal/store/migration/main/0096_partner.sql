-- +goose Up
-- Organizations outside whose programs hand in reports, and the keys by which they are known. Of a key its digest is kept, and of its use the last day.
CREATE TABLE partner (
  code       text   PRIMARY KEY,
  name       text   NOT NULL,
  created_at bigint NOT NULL
);
CREATE TABLE partner_key (
  id         text   PRIMARY KEY,
  partner    text   NOT NULL REFERENCES partner (code),
  key_hash   bytea  NOT NULL UNIQUE,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint NOT NULL,
  used_on    text   NOT NULL
);
CREATE INDEX partner_key_partner ON partner_key (partner);
