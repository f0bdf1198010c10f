package stafftest

import (
	"context"

	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

const newestSQL = `SELECT id FROM envelope ORDER BY received_at DESC, id DESC`

// Report reports as a child would, in English by the questions "about_me", and lets the desk open it. The answers are by
// question; whatever is left out is not answered.
func (h *House) Report(answers map[string][]string) report.ID {
	h.T.Helper()
	id, _ := h.ReportAs(intake.Told{Answers: answers})
	return id
}

// ReportAs reports what was told; what is empty in it is as in Report. The receipt opens the reporter's mailbox.
func (h *House) ReportAs(told intake.Told) (report.ID, seal.Receipt) {
	h.T.Helper()
	if told.Instrument == "" {
		told.Instrument = "about_me"
	}
	if told.Language == "" {
		told.Language = "en"
	}
	if told.Reader == "" {
		told.Reader = intake.Child
	}
	if told.Channel == "" {
		told.Channel = intake.WebForm
	}
	told.Version, told.Pack, told.At = h.Pack.Instrument(told.Instrument).Version, h.Pack.Code(), h.Now()
	receipt := seal.NewReceipt()
	_, err := h.Intake.Submit(h.T.Context(), intake.Submission{Receipt: receipt, Told: told})
	h.must(err)
	id := h.newest()
	h.must(h.Triage.Open(h.T.Context(), id, nothing))
	return report.ID(id), receipt
}

// Add has the reporter say more, and lets the mailbox take it.
func (h *House) Add(receipt seal.Receipt, text string) {
	h.T.Helper()
	id := intake.NewMessageID(h.Now())
	h.must(h.Intake.Add(h.T.Context(), intake.Addition{Receipt: receipt, ID: id, Text: text}))
	h.must(h.Mailbox.Take(h.T.Context(), id, nothing))
}

// Box is what the reporter sees of the mailbox.
func (h *House) Box(receipt seal.Receipt) intake.Mailbox {
	h.T.Helper()
	box, err := h.Intake.Open(h.T.Context(), receipt)
	h.must(err)
	return box
}

func (h *House) newest() (id intake.EnvelopeID) {
	h.T.Helper()
	h.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, newestSQL, nil, &id) })
	return id
}

func nothing(context.Context, store.Tx) error { return nil }

// Read runs f in a transaction that reads the main store, and ends the test on its error.
func (h *House) Read(f func(ctx context.Context, tx store.Tx) error) {
	h.T.Helper()
	h.must(h.Main.Read(h.T.Context(), func(tx store.Tx) error { return f(h.T.Context(), tx) }))
}

// Write runs f in a transaction that may change the main store, and ends the test on its error.
func (h *House) Write(f func(ctx context.Context, tx store.Tx) error) {
	h.T.Helper()
	h.must(h.Main.Write(h.T.Context(), func(tx store.Tx) error { return f(h.T.Context(), tx) }))
}
