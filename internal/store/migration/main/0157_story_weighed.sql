-- +goose Up
-- When the colleague whom a guardian's consent names said that they had weighed what is best for the child; 0 while they have not.
ALTER TABLE story_consent ADD COLUMN weighed_at bigint NOT NULL DEFAULT 0;
