package public

import (
	"net/http"
	"slices"
	"strings"

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

// check shows all answers together. The receipt is drawn now and rides with the answers, so that sending twice is the same
// report; changed answers come back here and get a new one, so that they are never taken for what was sent before.
func (s *site) check(t *ticket) error {
	in := s.Pack.Instrument(t.st.Form)
	t.st.Receipt, t.st.Review = seal.NewReceipt().Text(), true
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
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	answers := in.Prune(t.st.Answers)
	area := s.area(in, answers)
	err = s.Intake.Submit(t.r.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{
		Instrument: in.ID, Version: in.Version, Pack: s.Pack.Code() + " " + s.Pack.Version(), Language: t.p.Tag(),
		Reader: intake.Reader(s.reader(t)), Channel: intake.WebForm, Area: area, Answers: answers}})
	if err != nil {
		return err
	}
	t.st = state{Stage: told, Receipt: receipt.Text(), Sent: s.acknowledge(in, s.reader(t), answers, area)}
	return s.showReceipt(t, "", nil)
}

// area is the coded area of the answers; empty when none was given.
func (s *site) area(in *instrument.Instrument, a instrument.Answers) string {
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			if q.Kind == instrument.Area && len(a[q.ID]) == 1 && s.Pack.AreaKnown(a[q.ID][0]) {
				return a[q.ID][0]
			}
		}
	}
	return ""
}

// acknowledge decides what can be promised. The desk computes its own priority of what it opens; here it only chooses words.
func (s *site) acknowledge(in *instrument.Instrument, reader jurisdiction.Reader, a instrument.Answers, area string) *sent {
	now := s.Clock.Now()
	facts := in.Facts(a)
	result := s.Pack.RuleSet().Evaluate(ruleset.Facts(facts), now, now)
	k := &sent{Reader: reader, Situation: jurisdiction.Situation(result.Priority), Desk: s.Pack.DeskFor(area),
		Due: s.Pack.Targets().Due(jurisdiction.HumanTriageStarted, string(result.Priority), now)}
	if _, staffed := s.Pack.NextStaffed(now); result.Priority == ruleset.P1 && !staffed {
		k.Desk = s.Pack.OnCall()
	}
	switch {
	case slices.Contains(facts.Triggers, dangerNow):
		k.Situation = jurisdiction.Danger
	case in.ContentOnly(a):
		k.Situation = jurisdiction.ContentOnly
	}
	return k
}

// A receiptView shows the receipt, what happens next, and asks to keep the receipt.
type receiptView struct {
	Hidden                                 []page.Hidden
	Heading, Next, ByWhom, ByWhen, AnyTime string
	Letters, Digits                        string
	Again                                  page.Input
	Tick                                   page.Choices
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
	v.Again = page.Input{Name: "again", Label: t.p.T("public.type_back"), Value: typed, Error: f.Errors.Of("again"), LTR: true, Width: 34}
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
	return receiptView{Heading: a.Heading.Fill(values), Next: a.Next.Fill(values), ByWhom: a.ByWhom.Fill(values),
		ByWhen: a.ByWhen.Fill(values), AnyTime: a.AnyTime.Fill(values)}
}

// kept sees whether the receipt was typed back rightly, or the box was ticked.
func (s *site) kept(t *ticket) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	typed := strings.TrimSpace(t.r.PostForm.Get("again"))
	if typed != "" || t.r.PostForm.Get("kept") != "yes" {
		given, err := seal.ParseReceipt(typed)
		if err != nil {
			return s.showReceipt(t, typed, err)
		}
		if !given.Equal(receipt) {
			return s.showReceipt(t, typed, errOther)
		}
	}
	return s.Page.Render(t.w, http.StatusOK, "public_done", s.frame(t.p), nil)
}
