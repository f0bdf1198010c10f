package signpost

const (
	addServedSQL = `INSERT INTO signpost_served (day, campaign, code, language, served) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (day, campaign, code, language) DO UPDATE SET served = signpost_served.served + excluded.served`
	servedSinceSQL = `SELECT day, code, language, CAST(sum(served) AS bigint) FROM signpost_served WHERE day >= $1 GROUP BY day, code, language ORDER BY day DESC, code, language`
	servedOfSQL    = `SELECT day, code, language, served FROM signpost_served WHERE campaign = $1 AND day <= $2 ORDER BY day DESC, code, language`
	pruneServedSQL = `DELETE FROM signpost_served WHERE day < $1`
)
