-- +goose Up
-- What somebody on the telephone or at a desk takes down while they listen, sealed; whose it is alone opens it. Once it was handed in
-- there is a receipt in place of it, sealed too, until the caller has it.
CREATE TABLE call_draft (
  id       text   PRIMARY KEY,
  author   text   NOT NULL,
  agency   text   NOT NULL,
  channel  text   NOT NULL,
  state    text   NOT NULL CHECK (state IN ('open', 'closed', 'handed', 'unfinished', 'spent')),
  version  bigint NOT NULL,
  content  bytea  NOT NULL,
  receipt  bytea  NOT NULL,
  report   text   NOT NULL,
  begun_at bigint NOT NULL,
  saved_at bigint NOT NULL
);
CREATE INDEX call_draft_author ON call_draft (author, begun_at);
CREATE INDEX call_draft_saved ON call_draft (state, saved_at);
-- Calls of a day by what they were. No call has a row of its own here.
CREATE TABLE call_tally (
  agency  text   NOT NULL,
  day     text   NOT NULL,
  channel text   NOT NULL,
  kind    text   NOT NULL,
  calls   bigint NOT NULL,
  PRIMARY KEY (agency, day, channel, kind)
);
-- A call that was closed in one step, for the few minutes in which it can be taken back.
CREATE TABLE call_closing (
  id        text   PRIMARY KEY,
  author    text   NOT NULL,
  agency    text   NOT NULL,
  day       text   NOT NULL,
  channel   text   NOT NULL,
  kind      text   NOT NULL,
  draft     text   NOT NULL,
  closed_at bigint NOT NULL,
  back_at   bigint NOT NULL
);
CREATE INDEX call_closing_author ON call_closing (author, closed_at);
