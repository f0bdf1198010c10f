-- +goose Up
-- What a report that came in a burst still owes before it counts as any other: the zero bits of a proof of work; 0 when nothing.
ALTER TABLE receipt ADD COLUMN owes bigint NOT NULL DEFAULT 0;
-- The desk counts and reads what came in a burst and is not done with.
CREATE INDEX report_burst ON report (received_at, id) WHERE quarantine = 1 AND state <> 'resolved';
ALTER TABLE queue_filter ADD COLUMN burst bigint NOT NULL DEFAULT 0;
-- Within its priority what came in a burst stands behind all else, but at P1 and once a person has decided on it: task.Behind.
UPDATE task_queue SET rank = rank || 'b' WHERE subject IN (SELECT r.id FROM report r JOIN standing s ON s.subject = r.id
  WHERE r.quarantine = 1 AND s.confirmed = 0 AND s.priority <> 'P1');
