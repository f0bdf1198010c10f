-- +goose Up
-- When a reporter threw the receipt away: it opens nothing from then on, and nothing more is put behind it.
ALTER TABLE receipt ADD COLUMN burnt_at bigint NOT NULL DEFAULT 0;
