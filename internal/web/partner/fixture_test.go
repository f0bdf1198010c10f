package partner_test

import (
	"context"
	"net/http"
	"testing"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/identity"
	"amparo/internal/referral"
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
		o.must(cases.Add(h.Site, cases.Config{Store: h.Main, Pack: h.Pack, Casework: h.Casework, Mailbox: h.Mailbox, Contact: h.Contact, Referral: h.Referral, Triage: h.Triage,
			Clock: h.Clock(), Name: name}))
		o.must(partner.Add(h.Site, partner.Config{Store: h.Main, Pack: h.Pack, Referral: h.Referral, Clock: h.Clock(), Name: name}))
		o.file = h.Case()
		f(t, o)
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
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
