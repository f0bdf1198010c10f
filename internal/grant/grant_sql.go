package grant

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
	holdersSQL = `SELECT subject, grantee FROM access_grant WHERE relation = $7 AND ended_at = 0 AND subject ` + VisibleSQL
	excludeSQL = `INSERT INTO conflict_of_interest (subject, user_id, source, recorded_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`
	copyConflictsSQL = `INSERT INTO conflict_of_interest (subject, user_id, source, recorded_at)
		SELECT $2, user_id, source, $3 FROM conflict_of_interest WHERE subject = $1 ON CONFLICT DO NOTHING`
	excludedSQL  = `SELECT count(*) FROM conflict_of_interest WHERE subject = $1 AND user_id = $2`
	relationsSQL = `SELECT relation FROM access_grant WHERE subject = $1 AND ended_at = 0 AND grantee <> '' AND grantee IN ($2, $3)
		UNION SELECT 'conflicted' FROM conflict_of_interest WHERE subject = $1 AND user_id = $2 ORDER BY 1`
	coWorkersSQL = `SELECT subject, grantee FROM access_grant WHERE given_by = $1 AND relation = 'co_worker' AND ended_at = 0 ORDER BY subject, grantee`
	historySQL   = `SELECT subject, grantee, relation, given_by, given_at, ended_at FROM access_grant WHERE subject = $1
		ORDER BY given_at, relation, grantee`
)
