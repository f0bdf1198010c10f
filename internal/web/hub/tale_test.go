package hub_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/store"
	"amparo/internal/tale"
)

func (h *house) write(f func(ctx context.Context, tx store.Tx, by access.Proof) error) {
	h.t.Helper()
	by, err := access.Own(access.System("test"), access.StoryReview)
	must(h.t, err)
	must(h.t, h.main.Write(h.t.Context(), func(tx store.Tx) error { return f(h.t.Context(), tx, by) }))
}

func (h *house) publish(list ...tale.Story) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx store.Tx, by access.Proof) error { return tale.Put(ctx, tx, by, list) })
	h.now = h.now.Add(tale.Fresh)
}

// published is a story in two languages.
func (h *house) published() {
	h.t.Helper()
	one := tale.Story{Code: "abcdef", Language: "en", Audience: education.Age10To12, Kind: tale.Composite, Title: "My aunt", Body: "I **told** her.\n\n- She [helped](topic:how_to_report).",
		Published: h.now, Until: h.now.AddDate(0, 1, 0)}
	other := one
	other.Language, other.Title, other.Kind = "ar", "خالتي", tale.Real
	h.publish(one, other)
}

// TestStories: what is published is read by its code, in its languages, with where it comes from; and is kept by nobody for long.
func TestStories(t *testing.T) {
	h := open(t)
	if p := h.get("/read/more?l=en"); p.Code != http.StatusOK || !strings.Contains(p.Body.String(), "nothing here yet") {
		t.Errorf("%d", p.Code)
	}
	h.published()
	for path, wants := range map[string][]string{"/read/more?l=en": {"My aunt", "/read/abcdef?l=en", "Put together from several", "10 to 12 years"}, "/read/more?l=ar": {"خالتي"},
		"/read/abcdef?l=en": {"My aunt", "It is not one person", "<strong>told</strong>", `<a class="govuk-link govuk-link--no-visited-state" href="/read/`}, "/read/abcdef?l=ar": {`dir="rtl"`, "يمكنه سحبه من هنا في أي وقت"}} {
		p := h.get(path)
		for _, want := range wants {
			if !strings.Contains(p.Body.String(), want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		if head := p.Header(); p.Code != http.StatusOK || head.Get("Cache-Control") != "no-store" || head.Get("Cdn-Cache-Control") != "public, max-age=20, must-revalidate" || len(head["Set-Cookie"]) > 0 {
			t.Errorf("%s: %d %v", path, p.Code, head)
		}
		if title := p.all("title"); len(title) != 1 || title[0].FirstChild.Data != "Help page" {
			t.Errorf("%s: the title is not neutral", path)
		}
	}
	if p := h.get("/read/abcdef?l=fr"); p.Code != http.StatusNotFound || !strings.Contains(p.Body.String(), "/read/abcdef?l=ar") {
		t.Errorf("in another language: %d", p.Code)
	}
	if p := h.get("/read/zzzzzz?l=en"); p.Code != http.StatusNotFound {
		t.Errorf("no story: %d", p.Code)
	}
	if p := h.get("/read?l=en"); !strings.Contains(p.Body.String(), `href="/read/more?l=en"`) {
		t.Error("nothing leads to the stories")
	}
}

// TestGoneWithinAMinute: what is taken back, and what ends by the clock, and what cannot be known, is not shown.
func TestGoneWithinAMinute(t *testing.T) {
	for name, change := range map[string]func(h *house){
		"taken back": func(h *house) {
			h.write(func(ctx context.Context, tx store.Tx, by access.Proof) error { return tale.Take(ctx, tx, by, "abcdef") })
			h.now = h.now.Add(tale.Fresh)
		},
		"over":      func(h *house) { h.now = h.now.AddDate(0, 1, 0).Add(-tale.Fresh) },
		"not known": func(h *house) { must(h.t, h.main.Close()); h.now = h.now.Add(tale.Fresh) },
	} {
		h := open(t)
		h.published()
		if p := h.get("/read/abcdef?l=en"); p.Code != http.StatusOK {
			t.Fatalf("%s: %d before", name, p.Code)
		}
		change(h)
		for _, path := range []string{"/read/abcdef?l=en", "/read/abcdef?l=ar", "/read/more?l=en"} {
			if p := h.get(path); strings.Contains(p.Body.String(), "My aunt") || strings.Contains(p.Body.String(), "خالتي") || path != "/read/more?l=en" && p.Code == http.StatusOK {
				t.Errorf("%s: %s is still shown: %d", name, path, p.Code)
			}
		}
	}
	if tale.Fresh+tale.Shared+15*time.Second >= time.Minute {
		t.Error("what keeps a story is together more than a minute")
	}
}

// TestYear shows counts with what is hidden, in each language.
func TestYear(t *testing.T) {
	h := open(t)
	if p := h.get("/read/year?l=en"); p.Code != http.StatusOK || !strings.Contains(p.Body.String(), "nothing to count") {
		t.Errorf("%d", p.Code)
	}
	y := tale.Year{Year: 2026, Through: "2026-10-31", Received: tale.Part{Name: "received", Count: 57}, Cases: tale.Part{Name: "cases", Count: 9},
		Read:    []tale.Part{{Name: "in_time", Count: 40}, {Name: "later", Few: true}, {Name: "not_yet", Few: true}},
		Outcome: []tale.Part{{Name: "case_opened", Count: 8}, {Name: "passed_on", Count: 9}, {Name: "other", Count: 20}, {Name: "working", Count: 20}},
		Times:   []tale.Time{{Name: "until_read", Half: 25 * time.Minute, Most: 7 * time.Hour}, {Name: "until_answer", Few: true}}}
	h.write(func(ctx context.Context, tx store.Tx, by access.Proof) error { return tale.KeepYear(ctx, tx, by, y) })
	h.now = h.now.Add(tale.Fresh)
	for _, tag := range languages {
		p := h.get("/read/year?l=" + tag)
		if body := p.Body.String(); p.Code != http.StatusOK || !strings.Contains(body, "57") || strings.Contains(body, "hub.") {
			t.Errorf("%s: %d", tag, p.Code)
		}
	}
	body := h.get("/read/year?l=en").Body.String()
	for _, want := range []string{"too few to show", "25 minutes", "7 hours", "too few first answers", "work it out"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if p := h.get("/read/more?l=en"); !strings.Contains(p.Body.String(), "/read/year?l=en") {
		t.Error("nothing leads there")
	}
}
