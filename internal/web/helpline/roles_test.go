package helpline_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/helpline"
	"amparo/internal/httpx"
	"amparo/internal/web/staff/stafftest"
)

// A route is one way to a page or a change, with a form that is whole. {draft} is a draft of another.
type route struct {
	pattern string
	form    []string
	alien   bool // it is about what is another's: not there for everybody who asks
}

// routes are all of the helpline's. Each needs the one permission.
var routes = []route{
	{pattern: "GET /helpline"},
	{pattern: "POST /helpline", form: []string{"call_channel", "phone", "call_way", "worried", "call_language", "en"}},
	{pattern: "POST /helpline/close", form: []string{"close_channel", "phone", "kind", "silent"}},
	{pattern: "POST /helpline/anew", form: written},
	{pattern: "POST /helpline/back/{closing}", alien: true},
	{pattern: "GET /helpline/call/{draft}", alien: true},
	{pattern: "POST /helpline/call/{draft}", form: written, alien: true},
	{pattern: "POST /helpline/call/{draft}/autosave", form: written, alien: true},
	{pattern: "GET /helpline/call/{draft}/check", alien: true},
	{pattern: "POST /helpline/call/{draft}/hand", form: []string{"version", "1"}, alien: true},
	{pattern: "GET /helpline/call/{draft}/handed", alien: true},
	{pattern: "POST /helpline/call/{draft}/given", alien: true},
}

var written = []string{"version", "1", "asked", "worried", "call_channel", "phone", "call_way", "worried", "call_language", "en", "call_text", "words"}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions. What is another's is not there for anybody, the
// supervisor of the agency among them.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, pattern := range d.Site.Routes() {
			if strings.Contains(pattern, "/helpline") && !slices.ContainsFunc(routes, func(r route) bool { return r.pattern == pattern }) {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		draft := strings.TrimPrefix(d.begin(d.counsellor()), "/helpline/call/")
		d.must(d.room.Close(t.Context(), d.actor(), helpline.CloseInput{ID: helpline.NewClosingID(d.Now()), Channel: "phone", Kind: helpline.Abusive}))
		b, err := d.room.Board(t.Context(), d.actor())
		d.must(err)
		at := strings.NewReplacer("{draft}", draft, "{closing}", string(b.Closings[0].ID))
		for _, who := range []string{"huda", "mona", "salma", "laila", "dana", "adam", "aida"} {
			browser := d.SignIn(who)
			for _, r := range routes {
				d.drive(browser, who, r, at.Replace(r.pattern))
			}
			linked := slices.Contains(browser.Get("/account").Links(), "/helpline")
			if linked != access.May(d.Actor(who), access.HelplineTake) {
				t.Errorf("the menu of %s has the helpline: %v", who, linked)
			}
		}
		if links := d.counsellor().Get("/account").Links(); slices.Contains(links, "/desk") || slices.Contains(links, "/cases") || slices.Contains(links, "/search") {
			t.Errorf("a counsellor's menu leads elsewhere: %v", links)
		}
		for _, r := range routes {
			method, path, _ := strings.Cut(at.Replace(r.pattern), " ")
			if p := d.Visitor().Do(mustRequest(method, path)); p.Status == http.StatusOK {
				t.Errorf("a visitor gets %s", r.pattern)
			}
		}
	})
}

func mustRequest(method, path string) *http.Request {
	r, err := http.NewRequest(method, "http://desk.test"+path, nil)
	if err != nil {
		panic(err)
	}
	return r
}

// drive goes one route as somebody who has nothing of their own.
func (d *desk) drive(b *stafftest.Browser, who string, r route, address string) {
	d.T.Helper()
	method, path, _ := strings.Cut(address, " ")
	state, refused := d.number(stateTestSQL), d.number(refusalsTestSQL, d.ID(who))
	var p stafftest.Page
	if method == http.MethodGet {
		p = b.Get(path)
	} else {
		p = b.Post(path, append([]string{"id", string(helpline.NewClosingID(d.Now()))}, r.form...)...)
	}
	_, err := access.Decide(d.Actor(who), access.HelplineTake)
	want, name := httpx.StatusOf(err), fmt.Sprintf("%s: %s", who, r.pattern)
	if err == nil && r.alien {
		want = http.StatusNotFound
	}
	if want == http.StatusOK {
		if p.Status != http.StatusOK && p.Status != http.StatusSeeOther {
			d.T.Errorf("%s: status %d %s", name, p.Status, p.Text)
		}
		return
	}
	if p.Status != want || d.number(stateTestSQL) != state || d.number(refusalsTestSQL, d.ID(who)) <= refused {
		d.T.Errorf("%s: status %d, want %d; state %d, was %d; %d refusals recorded", name, p.Status, want, d.number(stateTestSQL), state,
			d.number(refusalsTestSQL, d.ID(who))-refused)
	}
}
