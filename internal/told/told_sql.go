package told

const (
	putSQL = `INSERT INTO told_story (code, language, audience, kind, title, body, published_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	backSQL = `DELETE FROM told_removed WHERE code = $1 AND language = $2`
	// removedSQL and takeSQL take a story away, and keep that it was there.
	removedSQL  = `INSERT INTO told_removed (code, language, removed_at) SELECT code, language, $2 FROM told_story WHERE code = $1
		ON CONFLICT (code, language) DO UPDATE SET removed_at = excluded.removed_at`
	takeSQL     = `DELETE FROM told_story WHERE code = $1`
	pruneSQL    = `DELETE FROM told_removed WHERE removed_at < $1`
	storiesSQL  = `SELECT code, language, audience, kind, title, body, published_at, until_at FROM told_story WHERE until_at > $1 ORDER BY published_at DESC, code, language`
	goneSQL     = `SELECT code, language, removed_at FROM told_removed ORDER BY removed_at, code, language`
	yearsSQL    = `SELECT figures FROM told_year ORDER BY year DESC LIMIT 2`
	yearSQL     = `SELECT figures FROM told_year WHERE year = $1`
	keepYearSQL = `INSERT INTO told_year (year, figures, made_at) VALUES ($1, $2, $3) ON CONFLICT (year) DO UPDATE SET figures = excluded.figures, made_at = excluded.made_at`
)
