package tale

const (
	putSQL  = `INSERT INTO tale_story (code, language, audience, kind, title, body, published_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	backSQL = `DELETE FROM tale_removed WHERE code = $1 AND language = $2`
	// removedSQL and takeSQL take a story away, and keep that it was there.
	removedSQL = `INSERT INTO tale_removed (code, language, removed_at) SELECT code, language, $2 FROM tale_story WHERE code = $1
		ON CONFLICT (code, language) DO UPDATE SET removed_at = excluded.removed_at`
	takeSQL     = `DELETE FROM tale_story WHERE code = $1`
	pruneSQL    = `DELETE FROM tale_removed WHERE removed_at < $1`
	storiesSQL  = `SELECT code, language, audience, kind, title, body, published_at, until_at FROM tale_story WHERE until_at > $1 ORDER BY published_at DESC, code, language`
	goneSQL     = `SELECT code, language, removed_at FROM tale_removed ORDER BY removed_at, code, language`
	yearsSQL    = `SELECT figures FROM tale_year ORDER BY year DESC LIMIT 2`
	keepYearSQL = `INSERT INTO tale_year (year, figures, made_at) VALUES ($1, $2, $3) ON CONFLICT (year) DO UPDATE SET figures = excluded.figures, made_at = excluded.made_at`
)
