package triage

import (
	"context"
	"slices"

	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
)

// translate marks the lines whose language nobody speaks who works on the desk that it lies on and may know of it.
func (r *Room) translate(ctx context.Context, tx store.Tx, lines []Line) error {
	desks := map[string][]Person{}
	kept, err := grant.ExcludedOf(ctx, tx, idsOf(lines))
	if err != nil {
		return err
	}
	for i := range lines {
		l := &lines[i]
		people, known := desks[l.Agency]
		if !known {
			if people, err = r.People(ctx, tx, l.Agency); err != nil {
				return err
			}
			desks[l.Agency] = people
		}
		spoken, err := r.spoken(ctx, tx, l.Report, people, kept[string(l.ID)])
		if err != nil {
			return err
		}
		l.Translation = !spoken
	}
	return nil
}

// spoken tells whether somebody speaks the report's language, of its desk; when all of these must not know, of the other desks
// that it lies on.
func (r *Room) spoken(ctx context.Context, tx store.Tx, kept report.Report, people []Person, excluded map[string]bool) (bool, error) {
	kinds := 0
	for _, p := range people {
		if !p.Desk || !slices.Contains(p.Languages, kept.Language) {
			continue
		}
		kinds++
		if !excluded[p.User] {
			return true, nil
		}
	}
	if kinds == 0 {
		return false, nil
	}
	list, err := r.speakers(ctx, tx, kept)
	return len(list) > 0, err
}

// speakers gives who speaks the report's language, of those on the desks that it lies on who may know of it.
func (r *Room) speakers(ctx context.Context, tx store.Tx, kept report.Report) (list []string, err error) {
	all, err := r.knowing(ctx, tx, string(kept.ID))
	for _, p := range all {
		if slices.Contains(p.Languages, kept.Language) {
			list = append(list, p.User)
		}
	}
	return list, err
}
