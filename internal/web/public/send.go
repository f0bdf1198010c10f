package public

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/ruleset"
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
	area := s.Pack.AreaTold(in, answers)
	err = s.Intake.Submit(t.r.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{
		Instrument: in.ID, Version: in.Version, Pack: s.Pack.Code() + " " + s.Pack.Version(), Language: t.p.Tag(),
		Reader: intake.Reader(s.reader(t)), Channel: intake.WebForm, Area: area, Answers: answers}})
	if err != nil {
		return err
	}
	box, err := s.Intake.Open(t.r.Context(), receipt) // a report that was there before keeps its times
	if err != nil {
		return err
	}
	sent, err := s.acknowledge(t, in, answers, area, box.Received)
	if err != nil {
		return err
	}
	if sent.Situation != jurisdiction.P1 && sent.Situation != jurisdiction.Danger {
		sent.Owes = box.Owes
	}
	t.st = state{Stage: told, Receipt: receipt.Text(), Sent: sent}
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

// acknowledge decides what can be promised for what was received at that time. The desk computes its own priority of what
// it opens; here it only chooses words.
func (s *site) acknowledge(t *ticket, in *instrument.Instrument, a instrument.Answers, area string, at time.Time) (*sent, error) {
	facts := in.Facts(a)
	priority := s.rules(t.r.Context()).Evaluate(ruleset.Facts(facts), at, at).Priority
	desk := s.Pack.DeskFor(area)
	_, staffed, err := s.Intake.NextStaffed(t.r.Context(), desk, at, s.Pack.NextStaffed)
	if err != nil {
		return nil, err
	}
	k := &sent{Reader: s.reader(t), Situation: jurisdiction.Situation(priority), Desk: desk, Closed: !staffed}
	if priority == ruleset.P1 && k.Closed {
		k.Desk = s.Pack.OnCall()
	}
	clock, level := jurisdiction.HumanTriageStarted, string(priority)
	switch {
	case slices.Contains(facts.Triggers, dangerNow):
		k.Situation = jurisdiction.Danger
	case in.ContentOnly(a):
		k.Situation = jurisdiction.ContentOnly
		clock, level = jurisdiction.Forwarded, string(s.Pack.RuleSet().Content.NothingTold)
	}
	k.Due, err = s.promised(t, desk, clock, level, at)
	return k, err
}

// rules is the rule set in use.
func (s *site) rules(ctx context.Context) *ruleset.Set {
	if s.Rules == nil {
		return s.Pack.RuleSet()
	}
	return s.Rules(ctx)
}

// promised is by when something will have been done at a desk. For P1 somebody is woken at any hour; for all others a time at
// which nobody is at the desk becomes the next at which somebody is, by the desk's rota, and by the calendar where no rota says.
func (s *site) promised(t *ticket, desk string, c jurisdiction.Clock, level string, from time.Time) (time.Time, error) {
	due := s.Pack.Targets().Due(c, level, from)
	if level == string(ruleset.P1) {
		return due, nil
	}
	there, _, err := s.Intake.NextStaffed(t.r.Context(), desk, due, s.Pack.NextStaffed)
	return there, err
}

// A receiptView shows the receipt, what happens next, and asks to keep the receipt.
type receiptView struct {
	Hidden                                         []page.Hidden
	Heading, Next, ByWhom, ByWhen, Closed, AnyTime string
	Letters, Digits                                string
	Words                                          string // empty where the language has no list
	Again                                          page.Input
	Tick                                           page.Choices
	Work                                           *work // nil when none is owed
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
	v := s.acknowledgement(t)
	v.Hidden, v.Letters, v.Digits = hidden, receipt.LettersGrouped(), receipt.DigitsGrouped()
	v.Work = s.owed(t, receipt)
	if list := s.Pack.ReceiptWords(t.p.Tag()); list != nil {
		v.Words = list.In(receipt)
	}
	v.Again = page.Input{Name: "again", Label: t.p.T("public.type_back"), Value: typed, Error: f.Errors.Of("again"), LTR: v.Words == "", Width: 34}
	v.Tick = page.Choices{Name: "kept", Label: t.p.T("public.or_tick"), Items: []page.Choice{{Value: "yes", Text: t.p.T("public.i_kept_it")}}}
	return s.Page.Render(t.w, status, "public_receipt", f, v)
}

func (s *site) acknowledgement(t *ticket) receiptView {
	k, tag := t.st.Sent, t.p.Tag()
	a := s.Pack.Acknowledgement(k.Reader, k.Situation, tag)
	values := s.values(tag)
	values.Due = t.p.Date(k.Due, s.Pack.Zone())
	if agency, ok := s.Pack.Agency(k.Desk, tag); ok {
		values.Agency = agency.Name
	}
	v := receiptView{Heading: a.Heading.Fill(values), Next: a.Next.Fill(values), ByWhom: a.ByWhom.Fill(values),
		ByWhen: a.ByWhen.Fill(values), AnyTime: a.AnyTime.Fill(values)}
	switch {
	case k.Closed && (k.Situation == jurisdiction.P1 || k.Situation == jurisdiction.Danger):
		v.Closed = t.p.T("public.closed_paged")
	case k.Closed:
		v.Closed = t.p.T("public.closed")
	}
	return v
}

// kept sees whether the receipt was typed back rightly, or the box was ticked.
func (s *site) kept(t *ticket) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	typed := strings.TrimSpace(t.r.PostForm.Get("again"))
	if typed == "" && t.r.PostForm.Get("kept") != "yes" {
		return s.showReceipt(t, "", errNeither)
	}
	if typed != "" {
		given, err := seal.ParseReceipt(typed, s.Pack.ReceiptLists()...)
		if err != nil {
			return s.showReceipt(t, typed, err)
		}
		if !given.Equal(receipt) {
			return s.showReceipt(t, typed, errOther)
		}
	}
	return s.done(t, receipt)
}
