-- +goose Up
-- Sessions of programmes. Who took part is numbers alone; what was told in one is nowhere here, nor that anything was.
CREATE TABLE programme_session (
  id            text   PRIMARY KEY,
  programme     text   NOT NULL REFERENCES programme (id),
  begins_at     bigint NOT NULL,
  minutes       bigint NOT NULL,
  place_kind    text   NOT NULL CHECK (place_kind IN ('in_person', 'virtual')),
  place         text   NOT NULL,
  area          text   NOT NULL,
  platform      text   NOT NULL,
  moderated     bigint NOT NULL,
  language      text   NOT NULL,
  facilitators  text   NOT NULL,
  second_adult  text   NOT NULL,
  state         text   NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
  reason        text   NOT NULL,
  attended      text   NOT NULL,
  answers       text   NOT NULL,
  debriefed     bigint NOT NULL,
  written_up_at bigint NOT NULL,
  written_up_by text   NOT NULL,
  made_at       bigint NOT NULL,
  made_by       text   NOT NULL,
  version       bigint NOT NULL
);
CREATE INDEX programme_session_of ON programme_session (programme, begins_at);
CREATE INDEX programme_session_state ON programme_session (state, begins_at);
