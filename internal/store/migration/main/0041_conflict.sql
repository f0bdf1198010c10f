-- +goose Up
-- What the log leaves out for a reader is looked up by who must not know.
CREATE INDEX conflict_of_interest_user ON conflict_of_interest (user_id);
