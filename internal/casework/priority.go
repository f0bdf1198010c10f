package casework

import (
	"context"

	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// Urgency gives the priority of a case, inside the caller's transaction; fault.Withheld when there is no such case. Who may
// know it was decided by the caller.
func Urgency(ctx context.Context, tx store.Tx, id ID) (ruleset.Priority, error) {
	c, err := load(ctx, tx, id)
	return c.Priority, err
}

// Find gives what lists may show of a case, inside the caller's transaction; fault.Withheld when there is no such case. Who may
// know it was decided by the caller.
func Find(ctx context.Context, tx store.Tx, id ID) (Case, error) { return load(ctx, tx, id) }
