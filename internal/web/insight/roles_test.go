package insight_test

import (
	"slices"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
)

// routes are all of the page's, each with the action that it needs.
var routes = map[string]access.Action{"GET /insight": access.InsightRead}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions, and the menu with it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		for _, pattern := range o.Site.Routes() {
			if strings.Contains(pattern, "/insight") && routes[pattern] == "" {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		allowed := 0
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "salma", "laila", "adam", "aida"} {
			b := o.SignIn(who)
			for pattern, action := range routes {
				_, want := access.Decide(o.Actor(who), action)
				_, path, _ := strings.Cut(pattern, " ")
				for _, at := range []string{path, path + "?from=2031-03-01&to=2031-03-02", path + "?from=x"} {
					before := o.number(refusalsTestSQL, who)
					p := b.Get(at)
					recorded := o.number(refusalsTestSQL, who) - before
					switch {
					case want != nil && (fault.KindOf(want) != fault.Forbidden || p.Status != httpx.StatusOf(want) || recorded != 1):
						t.Errorf("%s: %s gave %d with %d refusals recorded", who, at, p.Status, recorded)
					case want == nil && (p.Status == refused || recorded != 0):
						t.Errorf("%s: %s gave %d with %d refusals recorded", who, at, p.Status, recorded)
					case want == nil:
						allowed++
					}
				}
				if linked := slices.Contains(b.Get("/account").Links(), "/insight"); linked != (want == nil) {
					t.Errorf("%s: the menu has the page: %v", who, linked)
				}
			}
			if n := o.number(openedTestSQL, who); n != 0 {
				t.Errorf("%s has opened %d things by looking at numbers", who, n)
			}
		}
		if allowed != 6 {
			t.Errorf("%d were allowed, not a supervisor and a service lead", allowed)
		}
		if p := o.Visitor().Get("/insight"); p.Status == ok {
			t.Error("a visitor sees the page")
		}
	})
}
