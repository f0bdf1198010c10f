-- +goose Up
-- A report is handed to a colleague; the note to them is sealed under the report's own key.
CREATE TABLE report_hand (
  id          text   PRIMARY KEY,
  subject     text   NOT NULL,
  former      text   NOT NULL,
  colleague   text   NOT NULL,
  note        bytea  NOT NULL,
  made_at     bigint NOT NULL,
  made_by     text   NOT NULL
);
CREATE INDEX report_hand_subject ON report_hand (subject, made_at);
-- What somebody looks at of the queue again and again. It names codes of the country, nothing of a report.
CREATE TABLE queue_filter (
  id          text   PRIMARY KEY,
  user_id     text   NOT NULL,
  name        text   NOT NULL,
  priority    text   NOT NULL,
  area        text   NOT NULL,
  language    text   NOT NULL,
  channel     text   NOT NULL,
  whose       text   NOT NULL CHECK (whose IN ('', 'mine', 'nobody', 'late')),
  translation bigint NOT NULL CHECK (translation IN (0, 1)),
  made_at     bigint NOT NULL,
  UNIQUE (user_id, name)
);
-- What the shift that goes says to the one that comes: one note for each desk, sealed under a key of its own.
CREATE TABLE desk_note (
  agency      text   PRIMARY KEY,
  id          text   NOT NULL,
  note        bytea  NOT NULL,
  made_at     bigint NOT NULL,
  made_by     text   NOT NULL
);
