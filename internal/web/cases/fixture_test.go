package cases_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
	"amparo/internal/web/cases"
	"amparo/internal/web/staff/stafftest"
)

const (
	viewsTestSQL    = `SELECT count(*) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = $1`
	viewTestSQL     = `SELECT reason || ' ' || trim(subjects) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = $1 ORDER BY at DESC, id DESC LIMIT 1`
	refusalsTestSQL = `SELECT count(*) FROM audit_entry WHERE action = $1 AND actor_id = $2 AND outcome = 'refused'`
)

// An office is a house with the pages of cases.
type office struct{ *stafftest.House }

// A matter is a report that became cases.
type matter struct {
	report  report.ID
	receipt seal.Receipt
	cases   []casework.ID
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{h}
		if err := cases.Add(h.Site, o.config()); err != nil {
			t.Fatal(err)
		}
		f(t, o)
	})
}

func (o office) config() cases.Config {
	return cases.Config{Store: o.Main, Pack: o.Pack, Casework: o.Casework, Mailbox: o.Mailbox, Contact: o.Contact, Referral: o.Referral, Triage: o.Triage, Clock: o.Clock(),
		Name: func(ctx context.Context, user string) string {
			u, err := o.Identity.User(ctx, access.Console, identity.UserID(user))
			if err != nil {
				return ""
			}
			return u.DisplayName
		}}
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// told is a child's report in English at P2, with what it holds in the child's own words.
func told(words string) intake.Told {
	return intake.Told{Answers: map[string][]string{"danger": {"no"}, "pressure": {"pushed"}, "words": {words}}}
}

// open reports, and opens a case for each child with the manager, at P2 unless it is P1, with the country's first clocks.
func (o office) open(manager string, in intake.Told, children ...string) matter {
	o.T.Helper()
	m := matter{}
	m.report, m.receipt = o.ReportAs(in)
	ctx, huda := o.T.Context(), o.Actor("huda")
	o.must(o.Triage.Claim(ctx, huda, m.report))
	var now triage.Standing
	o.Read(func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(m.report))
		return err
	})
	to := ruleset.P2
	if now.Priority == ruleset.P1 {
		to = now.Priority
	}
	o.must(o.Triage.Decide(ctx, huda, triage.Decision{Subject: string(m.report), Sequence: now.Sequence, To: to}))
	o.must(o.Triage.Check(ctx, huda, triage.CheckInput{Report: m.report, Item: "suicide_risk_asked", Answer: "no"}))
	var err error
	m.cases, err = o.Casework.Open(ctx, huda, casework.OpenInput{Report: m.report, Agency: o.Agency, Manager: o.ID(manager), Children: children,
		Summary: "A calm talk with the child.", Message: "One person is here for you.", Clocks: casework.FirstClocks(o.Pack.Targets(), to, o.Now())})
	o.must(err)
	return m
}

// one opens a case for one child.
func (o office) one(manager string) (matter, string) {
	o.T.Helper()
	m := o.open(manager, told("I want to talk to somebody."), "Sami")
	return m, path(m.cases[0])
}

func path(id casework.ID) string { return "/cases/" + string(id) }

// page is the case as its manager may read it.
func (o office) page(who string, id casework.ID) casework.Page {
	o.T.Helper()
	p, err := o.Casework.Show(o.T.Context(), o.Actor(who), id, nil)
	o.must(err)
	return p
}

// tasks are the open tasks of a case.
func (o office) tasks(id casework.ID) (list []task.Task) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) (err error) {
		list, err = task.OpenFor(ctx, tx, string(id))
		return err
	})
	return list
}

// count runs a statement that counts.
func (o office) count(statement string, args ...any) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

// lastView is what was opened last, and for what.
func (o office) lastView(who string) (seen string) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, viewTestSQL, []any{o.ID(who)}, &seen) })
	return seen
}

func text(n int64) string { return strconv.FormatInt(n, 10) }

const (
	ok       = http.StatusOK
	bad      = http.StatusBadRequest
	refused  = http.StatusForbidden
	missing  = http.StatusNotFound
	conflict = http.StatusConflict
)
