package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"amparo/internal/access"
	"amparo/internal/backup"
	"amparo/internal/jobs"
	"amparo/internal/retention"
	"amparo/internal/vault/open"
)

// handleErasure destroys the keys of what was erased, and writes the erasure list anew beside the data.
func (a *App) handleErasure() {
	a.runner.Handle(retention.Destroy, func(ctx context.Context, _ json.RawMessage, done jobs.Done) error {
		return a.rooms.retention.DestroyKeys(ctx, func(list []retention.Erased) error {
			return backup.KeepErasures(a.config.Dir, func(w io.Writer) error { return retention.WriteList(w, list) })
		}, done)
	})
}

// erasures is the erasure list of an installation, for its backups.
type erasures struct{ stores }

// Write writes the list as it is now.
func (e erasures) Write(ctx context.Context, w io.Writer) error {
	list, err := retention.List(ctx, e.main)
	if err != nil {
		return err
	}
	return retention.WriteList(w, list)
}

// Check proves that a list is whole.
func (erasures) Check(list io.Reader) error {
	_, err := retention.ReadList(list)
	return err
}

// Again erases what the lists name, each subject once, and destroys the keys of all that is erased.
func (e erasures) Again(ctx context.Context, by access.Proof, lists []io.Reader) (int, error) {
	known := map[string]retention.Erased{}
	for _, r := range lists {
		list, err := retention.ReadList(r)
		if err != nil {
			return 0, err
		}
		for _, one := range list {
			known[one.Subject] = one
		}
	}
	all, err := retention.Again(ctx, e.main, by, slices.Collect(maps.Values(known)), func(subjects []string) error {
		if err := open.EraseIn(ctx, e.keys, subjects); err != nil {
			return fmt.Errorf("the keys of what was erased cannot be destroyed: %w", err)
		}
		return nil
	})
	return len(all), err
}
