-- +goose Up
-- Every report in the order of the duty queue, so that a page of it is read from an index and no further than it goes. What was there
-- before is put in its place.
CREATE TABLE task_queue (
  subject text   PRIMARY KEY,
  rank    text   NOT NULL,
  due_at  bigint NOT NULL,
  since   bigint NOT NULL,
  turn    text   NOT NULL CHECK (turn IN ('waiting', 'taken', 'left')),
  listed  bigint NOT NULL CHECK (listed IN (0, 1))
);
INSERT INTO task_queue (subject, rank, due_at, since, turn, listed)
  SELECT q.id, q.rank, coalesce(q.due_at, 9223372036854775807), q.received_at,
    CASE q.state WHEN 'waiting' THEN 'waiting' WHEN 'in_triage' THEN 'taken' ELSE 'left' END,
    CASE WHEN q.state = 'resolved' AND q.due_at IS NULL THEN 0 ELSE 1 END
  FROM (SELECT r.id, coalesce(s.priority, '') AS rank, r.received_at, r.state,
      (SELECT min(t.due_at) FROM task t WHERE t.subject = r.id AND t.state = 'open') AS due_at
    FROM report r LEFT JOIN standing s ON s.subject = r.id) AS q;
CREATE INDEX task_queue_order ON task_queue (rank, due_at, since, subject) WHERE listed = 1;
CREATE INDEX task_queue_waiting ON task_queue (rank, due_at, since, subject) WHERE turn = 'waiting';
-- What colleagues call a report by, where a note names one: report.Handle.
CREATE INDEX report_handle ON report (upper(substr(id, length(id) - 4)));
-- A search goes through those who have a mark, the latest first, until it has enough of them.
CREATE INDEX match_mark_latest ON match_mark (digest, made_at, subject);
