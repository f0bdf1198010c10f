package page

import (
	"net/http"
	"os"
	"testing"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/lang"
)

var sampleNow = time.Date(2030, 5, 6, 3, 0, 0, 0, time.UTC)

// words are the texts of the sample in one language.
type words struct{ heading, body, name, short, told string }

var sampleWords = map[string]words{
	"en": {"What would you like to tell us?", "You decide what to tell us. You can stop at any time. We read every report.",
		"Help page", "Yes", "First line.\nSecond line with an address: https://example.org/" + long},
	"ar": {"ماذا تريد أن تخبرنا؟", "أنت تقرر ما تخبرنا به. يمكنك التوقف في أي وقت. نحن نقرأ كل بلاغ.",
		"صفحة المساعدة", "نعم", "السطر الأول.\nسطر ثانٍ فيه عنوان: https://example.org/" + long},
}

const long = "averylongpaththatdoesnotbreakanywherebecausesomebodypasteditfromtheaddressbarofabrowser"

func engine(t testing.TB) (*Engine, *lang.Catalog) {
	t.Helper()
	catalog, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(catalog, Config{Clock: clock.Func(func() time.Time { return sampleNow })})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Add(os.DirFS("testdata"), "*.html"); err != nil {
		t.Fatal(err)
	}
	return e, catalog
}

func frame(e *Engine, kind Kind, tag string) Frame {
	p := e.Printer(tag)
	w := sampleWords[tag]
	f := Frame{Kind: kind, Lang: p, Title: w.name, Name: w.name, Demo: true, RequestID: "01J2ABC",
		Errors: ErrorsOf(p, fault.New(fault.Invalid, fault.CodeStale).With("radios", fault.CodeStale).With("text", fault.CodeStale)),
		Notice: w.body, Back: &Back{Href: "/sample", Post: true, Fields: []Hidden{{"back", "1"}}}}
	if kind == Public {
		f.Languages = e.Languages(p, func(tag string) string { return "/sample/" + tag })
		f.Step = Step{2, 7}
		f.Contacts = []Contact{{w.name, "555 0100", ""}, {w.short, "+1 555 0116", w.short}}
		return f
	}
	f.User, f.SignOut = "Nour Haddad", "/sign-out"
	f.Nav = []Nav{{Text: w.short, Href: "/a", Current: true, Count: 12, CountWords: w.short}, {Text: w.name, Href: "/b"}}
	return f
}

func sampleData(f Frame, tag string) map[string]any {
	w := sampleWords[tag]
	items := []Choice{{Value: "a", Text: w.short, Hint: w.body}, {Value: "b", Text: w.heading, Checked: true},
		{Value: "c", Text: w.short, Or: "·"}}
	urgent := &Tag{"P1 – " + w.short, "urgent"}
	row := func(id string, tag *Tag, at time.Time) []Cell {
		return []Cell{{Tag: tag}, {Text: id, Href: "/r/" + id}, {When: at}, {Text: w.short, Note: w.short}, {Text: "12", Numeric: true}}
	}
	return map[string]any{
		"Heading": w.heading, "Body": w.body, "Told": w.told, "When": sampleNow.Add(25 * time.Minute),
		"Hidden":     []Hidden{{"sealed", "q1w2e3"}},
		"Radios":     Choices{Name: "radios", Label: w.heading, Hint: w.body, Error: f.Errors.Of("radios"), Items: items},
		"Checkboxes": Choices{Name: "checks", Label: w.heading, Optional: true, Items: items},
		"Select":     Choices{Name: "select", Label: w.short, Items: items},
		"Input":      Input{Name: "text", Label: w.short, Error: f.Errors.Of("text"), Value: "12345", Width: 12, LTR: true},
		"Textarea":   Textarea{Name: "area", Label: w.heading, Hint: w.body, Max: 2000, Optional: true, Value: w.told},
		"Summary": []SummaryRow{{w.heading, []string{w.told}, &Change{Name: "goto", Value: "a"}},
			{w.short, []string{w.short, w.body}, &Change{Href: "/x"}}, {w.short, []string{w.short}, nil}},
		"Details": Details{w.heading, w.body},
		"Buttons": []Button{{Text: w.short}, {Text: w.short, Kind: "secondary", Name: "later", Value: "1"}, {Text: w.short, Kind: "link"}},
		"Table": Table{Caption: w.heading, Columns: []Column{{w.short, false}, {w.name, false}, {w.short, false}, {w.name, false}, {w.short, true}},
			Rows: [][]Cell{row("R-4711", urgent, sampleNow.Add(-20*time.Minute)), row("R-4712", &Tag{"P2 – " + w.short, "soon"}, sampleNow.Add(3*time.Hour)),
				row("R-4713", &Tag{"P3 – " + w.short, "calm"}, sampleNow.Add(50*time.Hour)), row("R-4714", &Tag{"P4 – " + w.short, "quiet"}, sampleNow)}},
		"Tasks":    []Task{{"1", w.heading, "/t/1", w.body, Tag{w.short, "soon"}}, {"2", w.short, "", "", Tag{w.short, "good"}}},
		"Timeline": []Event{{sampleNow.Add(-time.Hour), w.short, w.name, w.told, urgent}, {sampleNow.Add(-48 * time.Hour), w.short, "", "", nil}},
	}
}

// site serves the sample as a program would: /public/en, /desk/ar and what they load.
func site(t testing.TB) http.Handler {
	t.Helper()
	e, catalog := engine(t)
	t.Cleanup(func() {
		for _, gap := range catalog.Missing() {
			t.Errorf("not in the catalogue: %s", gap)
		}
	})
	mux := http.NewServeMux()
	for kind, page := range map[Kind]string{Public: "sample", Desk: "queue"} {
		mux.HandleFunc("GET /"+string(kind)+"/{tag}", func(w http.ResponseWriter, r *http.Request) {
			tag := r.PathValue("tag")
			f := frame(e, kind, tag)
			if r.URL.RawQuery == "calm" {
				f.Errors = nil
			}
			if err := e.Render(w, http.StatusOK, page, f, sampleData(f, tag)); err != nil {
				t.Error(err)
			}
		})
	}
	files := map[Kind]http.Handler{Public: e.Static(Public), Desk: e.Static(Desk)}
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) {
		kind := Public
		if len(r.URL.Path) > 6 && r.URL.Path[3:7] == string(Desk) {
			kind = Desk
		}
		files[kind].ServeHTTP(w, r)
	})
	mux.Handle("GET /favicon.ico", Favicon())
	mux.HandleFunc("GET /weather", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<!DOCTYPE html><html lang=en><title>Weather</title><p>Sunny.</p>"))
	})
	mux.HandleFunc("GET /exit", func(w http.ResponseWriter, r *http.Request) {
		Exit("http://"+r.Host+"/weather").ServeHTTP(w, r)
	})
	return PublicHeaders(mux)
}
