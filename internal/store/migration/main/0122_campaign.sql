-- +goose Up
-- Campaigns: signposts that are put up together for a time. None is ever deleted, so that no code comes again.
CREATE TABLE campaign (
  id          text   PRIMARY KEY,
  code        text   NOT NULL,
  name        text   NOT NULL,
  purpose     text   NOT NULL,
  signposts   text   NOT NULL,
  languages   text   NOT NULL,
  kinds       text   NOT NULL,
  first_day   text   NOT NULL,
  last_day    text   NOT NULL,
  state       text   NOT NULL CHECK (state IN ('draft', 'approved', 'ended')),
  written_at  bigint NOT NULL,
  written_by  text   NOT NULL,
  approved_at bigint NOT NULL,
  approved_by text   NOT NULL,
  ended_at    bigint NOT NULL,
  ended_by    text   NOT NULL,
  reason      text   NOT NULL,
  version     bigint NOT NULL
);
CREATE UNIQUE INDEX campaign_code ON campaign (code);
-- What the public side may know of those that are approved and not ended: no name, no purpose.
CREATE TABLE campaign_running (
  code      text PRIMARY KEY,
  first_day text NOT NULL,
  last_day  text NOT NULL
);
-- How many reports came by each on each day. Nothing here leads to a report.
CREATE TABLE campaign_tally (
  day      text   NOT NULL,
  campaign text   NOT NULL,
  reports  bigint NOT NULL,
  PRIMARY KEY (day, campaign)
);
