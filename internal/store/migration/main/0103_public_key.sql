-- +goose Up
-- Which key the public processes share, by a digest that does not lead back to it: another one finds no receipt.
CREATE TABLE public_key (
  print   text   PRIMARY KEY,
  used_at bigint NOT NULL
);
