package insight_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/web/cases"
	"amparo/internal/web/desk"
	"amparo/internal/web/insight"
	"amparo/internal/web/staff/stafftest"
)

// An office is a house with the page of how the work stands, and the pages that it leads to.
type office struct{ *stafftest.House }

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{h}
		name := func(ctx context.Context, user string) string {
			u, err := h.Identity.User(ctx, access.Console, identity.UserID(user))
			if err != nil {
				return ""
			}
			return u.DisplayName
		}
		err := errors.Join(
			desk.Add(h.Site, desk.Config{Store: h.Main, Pack: h.Pack, Triage: h.Triage, Mailbox: h.Mailbox, Contact: h.Contact, Casework: h.Casework, Join: h.Join, Notice: h.Notice, Name: name}),
			cases.Add(h.Site, cases.Config{Store: h.Main, Pack: h.Pack, Casework: h.Casework, Mailbox: h.Mailbox, Contact: h.Contact, Referral: h.Referral, Triage: h.Triage, Clock: h.Clock(), Name: name}),
			insight.Add(h.Site, insight.Config{Pack: h.Pack, Insight: room(h, h.Pack.Zone()), Name: name}))
		if err != nil {
			t.Fatal(err)
		}
		f(t, o)
	})
}

// once runs f on one engine: what a browser shows is the same on both.
func once(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	ran := false
	each(t, func(t *testing.T, o office) {
		if !ran {
			ran = true
			f(t, o)
		}
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// told is a report that nobody has claimed, at P1 when there is danger, with names of who must not know.
func (o office) told(danger string, mustNotKnow ...string) report.ID {
	o.T.Helper()
	answers := map[string][]string{"danger": {danger}, "words": {"I want to talk to somebody."}}
	if len(mustNotKnow) > 0 {
		answers["must_not_know"] = mustNotKnow
	}
	return o.Report(answers)
}

// opened is a case at P2 that the manager answers for, with the country's first clocks.
func (o office) opened(manager string) (report.ID, casework.ID) {
	o.T.Helper()
	id := o.told("no")
	return id, o.open(manager, id)
}

func (o office) open(manager string, id report.ID) casework.ID {
	o.T.Helper()
	ctx, huda := o.T.Context(), o.Actor("huda")
	o.must(o.Triage.Claim(ctx, huda, id))
	var now triage.Standing
	o.Read(func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(id))
		return err
	})
	o.must(o.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: now.Sequence, To: ruleset.P2}))
	o.must(o.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: "suicide_risk_asked", Answer: "no"}))
	made, err := o.Casework.Open(ctx, huda, casework.OpenInput{Report: id, Agency: o.Agency, Manager: o.ID(manager), Children: []string{"Sami"},
		Summary: "A calm talk.", Message: "One person is here for you.", Clocks: casework.FirstClocks(o.Pack.Targets(), ruleset.P2, o.Now())})
	o.must(err)
	return made[0]
}

// exclude makes somebody have a conflict of interest with a subject.
func (o office) exclude(who, subject string) {
	o.T.Helper()
	by, err := access.Own(access.System("test"), access.ReportClaim)
	o.must(err)
	o.Write(func(ctx context.Context, tx store.Tx) error {
		return grant.Exclude(ctx, tx, by, subject, o.ID(who), grant.Declared)
	})
}

// waits keeps so many reports as came in at a time, begun so long after, or not at all when that is negative.
func (o office) waits(n int, at time.Time, begun time.Duration) {
	o.T.Helper()
	by, err := access.Own(access.System("test"), access.ReportClaim)
	o.must(err)
	back := o.Now()
	for range n {
		o.Advance(at.Sub(o.Now()))
		id, _ := o.ReportAs(intake.Told{Answers: map[string][]string{"danger": {"no"}}})
		if begun < 0 {
			continue
		}
		o.Advance(begun)
		o.Write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(report.Take(ctx, tx, by, id), grant.Give(ctx, tx, by, string(id), o.ID("huda"), access.Claimant),
				task.Cancel(ctx, tx, by, string(id)))
		})
	}
	o.Advance(back.Sub(o.Now()))
}

const (
	refusalsTestSQL = `SELECT count(*) FROM audit_entry WHERE action = 'insight.read' AND actor_id = $1 AND outcome = 'refused'`
	openedTestSQL   = `SELECT count(*) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = $1`
)

// number runs a statement that counts.
func (o office) number(statement, who string) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, []any{o.ID(who)}, &n) })
	return n
}

const (
	ok      = http.StatusOK
	bad     = http.StatusBadRequest
	refused = http.StatusForbidden
)
