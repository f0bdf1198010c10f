package desk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/httpx"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

// A route is one way to a page or a change, with the action that it needs.
type route struct {
	pattern string
	action  access.Action
	form    []string
}

// routes are all of the desk's. The report stands at P2, which no fact holds it to.
var routes = []route{
	{"GET /desk", access.ReportList, nil},
	{"POST /desk/filters", access.DeskFilter, []string{"name", "Mine", "whose", "mine"}},
	{"POST /desk/filters/drop", access.DeskFilter, nil},
	{"GET /desk/note", access.DeskNote, nil},
	{"POST /desk/note", access.DeskNote, []string{"words", "All is calm."}},
	{"GET /desk/burst", access.DeskBulk, nil},
	{"POST /desk/burst", access.DeskBulk, []string{"outcome", "not_in_scope", "sure", "yes"}},
	{"POST /desk/burst/undo", access.DeskBulk, nil},
	{"GET /desk/{report}", access.ReportRead, nil},
	{"POST /desk/{report}/claim", access.ReportClaim, nil},
	{"POST /desk/{report}/decide", access.ReportConfirm, []string{"priority", "P2"}},
	{"POST /desk/{report}/decide", access.ReportRaise, []string{"priority", "P1"}},
	{"POST /desk/{report}/decide", access.ReportLower, []string{"priority", "P3", "reason", "All is calm now."}},
	{"POST /desk/{report}/child", access.ReportContent, nil},
	{"POST /desk/{report}/content", access.ReportLower, []string{"track", "Nobody knows the child."}},
	{"POST /desk/{report}/check", access.ReportCheck, []string{"item", "suicide_risk_asked", "suicide_risk_asked", "yes"}},
	{"GET /desk/{report}/facts", access.ReportAmend, nil},
	{"POST /desk/{report}/facts", access.ReportAmend, []string{"coercion", "threats", "triggers", "danger_now"}},
	{"POST /desk/{report}/hold", access.ReportPause, []string{"hold_reason", "waiting_for_child", "hold_until", "3"}},
	{"POST /desk/{report}/go-on", access.ReportPause, nil},
	{"POST /desk/{report}/reached", access.ReportReply, nil},
	{"POST /desk/{report}/reply", access.ReportReply, []string{"message", "We are here.", "seen", "-1"}},
	{"POST /desk/{report}/read", access.ReportReply, []string{"seen", "1"}},
	{"GET /desk/{report}/outcome", access.ReportResolve, nil},
	{"GET /desk/{report}/outcome/{outcome}", access.ReportResolve, nil},
	{"GET /desk/{report}/outcome/opened_case", access.CaseOpen, nil},
	{"GET /desk/{report}/join/{into}", access.ReportJoin, nil},
	{"POST /desk/{report}/join/{into}", access.ReportJoin, []string{"message", "We know of this already."}},
	{"POST /desk/{report}/undo-join", access.ReportJoin, nil},
	{"GET /desk/{report}/split", access.ReportSplit, nil},
	{"POST /desk/{report}/undo-split", access.ReportSplit, nil},
	{"POST /desk/{report}/split", access.ReportSplit, []string{"told_words", "another matter"}},
	{"POST /desk/{report}/release", access.ReportRelease, nil},
	{"POST /desk/{report}/outcome/opened_case", access.CaseOpen, []string{"count", "1", "children", "Sami", "message", "One of us is here."}},
	{"POST /desk/{report}/outcome/{outcome}", access.ReportResolve, []string{"message", "Thank you."}},
	{"GET /desk/{report}/hand", access.ReportHand, nil},
	{"POST /desk/{report}/hand", access.ReportHand, nil},
	{"GET /desk/{report}/conflict", access.ReportDeclare, nil},
	{"POST /desk/{report}/conflict", access.ReportDeclare, nil},
}

// The situations of somebody towards a report.
var situations = map[string]func(l *place, who string, id report.ID){
	"waiting":   func(*place, string, report.ID) {},
	"theirs":    func(l *place, who string, id report.ID) { l.give(who, id) },
	"another's": func(l *place, _ string, id report.ID) { l.give("karim", id) },
	"conflict": func(l *place, who string, id report.ID) {
		l.give(who, id)
		l.as(func(ctx context.Context, tx store.Tx, by access.Proof) error {
			return grant.Exclude(ctx, tx, by, string(id), l.ID(who), grant.Declared)
		})
	},
}

// as changes something behind the back of all permissions.
func (l *place) as(f func(ctx context.Context, tx store.Tx, by access.Proof) error) {
	l.t.Helper()
	by, err := access.Own(access.System("test"), access.ReportClaim)
	l.must(err)
	l.Write(func(ctx context.Context, tx store.Tx) error { return f(ctx, tx, by) })
}

// give makes somebody the one who has claimed the report, whatever their role is.
func (l *place) give(who string, id report.ID) {
	l.t.Helper()
	l.as(func(ctx context.Context, tx store.Tx, by access.Proof) error {
		return errors.Join(report.Take(ctx, tx, by, id), grant.Give(ctx, tx, by, string(id), l.ID(who), access.Claimant))
	})
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		for _, pattern := range l.Site.Routes() {
			if strings.Contains(pattern, "/desk") && !slices.ContainsFunc(routes, func(r route) bool { return r.pattern == pattern }) {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		allowed := 0
		for _, who := range []string{"huda", "omar", "nour", "mona", "lina", "salma", "laila", "adam", "aida"} {
			b := l.SignIn(who)
			for name, arrange := range situations {
				allowed += l.drive(b, who, name, arrange)
			}
		}
		if allowed < 50 {
			t.Errorf("only %d of all were allowed: the test is broken", allowed)
		}
	})
}

// drive goes all routes as somebody in one situation, and gives how many were allowed.
func (l *place) drive(b *stafftest.Browser, who, situation string, arrange func(*place, string, report.ID)) (allowed int) {
	l.t.Helper()
	fresh := func() report.ID {
		id, receipt := l.told("en", little)
		l.Add(receipt, "hello?")
		l.must(l.Triage.Decide(l.t.Context(), l.Actor("salma"), triage.Decision{Subject: string(id), Sequence: 1, To: ruleset.P2}))
		l.answer("salma", id)
		arrange(l, who, id)
		return id
	}
	id := fresh()
	for _, r := range routes {
		name := fmt.Sprintf("%s: %s on what is %s (%s)", who, r.pattern, situation, r.action)
		want := l.decision(who, r, id)
		refusals, before := l.refusals(who), l.state(id)
		p := l.goes(b, who, r, id)
		if want != nil {
			if p.Status != httpx.StatusOf(want) || l.refusals(who) == refusals || l.state(id) != before {
				l.t.Errorf("%s: status %d, want %d; %d refusals recorded, it was %s, is %s", name, p.Status, httpx.StatusOf(want),
					l.refusals(who)-refusals, before, l.state(id))
			}
			continue
		}
		allowed++
		if p.Status == http.StatusForbidden || p.Status == http.StatusNotFound || p.Status >= 500 || l.refusals(who) != refusals {
			l.t.Errorf("%s: status %d, %d refusals recorded: %s", name, p.Status, l.refusals(who)-refusals, p.Text)
		}
		if l.state(id) != before {
			id = fresh()
		}
	}
	return allowed
}

// decision is what the table says.
func (l *place) decision(who string, r route, id report.ID) (err error) {
	l.t.Helper()
	actor := l.Actor(who)
	l.Read(func(ctx context.Context, tx store.Tx) error {
		if r.action == access.ReportList || r.action == access.DeskFilter || r.action == access.DeskNote || r.action == access.DeskBulk {
			_, err = access.Decide(actor, r.action)
			return nil
		}
		_, err = grant.Decide(ctx, tx, actor, r.action, string(id))
		return nil
	})
	if kind := fault.KindOf(err); err != nil && kind != fault.Forbidden && kind != fault.Withheld {
		l.t.Fatal(err)
	}
	return err
}

// goes does what the route asks for, with a form that is whole.
func (l *place) goes(b *stafftest.Browser, who string, r route, id report.ID) stafftest.Page {
	l.t.Helper()
	method, at, _ := strings.Cut(r.pattern, " ")
	at = strings.NewReplacer("{report}", string(id), "{outcome}", "not_in_scope", "{into}", l.target(who, at)).Replace(at)
	if method == "GET" {
		return b.Get(at)
	}
	clock := l.clockOf(id)
	version := clock.Version
	if strings.HasSuffix(at, "/split") {
		version = l.report(id).Version
	}
	form := append([]string{"task", string(clock.ID), "version", strconv.FormatInt(version, 10), "sequence", strconv.FormatInt(l.standing(id).Sequence, 10),
		"id", string(mailbox.NewID(l.Now())), "manager", l.ID("mona"), "user", l.ID(who), "to", l.ID("laila")}, r.form...)
	return b.Post(at, form...)
}

// target is a report that the person may read, where the route needs one.
func (l *place) target(who, route string) string {
	l.t.Helper()
	if !strings.Contains(route, "{into}") {
		return ""
	}
	id := l.Report(little)
	l.as(func(ctx context.Context, tx store.Tx, by access.Proof) error {
		return grant.Give(ctx, tx, by, string(id), l.Actor(who).Agency, access.Desk)
	})
	return string(id)
}

// state is everything of a report that a route of the desk may change.
func (l *place) state(id report.ID) string {
	l.t.Helper()
	thread := l.thread(id)
	return fmt.Sprint(l.report(id).Version, l.standing(id), len(thread), thread[0].Read.IsZero(), l.clockOf(id).Version)
}

// clockOf is the report's clock until somebody answers for the child; none when it has ended.
func (l *place) clockOf(id report.ID) (found task.Task) {
	l.t.Helper()
	l.Read(func(ctx context.Context, tx store.Tx) error {
		list, err := task.OpenFor(ctx, tx, string(id))
		for _, t := range list {
			if t.Kind == triage.TaskAssign {
				found = t
			}
		}
		return err
	})
	return found
}
