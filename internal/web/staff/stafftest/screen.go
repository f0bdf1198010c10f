package stafftest

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
)

// Browse opens a real browser that asks for the language, and signs somebody in as people do, by keyboard. It gives the browser and the address of the
// site, both of which end with the test.
func (h *House) Browse(t *testing.T, who, tag string) (ctx context.Context, base string) {
	t.Helper()
	server := httptest.NewServer(h.Visitor().Handler)
	t.Cleanup(server.Close)
	ctx = browsertest.Start(t, tag)
	h.Advance(30 * time.Second) // a code opens one session
	browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/sign-in"), chromedp.Evaluate[chromedp.Void](`void (document.cookie = "language=`+tag+`; path=/")`), chromedp.Focus(chromedp.CSS("#name")), typed(who),
		chromedp.Focus(chromedp.CSS("#password")), typed(Password+kb.Enter))
	arrive(t, ctx, "/sign-in/code")
	browsertest.Do(t, ctx, chromedp.Focus(chromedp.CSS("#code")), typed(h.Code()+kb.Enter))
	arrive(t, ctx, "/")
	if lang := browsertest.Read(t, ctx, chromedp.Evaluate[string]("document.documentElement.lang")); lang != tag {
		t.Fatalf("the pages are in %s, not in %s", lang, tag)
	}
	return ctx, server.URL
}

// typed is what somebody types.
func typed(text string) browsertest.Action {
	return chromedp.KeyEvent(text, func(p *input.DispatchKeyEventParams) {
		if p.Type == input.DispatchKeyEventTypeKeyDown {
			p.Type = input.DispatchKeyEventTypeRawKeyDown
		}
	})
}

// arrive waits until the page is at the path given, or for "/" anywhere but at signing in.
func arrive(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	at := ""
	for range 200 {
		at = browsertest.Read(t, ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.pathname : ""`))
		if at == path || path == "/" && at != "" && !strings.HasPrefix(at, "/sign-in") {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the browser is at %q, not at %q", at, path)
}
