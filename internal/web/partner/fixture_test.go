package partner_test

import (
	"context"
	"net/http"
	"testing"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/referral"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/cases"
	"amparo/internal/web/partner"
	"amparo/internal/web/staff/stafftest"
)

const (
	ok      = http.StatusOK
	bad     = http.StatusBadRequest
	missing = http.StatusNotFound
)

// An office is a house with a case of Mona's, the pages of cases, and those of specialists.
type office struct {
	*stafftest.House
	file casework.ID
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{House: h}
		name := func(ctx context.Context, user string) string {
			u, err := h.Identity.User(ctx, access.Console, identity.UserID(user))
			if err != nil {
				return ""
			}
			return u.DisplayName
		}
		o.must(cases.Add(h.Site, cases.Config{Store: h.Main, Pack: h.Pack, Casework: h.Casework, Mailbox: h.Mailbox, Referral: h.Referral, Triage: h.Triage,
			Clock: h.Clock(), Name: name}))
		o.must(partner.Add(h.Site, partner.Config{Store: h.Main, Pack: h.Pack, Referral: h.Referral, Clock: h.Clock(), Name: name}))
		o.file = o.open()
		f(t, o)
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// open reports, and opens a case that Mona answers for.
func (o office) open() casework.ID {
	o.T.Helper()
	ctx, huda := o.T.Context(), o.Actor("huda")
	id, _ := o.ReportAs(intake.Told{Answers: map[string][]string{"danger": {"no"}, "pressure": {"pushed"}, "words": {"I want to talk."}}})
	o.must(o.Triage.Claim(ctx, huda, id))
	var now triage.Standing
	o.Read(func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(id))
		return err
	})
	o.must(o.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: now.Sequence, To: "P2"}))
	o.must(o.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: "suicide_risk_asked", Answer: "no"}))
	files, err := o.Casework.Open(ctx, huda, casework.OpenInput{Report: id, Agency: o.Agency, Manager: o.ID("mona"), Children: []string{"Sami"},
		Message: "One person is here for you."})
	o.must(err)
	return files[0]
}

// send has Mona ask the police for something.
func (o office) send(title string) referral.ID {
	o.T.Helper()
	id, err := o.Referral.Send(o.T.Context(), o.Actor("mona"), referral.SendInput{Case: o.file, Draft: referral.NewDraft(o.Clock()), Agency: stafftest.Police,
		Service: "specialist_cyber_unit", Asked: referral.Asked{Title: title, Need: "Please have the accounts kept.", Safety: "Do not call at home."},
		Person: referral.Person{Name: "Sami", Contact: "By Mona only."}, Basis: referral.ByChild, Agreed: "Sami said yes."})
	o.must(err)
	return id
}
