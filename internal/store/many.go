package store

import (
	"context"
	"slices"
)

// Many is what a statement asks by that reads the rows of many keys at once, as in `WHERE subject IN (` + store.Many + `)`. Tx.Many
// fills it.
const Many = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, ` +
	`$26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50`

// AtOnce is how many keys Many takes.
const AtOnce = 50

// Padded gives keys as arguments, AtOnce of them; those that are left over are empty.
func Padded[T ~string](keys []T) []any {
	args := make([]any, AtOnce)
	for i := range args {
		args[i] = ""
		if i < len(keys) {
			args[i] = string(keys[i])
		}
	}
	return args
}

// Many reads the rows of any number of keys by a statement that asks for Many. Rows of one key come in the statement's order.
func (t Tx) Many(ctx context.Context, statement string, keys []string, scan func(scan func(dest ...any) error) error) error {
	for some := range slices.Chunk(keys, AtOnce) {
		if err := t.Each(ctx, statement, Padded(some), scan); err != nil {
			return err
		}
	}
	return nil
}
