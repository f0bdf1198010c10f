package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// Told opens what was told in a report as a part of a page that shows more: every answer, those that tell of persons
// too, in the codes and words in which it was given. Who may see it was decided by whoever gives the view.
func (r *Room) Told(ctx context.Context, v *reveal.View, id report.ID) (kept report.Report, told instrument.Answers, err error) {
	var sealed report.Sealed
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { kept, sealed, err = report.Load(ctx, tx, id); return err }); err != nil {
		return kept, nil, err
	}
	content, err := openAnswers(ctx, v, id, reveal.Content, "content", sealed.Content)
	if err != nil {
		return kept, nil, err
	}
	identity, err := openAnswers(ctx, v, id, reveal.Identity, "identity", sealed.Identity)
	if err != nil {
		return kept, nil, err
	}
	told = instrument.Answers{}
	maps.Copy(told, content)
	maps.Copy(told, identity)
	return kept, told, nil
}

// openAnswers opens one half of a report's answers, as Room.seal has sealed it.
func openAnswers(ctx context.Context, v *reveal.View, id report.ID, p reveal.Purpose, column string, sealed []byte) (a instrument.Answers, err error) {
	raw, err := v.Open(ctx, string(id), p, reveal.Cell{Table: "report", Column: column, Row: string(id)}, sealed)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("reading the answers of a report: %w", err)
	}
	return a, nil
}
