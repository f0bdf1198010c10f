package match

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// most is how many digests searchSQL takes; empty ones fill up the rest.
const most = 32

const (
	markSQL = `INSERT INTO match_mark (digest, subject, kind, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

	forgetSQL = `DELETE FROM match_mark WHERE subject = $1`

	repeatSQL = `SELECT DISTINCT other.subject FROM match_mark own JOIN match_mark other ON other.digest = own.digest
		WHERE own.subject = $1 AND other.subject <> $1 AND other.kind NOT IN ('sound', 'word') AND other.made_at >= $2`
	alikeSQL = `SELECT other.subject, other.kind, other.digest, other.made_at FROM match_mark own
		JOIN match_mark other ON other.digest = own.digest AND other.subject <> own.subject
		WHERE own.subject = $7 AND own.kind <> 'word' AND other.subject ` + grant.VisibleSQL + ` ORDER BY other.made_at DESC, other.subject LIMIT 1000`
	alikeThroughSQL = `SELECT c.case_id, other.kind, other.digest, other.made_at FROM match_mark own
		JOIN match_mark other ON other.digest = own.digest AND other.subject <> own.subject
		JOIN case_report c ON c.report = other.subject
		WHERE own.subject = $7 AND own.kind <> 'word' AND c.case_id ` + grant.VisibleSQL + ` ORDER BY other.made_at DESC, c.case_id LIMIT 1000`
	among = `IN ($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
		$23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)`
	searchSQL = `SELECT subject, kind, digest, made_at FROM match_mark WHERE digest ` + among + `
		AND subject ` + grant.VisibleSQL + ` ORDER BY made_at DESC, subject LIMIT 1000`
	// searchThroughSQL finds a case by the marks of the reports that led to it: whoever may read the case reads them there.
	searchThroughSQL = `SELECT c.case_id, m.kind, m.digest, m.made_at FROM match_mark m JOIN case_report c ON c.report = m.subject
		WHERE m.digest ` + among + ` AND c.case_id ` + grant.VisibleSQL + ` ORDER BY m.made_at DESC, c.case_id LIMIT 1000`
)

// a finding puts marks of one subject together, in the order in which the subjects come.
type finding struct {
	list []found
	at   map[string]int
}

// a look is one statement of a search, with what it finds by it.
type look struct {
	statement string
	action    access.Action // whose scope it has
	cases     bool          // its subjects are cases
}

// likenesses reads marks by each of the statements, which take the scope and the same arguments after it.
func likenesses(ctx context.Context, tx store.Tx, actor access.Actor, looks []look, args []any) ([]found, error) {
	f := finding{at: map[string]int{}}
	for _, l := range looks {
		err := tx.Each(ctx, l.statement, grant.ScopeFor(actor, l.action).Args(args...), func(scan func(...any) error) error {
			var subject, kind string
			var digest []byte
			var made int64
			if err := scan(&subject, &kind, &digest, &made); err != nil {
				return err
			}
			f.add(Likeness{Subject: subject, Case: l.cases, Told: clock.FromMicro(made)}, Kind(kind), string(digest))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return f.list, nil
}

func (f *finding) add(l Likeness, kind Kind, digest string) {
	i, ok := f.at[l.Subject]
	if !ok {
		i = len(f.list)
		f.at[l.Subject] = i
		f.list = append(f.list, found{Likeness: l})
	}
	f.list[i].add(kind, digest)
}
