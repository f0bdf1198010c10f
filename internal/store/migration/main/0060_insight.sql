-- +goose Up
-- When somebody began to work a report for the first time: what waiting times are reckoned by. Reports from before have it from
-- the grants that tell who claimed them first.
ALTER TABLE report ADD COLUMN begun_at bigint NOT NULL DEFAULT 0;
UPDATE report SET begun_at = coalesce((SELECT min(g.given_at) FROM access_grant g WHERE g.subject = report.id AND g.relation = 'claimant'), 0)
  WHERE id IN (SELECT subject FROM access_grant WHERE relation = 'claimant');
CREATE INDEX report_received ON report (received_at, id, begun_at);
CREATE INDEX task_late ON task (due_at) WHERE state = 'open';
CREATE INDEX case_file_open ON case_file (id) WHERE state = 'open';
