package signpost

const (
	addServedSQL = `INSERT INTO signpost_served (day, code, language, served) VALUES ($1, $2, $3, $4)
		ON CONFLICT (day, code, language) DO UPDATE SET served = signpost_served.served + excluded.served`
	servedSinceSQL = `SELECT day, code, language, served FROM signpost_served WHERE day >= $1 ORDER BY day DESC, code, language`
	pruneServedSQL = `DELETE FROM signpost_served WHERE day < $1`
)
