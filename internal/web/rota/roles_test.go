package rota_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/httpx"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/web/staff/stafftest"
)

// A route is one way to a page or a change, with the action that it needs and a form that is whole.
type route struct {
	pattern string
	action  access.Action
	form    []string
}

var times = []string{"from", "2031-03-20", "from_time", "08:00", "until", "2031-03-20", "until_time", "16:00"}

// routes are all of the rota's. {own} is a shift of who asks, {offered} one that a colleague offers.
var routes = []route{
	{"GET /rota", access.RotaRead, nil},
	{"GET /rota/mine", access.RotaRead, nil},
	{"GET /rota/plan", access.RotaPlan, nil},
	{"POST /rota/plan", access.RotaPlan, append([]string{"user", "{colleague}", "kind", "on_call", "weeks", "1"}, times...)},
	{"GET /rota/shift/{shift}", access.RotaPlan, nil},
	{"POST /rota/shift/{shift}", access.RotaPlan, append([]string{"user", "{colleague}", "kind", "at_desk"}, times...)},
	{"POST /rota/shift/{shift}/withdraw", access.RotaPlan, nil},
	{"POST /rota/shift/{shift}/offer", access.RotaOwn, nil},
	{"POST /rota/shift/{shift}/keep", access.RotaOwn, nil},
	{"POST /rota/shift/{shift}/take", access.RotaOwn, nil},
	{"GET /rota/away", access.RotaOwn, nil},
	{"POST /rota/away", access.RotaOwn, times},
	{"POST /rota/away/{absence}/back", access.RotaOwn, nil},
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions: who may not is refused, changes
// nothing, and the log tells of it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		for _, pattern := range o.Site.Routes() {
			if strings.Contains(pattern, "/rota") && !slices.ContainsFunc(routes, func(r route) bool { return r.pattern == pattern }) {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		for n, who := range []string{"huda", "mona", "salma", "laila", "adam", "aida"} {
			shift := o.plan("omar", rota.AtDesk, fmt.Sprintf("2031-04-%02d 08:00", n+1), fmt.Sprintf("2031-04-%02d 16:00", n+1))
			b := o.SignIn(who)
			for _, r := range routes {
				o.drive(b, who, r, shift)
			}
			nav := strings.Join(b.Get("/account").Links(), " ")
			if strings.Contains(nav, "/rota") != access.May(o.Actor(who), access.RotaRead) {
				t.Errorf("the menu of %s: %s", who, nav)
			}
		}
	})
}

// drive goes one route as somebody. The shift is Omar's: whoever may offer and keep their own is refused that of another.
func (o office) drive(b *stafftest.Browser, who string, r route, shift rota.Shift) {
	o.T.Helper()
	method, path, _ := strings.Cut(r.pattern, " ")
	absence := o.anAbsence()
	path = strings.NewReplacer("{shift}", string(shift.ID), "{absence}", string(absence.ID)).Replace(path)
	before, refusals := o.state(), o.refusals(who)
	p := o.goes(b, method, path, r.form)
	_, err := access.Decide(o.Actor(who), r.action)
	name := fmt.Sprintf("%s: %s (%s)", who, r.pattern, r.action)
	if err != nil {
		if p.Status != httpx.StatusOf(err) || o.refusals(who) <= refusals || o.state() != before || p.Has("Omar") {
			o.T.Errorf("%s: status %d, want %d; %d refusals recorded; it was %s, is %s", name, p.Status, httpx.StatusOf(err),
				o.refusals(who)-refusals, before, o.state())
		}
		return
	}
	plans := access.May(o.Actor(who), access.RotaPlan)
	another := strings.HasSuffix(path, "/offer") || strings.HasSuffix(path, "/keep") || strings.HasSuffix(path, "/back") && !plans ||
		strings.HasSuffix(path, "/take") && who == "mona" // who has no role that works reports takes no shift
	switch want := []int{http.StatusOK, http.StatusSeeOther, http.StatusBadRequest, http.StatusConflict}; {
	case another && (!slices.Contains([]int{http.StatusForbidden, http.StatusConflict}, p.Status) || o.state() != before):
		o.T.Errorf("%s: what is another's: %d %s", name, p.Status, p.Text)
	case !another && !slices.Contains(want, p.Status):
		o.T.Errorf("%s: status %d %s", name, p.Status, p.Text)
	}
}

// goes does what the route asks for.
func (o office) goes(b *stafftest.Browser, method, path string, form []string) stafftest.Page {
	o.T.Helper()
	if method == http.MethodGet {
		return b.Get(path)
	}
	pairs := []string{"version", "1"}
	for _, part := range form {
		pairs = append(pairs, strings.ReplaceAll(part, "{colleague}", o.ID("omar")))
	}
	return b.Post(path, pairs...)
}

// anAbsence is one of Karim's, which is noted when it is not there.
func (o office) anAbsence() rota.Absence {
	o.T.Helper()
	for _, a := range o.sheet().Absences {
		if a.User == o.ID("karim") {
			return a
		}
	}
	return o.leave("karim", "lina", "2031-03-06 08:00", "2031-05-06 08:00")
}

const stateTestSQL = `SELECT (SELECT COALESCE(sum(version), 0) FROM shift) + (SELECT COALESCE(sum(version), 0) FROM absence)`

// state changes with every change.
func (o office) state() string {
	o.T.Helper()
	var n int64
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, stateTestSQL, nil, &n) })
	return fmt.Sprint(n)
}

func (o office) refusals(who string) (n int) {
	o.T.Helper()
	proof, err := access.Decide(o.Actor("aida"), access.AuditRead)
	o.must(err)
	o.Read(func(ctx context.Context, tx store.Tx) error {
		list, err := audit.List(ctx, tx, proof, audit.Filter{Actor: o.ID(who), Outcome: audit.Refused})
		n = len(list)
		return err
	})
	return n
}
