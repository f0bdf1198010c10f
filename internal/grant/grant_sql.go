package grant

import "amparo/internal/store"

// VisibleSQL is the condition on a subject column that every list of matter data carries, as in
// `WHERE report.id ` + grant.VisibleSQL. $1 to $6 are a Scope's Args.
const VisibleSQL = `IN (SELECT g.subject FROM access_grant g WHERE ` + TiedSQL + `)`

// TiedSQL is what VisibleSQL asks of a grant g. A statement that finds few rows among many asks it for each of them by itself, as in
// `WHERE EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = report.id AND ` + grant.TiedSQL + `)`, and is as quick with a
// million grants as with a hundred.
const TiedSQL = `g.ended_at = 0 AND g.grantee <> ''
	AND (g.grantee = $2 AND g.relation = 'claimant' OR g.grantee = $3 AND g.relation = 'manager'
		OR g.grantee = $4 AND g.relation = 'co_worker' OR g.grantee = $5 AND g.relation = 'desk'
		OR g.grantee = $6 AND g.relation = 'agency')
	AND NOT EXISTS (SELECT 1 FROM conflict_of_interest c WHERE c.subject = g.subject AND c.user_id = $1)`

// HandedSQL is VisibleSQL for the parts of cases that were handed to an agency: $1 to $3 are HandedArgs.
const HandedSQL = `IN (SELECT g.subject FROM access_grant g WHERE g.ended_at = 0 AND g.grantee <> ''
	AND (g.grantee = $2 AND g.relation = 'taker' OR g.grantee = $3 AND g.relation = 'receiver')
	AND NOT EXISTS (SELECT 1 FROM conflict_of_interest c WHERE c.subject = g.subject AND c.user_id = $1))`

// KeptFromSQL has the subjects, as c.subject, that a user must not know of; the user's id comes after it.
const KeptFromSQL = `FROM conflict_of_interest c WHERE c.user_id = `

const (
	giveSQL = `INSERT INTO access_grant (subject, grantee, relation, given_by, given_at, ended_at) VALUES ($1, $2, $3, $4, $5, 0)
		ON CONFLICT DO NOTHING`
	againSQL = `UPDATE access_grant SET ended_at = 0 WHERE subject = $1 AND grantee = $2 AND relation = $3 AND given_at = $4`
	endSQL   = `UPDATE access_grant SET ended_at = $4 WHERE subject = $1 AND grantee = $2 AND relation = $3 AND ended_at = 0`
	// holderSQL prefers the grantee asked for, so that giving twice is seen as such.
	holderSQL = `SELECT grantee FROM access_grant WHERE subject = $1 AND relation = $2 AND ended_at = 0
		ORDER BY CASE WHEN grantee = $3 THEN 0 ELSE 1 END, given_at LIMIT 1`
	// holdersOfSQL asks for many subjects at once; arguments that are left over are empty.
	holdersOfSQL = `SELECT subject, relation, grantee FROM access_grant WHERE ended_at = 0 AND relation IN ('claimant', 'manager')
		AND subject IN (` + store.Many + `)`
	excludedOfSQL = `SELECT subject, user_id FROM conflict_of_interest WHERE subject IN (` + store.Many + `)`
	holdersSQL    = `SELECT subject, grantee FROM access_grant WHERE relation = $7 AND ended_at = 0 AND subject ` + VisibleSQL
	// excludeSQL makes one that was only copied the subject's own.
	excludeSQL = `INSERT INTO conflict_of_interest (subject, user_id, source, recorded_at, copied) VALUES ($1, $2, $3, $4, 0)
		ON CONFLICT (subject, user_id) DO UPDATE SET copied = 0, source = $3 WHERE conflict_of_interest.copied = 1`
	copyConflictsSQL = `INSERT INTO conflict_of_interest (subject, user_id, source, recorded_at, copied)
		SELECT $2, user_id, source, $3, copied FROM conflict_of_interest WHERE subject = $1 ON CONFLICT DO NOTHING`
	copyCopiesSQL = `INSERT INTO conflict_copy (subject, user_id, brought_by)
		SELECT $2, user_id, brought_by FROM conflict_copy WHERE subject = $1 ON CONFLICT DO NOTHING`
	ownSQL     = `SELECT user_id, source FROM conflict_of_interest WHERE subject = $1 AND copied = 0 ORDER BY user_id`
	bringSQL   = `INSERT INTO conflict_copy (subject, user_id, brought_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	broughtSQL = `INSERT INTO conflict_of_interest (subject, user_id, source, recorded_at, copied) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT DO NOTHING`
	takeBackSQL = `DELETE FROM conflict_copy WHERE subject = $1 AND brought_by = $2`
	looseSQL    = `DELETE FROM conflict_of_interest WHERE subject = $1 AND copied = 1 AND NOT EXISTS (SELECT 1 FROM conflict_copy k
		WHERE k.subject = $1 AND k.user_id = conflict_of_interest.user_id)`
	excludedSQL  = `SELECT count(*) FROM conflict_of_interest WHERE subject = $1 AND user_id = $2`
	relationsSQL = `SELECT relation FROM access_grant WHERE subject = $1 AND ended_at = 0 AND grantee <> '' AND grantee IN ($2, $3)
		UNION SELECT 'conflicted' FROM conflict_of_interest WHERE subject = $1 AND user_id = $2 ORDER BY 1`
	coWorkersSQL = `SELECT subject, grantee FROM access_grant WHERE given_by = $1 AND relation = 'co_worker' AND ended_at = 0 ORDER BY subject, grantee`
	historySQL   = `SELECT subject, grantee, relation, given_by, given_at, ended_at FROM access_grant WHERE subject = $1
		ORDER BY given_at, relation, grantee`
)
