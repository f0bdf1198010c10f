-- +goose Up
-- What was served is counted by the campaign that it belongs to as well; without one the campaign is empty.
CREATE TABLE signpost_served_kept AS SELECT * FROM signpost_served;
DROP TABLE signpost_served;
CREATE TABLE signpost_served (
  day      text   NOT NULL,
  campaign text   NOT NULL,
  code     text   NOT NULL,
  language text   NOT NULL,
  served   bigint NOT NULL,
  PRIMARY KEY (day, campaign, code, language)
);
INSERT INTO signpost_served (day, campaign, code, language, served) SELECT day, '', code, language, served FROM signpost_served_kept;
DROP TABLE signpost_served_kept;
