package identity

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

const (
	agenciesSQL     = `SELECT code, name FROM agency ORDER BY code`
	oneAgencySQL    = `SELECT count(*) FROM agency WHERE code = $1`
	upsertAgencySQL = `INSERT INTO agency (code, name, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (code) DO UPDATE SET name = excluded.name`

	insertUserSQL = `INSERT INTO user_account (id, name, display_name, known_names, email, languages, agency, active, version,
			created_at, password, password_once, password_expires_at, totp, totp_step, signed_in_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, true, 1, $8, $9, $10, $11, $12, 0, 0)`
	usersSQL = `SELECT id, name, display_name, known_names, languages, agency, active, version, created_at, password_once,
			totp IS NOT NULL, signed_in_at
		FROM user_account WHERE (id = $1 OR $1 = '') AND (agency = $2 OR $2 = '') AND (active OR $3) ORDER BY display_name, id`
	rolesSQL = `SELECT r.user_id, r.role FROM user_role r JOIN user_account u ON u.id = r.user_id
		WHERE (u.id = $1 OR $1 = '') AND (u.agency = $2 OR $2 = '')`
	qualificationsSQL = `SELECT q.user_id, q.code, q.issued_at, q.expires_at FROM qualification q JOIN user_account u ON u.id = q.user_id
		WHERE (u.id = $1 OR $1 = '') AND (u.agency = $2 OR $2 = '') ORDER BY q.code`
	emailSQL = `SELECT email FROM user_account WHERE id = $1 AND active`

	touchUserSQL     = `UPDATE user_account SET version = version + 1 WHERE id = $1`
	activateSQL      = `UPDATE user_account SET active = $2 WHERE id = $1 AND active <> $2`
	setPasswordSQL   = `UPDATE user_account SET password = $2, password_once = $3, password_expires_at = $4 WHERE id = $1`
	rehashSQL        = `UPDATE user_account SET password = $3 WHERE id = $1 AND password = $2`
	setFactorSQL     = `UPDATE user_account SET totp = $2, totp_step = $3 WHERE id = $1`
	useStepSQL       = `UPDATE user_account SET totp_step = $2 WHERE id = $1 AND totp_step < $2`
	signedInSQL      = `UPDATE user_account SET signed_in_at = $2 WHERE id = $1`
	deleteRolesSQL   = `DELETE FROM user_role WHERE user_id = $1`
	insertRoleSQL    = `INSERT INTO user_role (user_id, role) VALUES ($1, $2)`
	administratorSQL = `SELECT count(*) FROM user_role r JOIN user_account u ON u.id = r.user_id
		WHERE r.role = $1 AND u.active AND u.id <> $2`
	upsertQualificationSQL = `INSERT INTO qualification (user_id, code, issued_at, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, code) DO UPDATE SET issued_at = excluded.issued_at, expires_at = excluded.expires_at`
)

// which selects users; empty fields select all.
type which struct {
	id       UserID
	agency   AgencyID
	inactive bool // deactivated users too
}

// users reads the users asked for, with their roles and qualifications.
func users(ctx context.Context, tx store.Tx, w which) ([]User, error) {
	var list []User
	place := map[UserID]int{}
	err := tx.Each(ctx, usersSQL, []any{string(w.id), string(w.agency), w.inactive}, func(scan func(dest ...any) error) error {
		u, err := scanUser(scan)
		place[u.ID] = len(list)
		list = append(list, u)
		return err
	})
	if err != nil {
		return nil, err
	}
	held, err := roles(ctx, tx, w)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Roles, _ = validRoles(held[list[i].ID])
	}
	return list, tx.Each(ctx, qualificationsSQL, []any{string(w.id), string(w.agency)}, func(scan func(dest ...any) error) error {
		id, q, err := scanQualification(scan)
		if i, ok := place[id]; ok {
			list[i].Qualifications = append(list[i].Qualifications, q)
		}
		return err
	})
}

func scanUser(scan func(dest ...any) error) (User, error) {
	var u User
	var known, languages string
	var created, signedIn int64
	err := scan(&u.ID, &u.Name, &u.DisplayName, &known, &languages, &u.Agency, &u.Active, &u.Version, &created, &u.OneTime, &u.Enrolled, &signedIn)
	if err != nil {
		return u, err
	}
	u.Languages = strings.Fields(languages)
	u.CreatedAt, u.SignedInAt = clock.FromMicro(created), clock.FromMicro(signedIn)
	return u, json.Unmarshal([]byte(known), &u.KnownNames)
}

func scanQualification(scan func(dest ...any) error) (UserID, Qualification, error) {
	var id UserID
	var q Qualification
	var issued, expires int64
	err := scan(&id, &q.Code, &issued, &expires)
	q.IssuedAt, q.ExpiresAt = clock.FromMicro(issued), clock.FromMicro(expires)
	return id, q, err
}

func roles(ctx context.Context, tx store.Tx, w which) (map[UserID][]access.Role, error) {
	held := map[UserID][]access.Role{}
	return held, tx.Each(ctx, rolesSQL, []any{string(w.id), string(w.agency)}, func(scan func(dest ...any) error) error {
		var id UserID
		var role access.Role
		err := scan(&id, &role)
		held[id] = append(held[id], role)
		return err
	})
}

// newUser is a row to insert: what was asked for, in its stored form.
type newUser struct {
	id           UserID
	in           AddUserInput
	email, totp  []byte
	password     string
	once         bool
	passwordEnds time.Time
}

func insertUser(ctx context.Context, tx store.Tx, n newUser) error {
	known, err := json.Marshal(append([]string{}, n.in.KnownNames...))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertUserSQL, string(n.id), n.in.Name, n.in.DisplayName, string(known), n.email,
		strings.Join(n.in.Languages, " "), string(n.in.Agency), clock.Micro(tx.Now), n.password, n.once, clock.Micro(n.passwordEnds), n.totp)
	if err != nil {
		return err
	}
	if err := insertRoles(ctx, tx, n.id, n.in.Roles); err != nil {
		return err
	}
	for _, q := range n.in.Qualifications {
		if err := upsertQualification(ctx, tx, n.id, q); err != nil {
			return err
		}
	}
	return nil
}

func insertRoles(ctx context.Context, tx store.Tx, id UserID, roles []access.Role) error {
	for _, role := range roles {
		if _, err := tx.Exec(ctx, insertRoleSQL, string(id), string(role)); err != nil {
			return err
		}
	}
	return nil
}

func upsertQualification(ctx context.Context, tx store.Tx, id UserID, q Qualification) error {
	_, err := tx.Exec(ctx, upsertQualificationSQL, string(id), q.Code, clock.Micro(q.IssuedAt), clock.Micro(q.ExpiresAt))
	return err
}
