package public_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What DESIGN asks for, in bytes over the line.
const (
	firstBudget = 14 << 10 // the first page with all that it loads
	pageBudget  = 50 << 10 // any page with all that it loads
)

// TestEveryPageIsSmall counts compressed bytes: the first page with its sheet, script and icon, and every page of a tour.
func TestEveryPageIsSmall(t *testing.T) {
	for _, tag := range spoken {
		l := one(t, t.TempDir())
		loaded := 0
		for _, path := range loads(l.get("/").text) {
			n := size(l, httptest.NewRequest(http.MethodGet, path, nil))
			t.Logf("%s %6d %s", tag, n, path)
			loaded += n
		}
		first := size(l, httptest.NewRequest(http.MethodGet, "/?l="+tag, nil)) + loaded
		t.Logf("%s %6d the first page with all that it loads", tag, first)
		if first > firstBudget {
			t.Errorf("%s: the first page has %d bytes, more than %d", tag, first, firstBudget)
		}
		sum, list := 0, goneRound(l, tag)
		biggest := slices.MaxFunc(list, func(a, b sight) int { return squeezed(a.text) - squeezed(b.text) })
		for _, s := range list {
			sum += squeezed(s.text)
			if n := squeezed(s.text) + loaded; n > pageBudget {
				t.Errorf("%s: %s has %d bytes, more than %d", tag, s.name, n, pageBudget)
			}
		}
		t.Logf("%s %6d the biggest of %d pages with all that it loads (%s); %d on average", tag, squeezed(biggest.text)+loaded, len(list),
			biggest.name, sum/len(list)+loaded)
	}
}

var loading = regexp.MustCompile(`(?:<link [^>]*href|<script [^>]*src)="([^"]*)"`)

// loads gives what a page makes a browser load.
func loads(page string) (paths []string) {
	for _, m := range loading.FindAllStringSubmatch(page, -1) {
		paths = append(paths, m[1])
	}
	return paths
}

// size is how many bytes of body the answer to a browser has.
func size(l *place, r *http.Request) int {
	l.t.Helper()
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	w := httptest.NewRecorder()
	l.site.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Body.Len() == 0 {
		l.t.Fatalf("%s: status %d with %d bytes", r.URL.Path, w.Code, w.Body.Len())
	}
	if !strings.Contains(r.URL.Path, "favicon") && w.Header().Get("Content-Encoding") != "gzip" {
		l.t.Errorf("%s is not compressed", r.URL.Path)
	}
	return w.Body.Len()
}

// squeezed is how many bytes a page has when compressed as the program does.
func squeezed(text string) int {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Len()
}
