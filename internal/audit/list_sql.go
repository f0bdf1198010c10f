package audit

// listSQL reads one page of the log. The subject ($3) is a literal for LIKE, empty for any.
const listSQL = `SELECT e.id, CAST(e.at AS text), e.actor_kind, e.actor_id, e.agency, e.roles, e.action, e.outcome, e.reason, e.subjects, e.detail,
	e.at, COALESCE(l.number, -1)
	FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id
	WHERE ($1 = '' OR e.actor_id = $1) AND ($2 = '' OR e.action = $2) AND ($3 = '' OR e.subjects LIKE '% ' || $3 || ' %' ESCAPE '!')
	AND e.at >= $4 AND e.at < $5 AND ($6 = '' OR e.id < $6)
	ORDER BY e.id DESC LIMIT $7`
