package match

import (
	"context"

	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// most is how many digests searchSQL takes; empty ones fill up the rest.
const most = 32

const (
	markSQL = `INSERT INTO match_mark (digest, subject, kind, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

	repeatSQL = `SELECT count(*) FROM match_mark own JOIN match_mark other ON other.digest = own.digest
		WHERE own.subject = $1 AND other.subject <> $1 AND other.kind NOT IN ('sound', 'word') AND other.made_at >= $2`
	alikeSQL = `SELECT other.subject, other.kind, other.digest, other.made_at FROM match_mark own
		JOIN match_mark other ON other.digest = own.digest AND other.subject <> own.subject
		WHERE own.subject = $7 AND own.kind <> 'word' AND other.subject ` + grant.VisibleSQL + ` ORDER BY other.made_at DESC, other.subject LIMIT 1000`
	searchSQL = `SELECT subject, kind, digest, made_at FROM match_mark
		WHERE digest IN ($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
			$23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)
		AND subject ` + grant.VisibleSQL + ` ORDER BY made_at DESC, subject LIMIT 1000`
)

// likenesses reads marks, and puts those of one subject together, in the order in which the subjects come.
func likenesses(ctx context.Context, tx store.Tx, statement string, args []any) (list []found, err error) {
	at := map[string]int{}
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var subject, kind string
		var digest []byte
		var made int64
		if err := scan(&subject, &kind, &digest, &made); err != nil {
			return err
		}
		i, ok := at[subject]
		if !ok {
			i = len(list)
			at[subject] = i
			list = append(list, found{Likeness: Likeness{Subject: subject, Told: clock.FromMicro(made)}})
		}
		list[i].add(Kind(kind), string(digest))
		return nil
	})
	return list, err
}
