package public_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"amparo/internal/page/browsertest"
)

// TestEveryPageInTheBrowser shows every page of a tour in every language, on a telephone and on a desk, to axe, and looks whether
// anything stands out sideways, can hardly be hit with a finger, or would be read in the wrong direction.
func TestEveryPageInTheBrowser(t *testing.T) {
	for _, tag := range spoken {
		t.Run(tag, func(t *testing.T) {
			l := one(t, t.TempDir())
			sights := goneRound(l, tag)
			server := httptest.NewServer(gallery(l, sights))
			defer server.Close()
			ctx := browsertest.Start(t)
			for i, s := range sights {
				t.Run(s.name, func(t *testing.T) {
					browsertest.Resize(t, ctx, 320, 740)
					browsertest.Do(t, ctx, chromedp.Navigate(fmt.Sprintf("%s/page/%d", server.URL, i)))
					for _, wrong := range browsertest.Read(t, ctx, chromedp.Evaluate[[]string](hardToUse)) {
						t.Error(wrong)
					}
					browsertest.NoSideways(t, ctx)
					browsertest.Axe(t, ctx)
					browsertest.Screenshot(t, ctx, "page-"+tag+"-"+s.name)
					browsertest.Resize(t, ctx, 1200, 740)
					browsertest.NoSideways(t, ctx)
				})
			}
			for _, line := range browsertest.Heard(ctx) {
				if !strings.Contains(line, "the server responded with a status of") {
					t.Errorf("the console says %s", line)
				}
			}
		})
	}
}

// TestPicturesAreSeen looks at the drawings of the first page and of a page of questions in the page's own colours and in forced ones,
// in both directions: each is there, as large as a finger needs, beside its words and not in the colour of what lies behind it.
func TestPicturesAreSeen(t *testing.T) {
	for _, tag := range []string{"en", "ar"} {
		l := one(t, t.TempDir())
		list := []sight{{"start", l.get("/?l=" + tag)}, {"what", l.start(tag, "under_13").post()}}
		server := httptest.NewServer(gallery(l, list))
		defer server.Close()
		ctx := browsertest.Start(t, tag)
		browsertest.Resize(t, ctx, 320, 740)
		for i, s := range list {
			for name, forced := range map[string]bool{"plain": false, "forced": true} {
				browsertest.Medium(t, ctx, "", forced)
				browsertest.Do(t, ctx, chromedp.Navigate(fmt.Sprintf("%s/page/%d", server.URL, i)))
				got := browsertest.Read(t, ctx, chromedp.Evaluate[[]string](picturesScript))
				if len(got) < 6 {
					t.Errorf("%s %s, %s: only %d pictures", tag, s.name, name, len(got))
				}
				for _, wrong := range got {
					if wrong != "ok" {
						t.Errorf("%s %s, %s: %s", tag, s.name, name, wrong)
					}
				}
				browsertest.NoSideways(t, ctx)
				browsertest.Screenshot(t, ctx, "pictures-"+tag+"-"+s.name+"-"+name)
			}
		}
	}
}

const picturesScript = `Array.from(document.querySelectorAll(".picture")).map(e => {
	const r = e.getBoundingClientRect(), words = e.parentElement.getBoundingClientRect();
	let behind = "rgba(0, 0, 0, 0)";
	for (let p = e; p && behind === "rgba(0, 0, 0, 0)"; p = p.parentElement) behind = getComputedStyle(p).backgroundColor;
	if (r.width !== 40 || r.height !== 40) return "is " + r.width + " by " + r.height;
	if (getComputedStyle(e).stroke === behind) return "is drawn in the colour behind it, " + behind;
	if (e.getAttribute("aria-hidden") !== "true") return "is read out";
	const start = document.dir === "rtl" ? words.right - r.right : r.left - words.left;
	return start >= 0 && start < 60 ? "ok" : "stands " + start + " from where its words start";
})`

// gallery serves the pages of a tour as they came, under numbers.
func gallery(l *place, sights []sight) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", l.site)
	for i, s := range sights {
		mux.HandleFunc(fmt.Sprintf("GET /page/%d", i), func(w http.ResponseWriter, _ *http.Request) {
			for _, name := range []string{"Content-Type", "Content-Security-Policy", "Cache-Control", "Permissions-Policy"} {
				w.Header().Set(name, s.head.Get(name))
			}
			w.WriteHeader(s.status)
			_, _ = w.Write([]byte(s.text))
		})
	}
	return mux
}

// hardToUse names buttons and fields that are lower than a finger needs, text that does not start where the page's direction has it,
// pages without a heading or with two, and telephone numbers whose digits could be turned around.
const hardToUse = `(() => {
	const out = [], rtl = document.dir === "rtl", seen = e => e.getClientRects().length > 0;
	document.querySelectorAll("button, a.govuk-button, input:not([type=hidden]), select, textarea").forEach(e => {
		const r = e.getBoundingClientRect();
		if (seen(e) && (r.height < 24 || r.width < 24)) out.push("is only " + r.width + " by " + r.height + ": " + e.outerHTML.slice(0, 120));
	});
	document.querySelectorAll("main h1, main h2, main p, main label, main legend, main dt").forEach(e => {
		if (!seen(e) || e.closest("[dir]") !== document.documentElement) return;
		const align = getComputedStyle(e).textAlign;
		if (["start", rtl ? "right" : "left", "center"].indexOf(align) < 0) out.push(align + ": " + e.outerHTML.slice(0, 120));
	});
	const headings = Array.from(document.querySelectorAll("h1")).filter(seen).length;
	if (headings !== 1) out.push(headings + " headings");
	if ((document.documentElement.lang === "ar") !== rtl) out.push("language " + document.documentElement.lang);
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode()); ) {
		const number = n.data.match(/555-\u2060?\d{4}/);
		if (!number || !rtl || n.parentElement.closest("bdi[dir=ltr], [dir=auto]")) continue;
		if (!/[\u200e\u2066\u2068]555-\u2060?\d{4}[\u200e\u2069]/.test(n.data)) out.push("turned around: " + n.data.slice(0, 120));
	}
	return out;
})()`

// TestNumbersReadTheRightWay measures where the digits of telephone numbers and codes stand in Arabic text: the first is left of the last.
func TestNumbersReadTheRightWay(t *testing.T) {
	l := one(t, t.TempDir())
	var list []sight
	for _, s := range goneRound(l, "ar") {
		if strings.Contains(s.name, "receipt") || strings.Contains(s.name, "before") || strings.Contains(s.name, "danger") {
			list = append(list, s)
		}
	}
	server := httptest.NewServer(gallery(l, list))
	defer server.Close()
	ctx := browsertest.Start(t, "ar")
	browsertest.Resize(t, ctx, 1200, 740)
	for i, s := range list {
		browsertest.Do(t, ctx, chromedp.Navigate(fmt.Sprintf("%s/page/%d", server.URL, i)))
		got := browsertest.Read(t, ctx, chromedp.Evaluate[[]string](digitsScript))
		if len(got) < 4 || got[0] != "" {
			t.Errorf("%s: %q", s.name, got)
		}
		for _, wrong := range got[1:] {
			if wrong != "ok" {
				t.Errorf("%s: %s", s.name, wrong)
			}
		}
	}
}

const digitsScript = `(() => {
	const out = [""], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode()); ) {
		const m = /555-\u2060?\d{4}/.exec(n.data);
		if (!m || !n.parentElement.getClientRects().length) continue;
		const at = i => { const r = document.createRange(); r.setStart(n, i); r.setEnd(n, i + 1); return r.getBoundingClientRect(); };
		const first = at(m.index), last = at(m.index + m[0].length - 1);
		out.push(first.top === last.top && first.left < last.left ? "ok" : "reads backwards, or over two lines: " + n.data);
	}
	return out;
})()`
