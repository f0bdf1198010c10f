package public

import (
	"encoding/json"
	"net/http"
	"strings"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/page"
	"amparo/internal/promise"
	"amparo/internal/vault/seal"
)

// A checkView shows all answers together.
type checkView struct {
	Hidden []page.Hidden
	Rows   []page.SummaryRow
}

// check shows all answers together.
func (s *site) check(t *ticket) error {
	in := s.Pack.Instrument(t.st.Form)
	t.st.Review = true
	hidden, err := s.hidden(t, "check")
	if err != nil {
		return err
	}
	v := checkView{Hidden: hidden}
	for _, row := range in.Summary(t.st.Answers, t.p.Tag()) {
		values := row.Values
		if len(values) == 0 {
			values = []string{t.p.T("public.nothing_said")}
		}
		v.Rows = append(v.Rows, page.SummaryRow{Key: row.Label, Values: values, Change: &page.Change{Name: "change", Value: row.Page}})
	}
	return s.Page.Render(t.w, http.StatusOK, "public_check", s.frame(t.p), v)
}

// send hands the report over and shows the receipt.
func (s *site) send(t *ticket) error {
	in := s.Pack.Instrument(t.st.Form)
	answers := in.Prune(t.st.Answers)
	receipt, err := receiptFor(t.st, answers)
	if err != nil {
		return err
	}
	taken, err := s.Intake.Submit(t.r.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{
		Instrument: in.ID, Version: in.Version, Pack: s.Pack.Code() + " " + s.Pack.Version(), Language: t.p.Tag(),
		Reader: intake.Reader(s.reader(t)), Channel: intake.WebForm, Area: s.Pack.AreaTold(in, answers), Campaign: t.st.Came, Answers: answers}})
	if err != nil {
		return err
	}
	sent, err := s.promise.Of(t.r.Context(), in, answers, taken.Received) // a report that was there before keeps its times
	if err != nil {
		return err
	}
	t.st = state{Stage: told, Receipt: receipt.Text(), Sent: &sent}
	if !sent.Urgent() {
		t.st.Owes = taken.Owes
	}
	return s.showReceipt(t, "", nil)
}

// receiptFor gives the receipt of these answers in this form: sending them again, from whichever page the browser has gone
// back to, is the same report, and changed answers are another and never lost.
func receiptFor(st state, answers instrument.Answers) (seal.Receipt, error) {
	told, err := json.Marshal([]any{st.Form, answers})
	if err != nil {
		return seal.Receipt{}, err
	}
	receipt, err := seal.DraftReceipt(st.Draft, told)
	if err != nil {
		return receipt, fault.Wrap(err, fault.Invalid, httpx.CodeFormBroken)
	}
	return receipt, nil
}

// A receiptView shows the receipt, what happens next, and asks to keep the receipt.
type receiptView struct {
	promise.Words
	Hidden []page.Hidden
	Code   codeView
	Again  page.Input
	Tick   page.Choices
	Work   *work // nil when none is owed
}

// A codeView is a receipt as it is shown and written down; Words is empty where the language has no list.
type codeView struct{ Letters, Digits, Words string }

func (s *site) code(t *ticket, receipt seal.Receipt) codeView {
	v := codeView{Letters: receipt.LettersGrouped(), Digits: receipt.DigitsGrouped()}
	if list := s.Pack.ReceiptWords(t.p.Tag()); list != nil {
		v.Words = list.In(receipt)
	}
	return v
}

// keeping asks for a receipt to be typed back, or for a tick that it was kept.
func (s *site) keeping(t *ticket, code codeView, typed, wrong string) (page.Input, page.Choices) {
	return page.Input{Name: "again", Label: t.p.T("public.type_back"), Value: typed, Error: wrong, LTR: code.Words == "", Width: 34},
		page.Choices{Name: "kept", Label: t.p.T("public.or_tick"), Items: []page.Choice{{Value: "yes", Text: t.p.T("public.i_kept_it")}}}
}

// showReceipt shows the receipt; typed is what was typed back and wrong what is the matter with it.
func (s *site) showReceipt(t *ticket, typed string, wrong error) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	hidden, err := s.hidden(t, "kept")
	if err != nil {
		return err
	}
	f, status := s.frame(t.p), http.StatusOK
	if wrong != nil {
		f.Errors, status = page.Errors{{Name: "again", Text: t.p.Fault(wrong)}}, http.StatusBadRequest
	}
	v := receiptView{Words: s.promise.Say(*t.st.Sent, t.p), Hidden: hidden, Code: s.code(t, receipt), Work: s.owed(t, receipt)}
	v.Again, v.Tick = s.keeping(t, v.Code, typed, f.Errors.Of("again"))
	return s.Page.Render(t.w, status, "public_receipt", f, v)
}

// kept sees whether the receipt was typed back rightly, or the box was ticked.
func (s *site) kept(t *ticket) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	if typed, wrong := s.keeps(t, receipt); wrong != nil {
		return s.showReceipt(t, typed, wrong)
	}
	return s.done(t, receipt)
}

// keeps tells what is wrong with how somebody says that they have kept a receipt; typed is what they typed.
func (s *site) keeps(t *ticket, receipt seal.Receipt) (typed string, wrong error) {
	typed = strings.TrimSpace(t.r.PostForm.Get("again"))
	if typed == "" {
		if t.r.PostForm.Get("kept") != "yes" {
			wrong = errNeither
		}
		return typed, wrong
	}
	given, err := seal.ParseReceipt(typed, s.Pack.ReceiptLists()...)
	switch {
	case err != nil:
		return typed, err
	case !given.Equal(receipt):
		return typed, errOther
	}
	return typed, nil
}
