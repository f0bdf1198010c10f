package open

const (
	keyFilesSQL   = `SELECT name, fingerprint FROM key_file`
	rememberSQL   = `INSERT INTO key_file (name, fingerprint, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	anyWrappedSQL = `SELECT 1 FROM intake_private UNION ALL SELECT 1 FROM data_key LIMIT 1`

	intakeInUseSQL = `SELECT id, public FROM intake_key WHERE retired_at = 0`
	retireSQL      = `UPDATE intake_key SET retired_at = $1 WHERE retired_at = 0`
	addPublicSQL   = `INSERT INTO intake_key (id, public, created_at, retired_at) VALUES ($1, $2, $3, 0)`
	addPrivateSQL  = `INSERT INTO intake_private (id, wrapped, created_at) VALUES ($1, $2, $3)`
	privateSQL     = `SELECT wrapped FROM intake_private WHERE id = $1`

	addDataKeySQL = `INSERT INTO data_key (subject, purpose, wrapped, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	dataKeySQL    = `SELECT wrapped FROM data_key WHERE subject = $1 AND purpose = $2`
	// dataKeysSQL takes warmStep subjects; empty ones fill up the rest.
	dataKeysSQL = `SELECT subject, purpose, wrapped FROM data_key WHERE subject IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
		$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)`
	dropDataKeysSQL = `DELETE FROM data_key WHERE subject = $1`

	addExportSQL = `INSERT INTO key_export (id, at, fingerprint) VALUES ($1, $2, $3)`
	exportedSQL  = `SELECT count(*) FROM key_export WHERE fingerprint = $1`
)

// warmStep is the number of subjects that dataKeysSQL takes.
const warmStep = 32
