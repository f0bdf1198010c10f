-- +goose Up
CREATE TABLE agency (
  code       text   PRIMARY KEY,
  name       text   NOT NULL,
  created_at bigint NOT NULL
);
CREATE TABLE user_account (
  id                  text    PRIMARY KEY,
  name                text    NOT NULL UNIQUE,
  display_name        text    NOT NULL,
  known_names         text    NOT NULL,
  email               bytea,
  languages           text    NOT NULL,
  agency              text    NOT NULL REFERENCES agency (code),
  active              boolean NOT NULL,
  version             bigint  NOT NULL,
  created_at          bigint  NOT NULL,
  password            text    NOT NULL,
  password_once       boolean NOT NULL,
  password_expires_at bigint  NOT NULL,
  totp                bytea,
  totp_step           bigint  NOT NULL,
  signed_in_at        bigint  NOT NULL
);
CREATE INDEX user_account_agency ON user_account (agency);
CREATE TABLE user_role (
  user_id text NOT NULL REFERENCES user_account (id),
  role    text NOT NULL,
  PRIMARY KEY (user_id, role)
);
CREATE INDEX user_role_role ON user_role (role);
CREATE TABLE qualification (
  user_id    text   NOT NULL REFERENCES user_account (id),
  code       text   NOT NULL,
  issued_at  bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (user_id, code)
);
CREATE TABLE session (
  id         text    PRIMARY KEY,
  user_id    text    NOT NULL REFERENCES user_account (id),
  token_hash bytea   NOT NULL UNIQUE,
  pending    boolean NOT NULL,
  factor     boolean NOT NULL,
  totp       bytea,
  created_at bigint  NOT NULL,
  seen_at    bigint  NOT NULL,
  expires_at bigint  NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);
CREATE TABLE sign_in_throttle (
  key        text    PRIMARY KEY,
  tries      bigint  NOT NULL,
  slow_until bigint  NOT NULL,
  told       boolean NOT NULL,
  last_at    bigint  NOT NULL
);
CREATE INDEX sign_in_throttle_last ON sign_in_throttle (last_at);
