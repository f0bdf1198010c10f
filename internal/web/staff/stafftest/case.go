package stafftest

import (
	"context"

	"amparo/internal/casework"
	"amparo/internal/intake"
	"amparo/internal/store"
	"amparo/internal/triage"
)

// Case is an open case of Mona's at P2, of a child called Sami who told it in English, with the country's first clocks.
func (h *House) Case() casework.ID {
	h.T.Helper()
	ctx, huda := h.T.Context(), h.Actor("huda")
	id, _ := h.ReportAs(intake.Told{Answers: map[string][]string{"danger": {"no"}, "pressure": {"pushed"}, "words": {"I want to talk."}}})
	h.must(h.Triage.Claim(ctx, huda, id))
	var now triage.Standing
	h.Read(func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(id))
		return err
	})
	h.must(h.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: now.Sequence, To: "P2"}))
	h.must(h.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: "suicide_risk_asked", Answer: "no"}))
	files, err := h.Casework.Open(ctx, huda, casework.OpenInput{Report: id, Agency: h.Agency, Manager: h.ID("mona"), Children: []string{"Sami"},
		Message: "One person is here for you.", Clocks: casework.FirstClocks(h.Pack.Targets(), "P2", h.Now())})
	h.must(err)
	return files[0]
}
