package helpline_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/helpline"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/promise"
	"amparo/internal/store"
	"amparo/internal/web/staff/stafftest"
)

// A desk is a house with the pages of the helpline, where Hani is a counsellor.
type desk struct {
	*stafftest.House
	room *helpline.Room
	hani identity.UserID
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		d := &desk{House: h}
		promised := promise.New(promise.Config{Pack: h.Pack, Intake: h.Intake})
		var err error
		d.room, err = helpline.New(helpline.Config{Store: h.Main, Reveal: h.Reveal, Intake: h.Intake, Promise: promised, Pack: h.Pack,
			Unfinished: func(string) string { return h.Lang.For("en").T("helpline.unfinished") }})
		d.must(err)
		d.must(d.add(promised))
		d.hani = h.Hire(identity.AddUserInput{Name: "hani", DisplayName: "Hani Daher", Agency: identity.AgencyID(h.Agency),
			Roles: []access.Role{access.HelplineCounsellor}, Languages: []string{"en"}})
		f(t, d)
	})
}

func (d *desk) must(err error) {
	d.T.Helper()
	if err != nil {
		d.T.Fatal(err)
	}
}

// token signs Hani in, who is not of the house.
func (d *desk) token() string {
	d.T.Helper()
	d.Advance(31 * time.Second) // a code opens one session
	passage, err := d.Identity.SignIn(d.T.Context(), identity.SignInInput{Name: "hani", Password: stafftest.Password, Code: d.Code()})
	d.must(err)
	return passage.Token
}

// counsellor is a browser of Hani.
func (d *desk) counsellor() *stafftest.Browser {
	d.T.Helper()
	b := d.Visitor()
	b.SetCookie(stafftest.SessionCookie, d.token())
	return b
}

func (d *desk) actor() access.Actor {
	d.T.Helper()
	u, err := d.Identity.User(d.T.Context(), access.Console, d.hani)
	d.must(err)
	return u.Actor()
}

// begin begins to write and gives the address of the draft.
func (d *desk) begin(b *stafftest.Browser, pairs ...string) string {
	d.T.Helper()
	p := b.Get("/helpline").Submit("/helpline", pairs...)
	if p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Location, "/helpline/call/") {
		d.T.Fatalf("status %d, leads to %q: %s", p.Status, p.Location, p.Text)
	}
	return p.Location
}

// codeOn is the code that a page shows, in letters.
func (d *desk) codeOn(p stafftest.Page) string {
	d.T.Helper()
	for _, n := range p.Find("bdi") {
		if stafftest.Attr(n, "class") == "receipt" {
			return stafftest.Content(n)
		}
	}
	d.T.Fatalf("status %d and no code: %s", p.Status, p.Text)
	return ""
}

// arrive brings what was handed in to the desk, as the job does.
func (d *desk) arrive() {
	d.T.Helper()
	var ids []intake.EnvelopeID
	d.must(d.Main.Read(d.T.Context(), func(tx store.Tx) error {
		return tx.Each(d.T.Context(), waitingTestSQL, nil, func(scan func(...any) error) error {
			var id intake.EnvelopeID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	}))
	for _, id := range ids {
		d.must(d.Triage.Open(d.T.Context(), id, func(context.Context, store.Tx) error { return nil }))
	}
}

const (
	waitingTestSQL  = `SELECT id FROM envelope ORDER BY id`
	stateTestSQL    = `SELECT (SELECT count(*) FROM envelope) + (SELECT COALESCE(sum(version), 0) FROM call_draft) + (SELECT COALESCE(sum(calls), 0) FROM call_tally)`
	refusalsTestSQL = `SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1`
)

func (d *desk) number(statement string, args ...any) (n int) {
	d.T.Helper()
	d.must(d.Main.Read(d.T.Context(), func(tx store.Tx) error { return tx.One(d.T.Context(), statement, args, &n) }))
	return n
}
