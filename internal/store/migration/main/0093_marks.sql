-- +goose Up
-- Where a mark stands: with a report, with a case, or with a report that is a part of a case. A search for cases goes along these alone, and not
-- along those of all that was ever reported.
ALTER TABLE match_mark ADD COLUMN place text NOT NULL DEFAULT 'report' CHECK (place IN ('report', 'case', 'in_case'));
UPDATE match_mark SET place = 'case' WHERE subject IN (SELECT id FROM case_file);
UPDATE match_mark SET place = 'in_case' WHERE subject IN (SELECT report FROM case_report);
CREATE INDEX match_mark_case ON match_mark (digest, made_at, subject) WHERE place = 'case';
CREATE INDEX match_mark_in_case ON match_mark (digest, made_at, subject) WHERE place = 'in_case';
