package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/front"
	"amparo/internal/rulebook"
	"amparo/internal/store"
)

// rewrite changes a piece of the rule set of the pack in the folder, and gives the text.
func rewrite(t *testing.T, dir, old, now string) string {
	t.Helper()
	file := filepath.Join(dir, "ruleset.yaml")
	raw, err := os.ReadFile(file)
	must(t, err)
	if !strings.Contains(string(raw), old) {
		t.Fatalf("the rule set does not say %q", old)
	}
	text := strings.Replace(string(raw), old, now, 1)
	must(t, os.WriteFile(file, []byte(text), 0o600))
	return text
}

// promised is the name of the rule set by which the public side of a process promises.
func promised(t *testing.T, a *App) string {
	return front.Parts{Pack: a.pack, Store: a.stores.main, Log: a.log}.Rules()(t.Context()).Name()
}

// TestAdoptedRulesCountEverywhere: in a second process without its being started again, after a restart, and for the promise of the
// public side; beside a pack that has changed as long as they fit it, which the doctor tells.
func TestAdoptedRulesCountEverywhere(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		c := plain(t, d)
		one, _ := opened(t, c)
		two, _ := opened(t, c)
		raw, err := os.ReadFile(filepath.Join(c.Pack, "ruleset.yaml"))
		must(t, err)
		changed := strings.Replace(string(raw), "version: 1.0.0", "version: 1.1.0", 1)
		salma := access.Actor{Kind: access.Staff, ID: "salma", Roles: []access.Role{access.Supervisor}}
		adam := access.Actor{Kind: access.Staff, ID: "adam", Roles: []access.Role{access.Administrator}}
		id, err := one.rooms.triage.Rulebook.Propose(t.Context(), salma, rulebook.ProposeInput{Rules: changed, Why: "because"})
		must(t, err)
		if got := promised(t, two); got != "demo-csea 1.0.0" {
			t.Errorf("%s counts before it is adopted", got)
		}
		must(t, two.rooms.triage.Rulebook.Adopt(t.Context(), adam, id))
		again, _ := opened(t, c)
		for i, a := range []*App{one, two, again} {
			if got := promised(t, a); got != "demo-csea 1.1.0" {
				t.Errorf("process %d goes by %s", i, got)
			}
		}
		stop := serve(t, again)
		waitFor(t, again.stores.main, "SELECT count(*) FROM job WHERE kind = 'rules.rescore'", 0)
		must(t, stop())
		w := &ward{t, c, 1 << 40}
		told := func(words string) {
			t.Helper()
			for _, line := range w.finds() {
				if strings.HasPrefix(line, words) {
					return
				}
			}
			t.Errorf("the doctor does not say %q: %q", words, w.finds())
		}
		for _, line := range w.finds() {
			if strings.Contains(line, "rule set") {
				t.Errorf("the doctor says %q", line)
			}
		}
		rewrite(t, c.Pack, "version: 1.0.0", "version: 1.2.0")
		told("country: The pack brings the rule set demo-csea 1.2.0, and the adopted demo-csea 1.1.0 still counts")
		rewrite(t, c.Pack, "\ntriggers:\n", "\ntriggers:\n  - {id: T8, name: alone_tonight, words: {en: \"Alone\", ar: \"وحده\"}}\n")
		told("! country: The adopted rule set demo-csea 1.1.0 no longer fits the pack, whose own demo-csea 1.2.0 counts")
	})
}

// waitFor waits until a statement counts n.
func waitFor(t *testing.T, s *store.Store, statement string, n int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		got := -1
		look(t, s, func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, nil, &got) })
		if got == n {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%q counts %d, want %d", statement, got, n)
		}
	}
}
