package shelf

const (
	putSQL = `INSERT INTO shelf_text (language, audience, topic, version, source, published_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (language, audience, topic) DO UPDATE SET version = excluded.version, source = excluded.source, published_at = excluded.published_at`
	takeSQL = `DELETE FROM shelf_text WHERE language = $1 AND audience = $2 AND topic = $3`
	// marksSQL tells what is published, without its words.
	marksSQL = `SELECT language, audience, topic, version, published_at FROM shelf_text ORDER BY language, audience, topic`
	textsSQL = `SELECT language, audience, topic, version, source FROM shelf_text ORDER BY language, audience, topic`
)
