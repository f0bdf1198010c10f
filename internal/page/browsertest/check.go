package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// rules asks axe for WCAG 2.0 to 2.2, levels A and AA, and makes its findings short.
const rules = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]})
.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + " — " + n.html.slice(0, 200) +
  " — " + (n.failureSummary || "").replace(/\s+/g, " "))))`

// Axe runs axe-core on the page and fails the test for every violation of WCAG 2.0 to 2.2, levels A and AA.
func Axe(t testing.TB, ctx context.Context) {
	t.Helper()
	code, err := os.ReadFile(filepath.Join(root(t), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed; run scripts/assets: %v", err)
	}
	Do(t, ctx, chromedp.Evaluate[chromedp.Void](string(code)))
	for _, f := range Read(t, ctx, chromedp.Evaluate[[]string](rules, chromedp.EvalAwaitPromise)) {
		t.Errorf("axe: %s", f)
	}
}

// NoSideways fails the test when the page is wider than its window, and names what stands out.
func NoSideways(t testing.TB, ctx context.Context) {
	t.Helper()
	out := Read(t, ctx, chromedp.Evaluate[[]string](`(() => {
	const wide = document.documentElement.clientWidth, all = document.scrollingElement;
	if (all.scrollWidth <= wide) return [];
	return [all.scrollWidth + " in " + wide].concat(Array.from(document.querySelectorAll("body *"))
		.filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > wide + 1 || r.left < -1); })
		.map(e => e.outerHTML.slice(0, 120)).slice(0, 5));
})()`))
	if len(out) > 0 {
		t.Errorf("the page scrolls sideways: %s", strings.Join(out, "\n  "))
	}
}

// root finds the top of the tree, where go.mod is.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
