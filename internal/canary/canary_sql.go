package canary

const (
	insertSQL = `INSERT INTO canary (id, token, sent_at, opened_at, failed_at, failure) VALUES ($1, $2, $3, 0, 0, '')`
	pruneSQL  = `DELETE FROM canary WHERE sent_at < $1`
	knownSQL  = `SELECT count(*) FROM canary WHERE token = $1 AND opened_at = 0`
	openedSQL = `UPDATE canary SET opened_at = $2 WHERE token = $1 AND opened_at = 0`
	lateSQL   = `SELECT id FROM canary WHERE sent_at < $1 AND opened_at = 0 AND failed_at = 0 ORDER BY id LIMIT 100`
	failSQL   = `UPDATE canary SET failed_at = $2, failure = $3 WHERE id = $1 AND failed_at = 0 AND opened_at = 0`
	// stateSQL gives when the last was sent, when the last was opened, and when the last failed; what a clock that was ahead wrote does not count.
	stateSQL = `SELECT coalesce(max(sent_at), 0), coalesce(max(opened_at), 0), coalesce(max(failed_at), 0) FROM canary
		WHERE sent_at <= $1 AND opened_at <= $1 AND failed_at <= $1`
	failureSQL = `SELECT failure FROM canary WHERE failed_at = $1 ORDER BY id DESC LIMIT 1`
)
