package identity

const (
	insertPartnerSQL = `INSERT INTO partner (code, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (code) DO NOTHING`
	partnerNameSQL   = `SELECT name FROM partner WHERE code = $1`
	partnersSQL      = `SELECT p.code, p.name, k.id, k.created_at, k.expires_at, k.revoked_at, k.used_on
		FROM partner p JOIN partner_key k ON k.partner = p.code ORDER BY p.name, p.code, k.created_at DESC, k.id DESC`

	insertPartnerKeySQL = `INSERT INTO partner_key (id, partner, key_hash, created_at, expires_at, revoked_at, used_on) VALUES ($1, $2, $3, $4, $5, 0, '')`
	partnerKeySQL       = `SELECT partner, id, created_at, expires_at, revoked_at, used_on FROM partner_key WHERE key_hash = $1`
	revokePartnerKeySQL = `UPDATE partner_key SET revoked_at = CASE WHEN revoked_at = 0 THEN $2 ELSE revoked_at END WHERE id = $1`
	usedPartnerKeySQL   = `UPDATE partner_key SET used_on = $2 WHERE id = $1 AND used_on < $2`
)
