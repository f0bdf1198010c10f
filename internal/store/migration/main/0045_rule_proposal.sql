-- +goose Up
CREATE TABLE rule_proposal (
  id          text   PRIMARY KEY,
  kind        text   NOT NULL CHECK (kind IN ('adopt', 'withdraw')),
  name        text   NOT NULL,
  pack_rules  text   NOT NULL,
  rules       text   NOT NULL,
  state       text   NOT NULL CHECK (state IN ('proposed', 'adopted', 'declined', 'taken_back')),
  why         text   NOT NULL,
  proposed_at bigint NOT NULL,
  proposed_by text   NOT NULL,
  decided_at  bigint NOT NULL,
  decided_by  text   NOT NULL,
  reason      text   NOT NULL,
  number      bigint NOT NULL
);
CREATE UNIQUE INDEX rule_proposal_one ON rule_proposal (state) WHERE state = 'proposed';
CREATE UNIQUE INDEX rule_proposal_number ON rule_proposal (number) WHERE number > 0;
