-- +goose Up
-- The campaign that a report came by, sealed with what was told. Every report that is opened from now on has one, of the same length, also
-- where it came by none.
ALTER TABLE report ADD COLUMN came_by bytea;
