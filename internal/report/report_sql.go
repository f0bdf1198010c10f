package report

import (
	"amparo/internal/grant"
	"amparo/internal/store"
)

const columns = `id, pack, language, reader, channel, area, agency, instrument, state, outcome, quarantine,
	received_at, opened_at, resolved_at, resolved_by, version`

const (
	keepSQL = `INSERT INTO report (id, pack, language, reader, channel, area, agency, instrument, state, outcome, quarantine,
			content, identity, came_by, received_at, opened_at, resolved_at, resolved_by, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', '', $9, $10, $11, $14, $12, $13, 0, '', 1) ON CONFLICT (id) DO NOTHING`
	tallySQL = `INSERT INTO report_tally (day, pack, reader, channel, language, n) VALUES ($1, $2, $3, $4, $5, 1)
		ON CONFLICT (day, pack, reader, channel, language) DO UPDATE SET n = report_tally.n + 1`
	takeSQL = `UPDATE report SET state = 'in_triage', begun_at = CASE WHEN begun_at = 0 THEN $2 ELSE begun_at END, version = version + 1
		WHERE id = $1 AND state = 'waiting'`
	releaseSQL = `UPDATE report SET state = 'waiting', version = version + 1 WHERE id = $1 AND state = 'in_triage'`
	resolveSQL = `UPDATE report SET state = 'resolved', outcome = $2, resolved_at = $3, resolved_by = $4, version = version + 1
		WHERE id = $1 AND state = 'in_triage'`

	settleSQL      = `UPDATE report SET quarantine = 0, version = version + 1 WHERE id = $1 AND quarantine = 1`
	quarantinedSQL = `SELECT quarantine FROM report WHERE id = $1`
	unreadSQL      = `UPDATE report SET state = 'resolved', outcome = $2, resolved_at = $3, resolved_by = $4, begun_at = $3, version = version + 1
		WHERE id = $1 AND state = 'waiting' AND quarantine = 1 AND begun_at = 0`
	asItWasSQL = `UPDATE report SET state = 'waiting', outcome = '', resolved_at = 0, resolved_by = '', begun_at = 0, version = version + 1
		WHERE id = $1 AND state = 'resolved' AND resolved_at = $2 AND begun_at = $2`
	floodSQL = `SELECT count(*) FROM (SELECT 1 FROM report WHERE quarantine = 1 AND state = 'waiting' AND id ` + grant.VisibleSQL + ` LIMIT $7) AS flood`

	joinSQL = `INSERT INTO report_join (id, report, into_subject, joined_at, joined_by, undone_at, undone_by)
		VALUES ($1, $2, $3, $4, $5, 0, '') ON CONFLICT DO NOTHING`
	unjoinSQL = `UPDATE report_join SET undone_at = $2, undone_by = $3 WHERE report = $1 AND undone_at = 0`
	reopenSQL = `UPDATE report SET state = 'waiting', outcome = '', resolved_at = 0, resolved_by = '', version = version + 1
		WHERE id = $1 AND state = 'resolved' AND outcome = 'duplicate'`
	joined      = `report, into_subject, joined_at, joined_by, undone_at, undone_by`
	joinOfSQL   = `SELECT ` + joined + ` FROM report_join WHERE report = $1 AND undone_at = 0`
	joinsSQL    = `SELECT ` + joined + ` FROM report_join WHERE $1 IN (report, into_subject) ORDER BY joined_at, id`
	joinedToSQL = `SELECT ` + joined + ` FROM report_join WHERE into_subject = $1 AND undone_at = 0 ORDER BY report`

	someSQL       = `SELECT ` + columns + ` FROM report WHERE id IN (` + store.Many + `)`
	sealedOfSQL   = `SELECT id, content, identity FROM report WHERE id IN (` + store.Many + `)`
	loadSQL       = `SELECT ` + columns + `, content, identity, came_by FROM report WHERE id = $1`
	unresolvedSQL = `SELECT ` + columns + ` FROM report WHERE state <> 'resolved' AND id ` + grant.VisibleSQL + ` ORDER BY received_at, id`

	latestPackSQL   = `SELECT pack FROM report ORDER BY received_at DESC, id DESC LIMIT 1`
	walkOpenSQL     = `SELECT id FROM report WHERE state <> 'resolved' AND received_at >= $1 AND id > $2 ORDER BY id LIMIT $3`
	walkResolvedSQL = `SELECT id FROM report WHERE state = 'resolved' AND received_at >= $1 AND outcome <> 'split_undone' AND length(content) > 0 AND id > $2 AND resolved_at < $4 ORDER BY id LIMIT $3`
)
