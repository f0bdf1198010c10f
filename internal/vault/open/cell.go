package open

import (
	"context"
	"fmt"

	"amparo/internal/vault/seal"
)

// A Cell is a place in the main store: the table, the column, and the id of the row.
type Cell struct{ Table, Column, Row string }

func (c Cell) bound(name keyName) ([]byte, error) {
	if c.Table == "" || c.Column == "" || c.Row == "" {
		return nil, fmt.Errorf("a cell needs a table, a column and a row, this is %q %q %q", c.Table, c.Column, c.Row)
	}
	return seal.Bound("cell", c.Table, c.Column, c.Row, name.subject, string(name.purpose)), nil
}

// Seal seals a value for its cell with the subject's data key. It gives ErrNoKey before NewDataKey and after
// DropDataKeys. The result is 29 bytes longer than the value.
func (v *Vault) Seal(ctx context.Context, subject string, p Purpose, c Cell, plain []byte) ([]byte, error) {
	name := keyName{subject, p}
	bound, err := c.bound(name)
	if err != nil {
		return nil, err
	}
	aead, err := v.dataKey(ctx, name)
	if err != nil {
		return nil, err
	}
	return sealBox(aead, plain, bound), nil
}

// Open gives the value that Seal was given for the same subject, purpose and cell. It gives ErrNoKey when the key was
// erased, and seal.ErrBroken when the value was altered or stands where it does not belong.
func (v *Vault) Open(ctx context.Context, subject string, p Purpose, c Cell, sealed []byte) ([]byte, error) {
	name := keyName{subject, p}
	bound, err := c.bound(name)
	if err != nil {
		return nil, err
	}
	aead, err := v.dataKey(ctx, name)
	if err != nil {
		return nil, err
	}
	plain, err := openBox(aead, sealed, bound)
	if err != nil {
		return nil, fmt.Errorf("the cell %s.%s of %s: %w", c.Table, c.Column, c.Row, err)
	}
	return plain, nil
}
