package public_test

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/page/browsertest"
	"amparo/internal/store"
	"amparo/internal/tale"
)

// TestWhatBecameOfItInTheBrowser looks at the stories, at one, and at the counts of a year, in both directions of writing, on a telephone and on a desk.
func TestWhatBecameOfItInTheBrowser(t *testing.T) {
	l := one(t, t.TempDir())
	by, err := access.Own(access.System("test"), access.StoryReview)
	if err != nil {
		t.Fatal(err)
	}
	err = l.main.Write(t.Context(), func(tx store.Tx) error {
		var list []tale.Story
		for tag, title := range map[string]string{"en": "A secret that felt heavy", "ar": "سر ثقيل"} {
			list = append(list, tale.Story{Code: "abcdef", Language: tag, Audience: education.Age10To12, Kind: tale.Real, Title: title,
				Body: title + ".\n\n## " + title + " {#a}\n\n- " + title + "\n- **" + title + "**", Published: l.now, Until: l.now.AddDate(0, 1, 0)})
		}
		if err := tale.Put(t.Context(), tx, by, list); err != nil {
			return err
		}
		return tale.KeepYear(t.Context(), tx, by, tale.Year{Year: 2031, Through: "2031-03-02", Received: tale.Part{Name: "received", Count: 1057}, Cases: tale.Part{Name: "cases", Few: true},
			Read:    []tale.Part{{Name: "in_time", Count: 940}, {Name: "later", Few: true}, {Name: "not_yet", Few: true}},
			Outcome: []tale.Part{{Name: "case_opened", Few: true}, {Name: "passed_on", Count: 9}, {Name: "other", Count: 20}, {Name: "working", Few: true}},
			Times:   []tale.Time{{Name: "until_read", Half: 1500e9, Most: 7 * 3600e9}, {Name: "until_answer", Few: true}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(l.site)
	defer server.Close()
	for _, tag := range []string{"en", "ar"} {
		ctx := browsertest.Start(t, tag)
		for _, path := range []string{"more", "abcdef", "year"} {
			browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/read/"+path+"?l="+tag))
			for _, width := range []int64{320, 1200} {
				browsertest.Resize(t, ctx, width, 740)
				browsertest.NoSideways(t, ctx)
			}
			for _, wrong := range browsertest.Read(t, ctx, chromedp.Evaluate[[]string](hardToUse)) {
				t.Errorf("%s %s: %s", tag, path, wrong)
			}
			browsertest.Axe(t, ctx)
			browsertest.Screenshot(t, ctx, "became-"+tag+"-"+path)
		}
		for _, line := range browsertest.Heard(ctx) {
			t.Errorf("the console says %s", line)
		}
	}
}
