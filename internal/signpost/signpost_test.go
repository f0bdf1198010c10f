package signpost_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"amparo/internal/clock"
	"amparo/internal/signpost"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

var now = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// post is one in which every text tries to be more than a text.
func post() signpost.Post {
	return signpost.Post{Code: "abc234", Language: "ar", Dir: "rtl", Audience: "everyone", Place: "any", Headline: `A & <b>"head"</b>`,
		Lines: [2]string{"one's <script>alert(1)</script>", "two"}, Contacts: []signpost.Contact{{Name: "Line & Co", Phone: "555-0116", Note: "day & night"}},
		Link: "https://help.example.org/?l=ar", Here: "https://help.example.org/sign/abc234",
		Words: signpost.Words{Title: "Help page", Go: "Go", Until: "Until 1 June.", Then: "Then press.", Scan: "Scan"}, Until: now.AddDate(0, 3, 0)}
}

// TestPiecesOfPagesLoadNothing: no script, no picture, no sheet, no address but the link and the numbers, and what was written stays text.
func TestPiecesOfPagesLoadNothing(t *testing.T) {
	for name, text := range map[string]string{"piece": post().HTML(), "page": post().Page()} {
		doc, err := html.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var hrefs []string
		for n := range doc.Descendants() {
			for _, a := range n.Attr {
				switch {
				case a.Key == "href":
					hrefs = append(hrefs, a.Val)
				case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "srcset", strings.Contains(a.Val, "url("):
					t.Errorf("%s: %s=%q", name, a.Key, a.Val)
				}
			}
			if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "img" || n.Data == "link" || n.Data == "b") {
				t.Errorf("%s has <%s>", name, n.Data)
			}
		}
		if strings.Join(hrefs, " ") != "https://help.example.org/?l=ar tel:5550116" {
			t.Errorf("%s leads to %v", name, hrefs)
		}
		for _, want := range []string{"Until 1 June.", "rtl", "alert(1)", "Line &amp; Co"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
	if p := signpost.Policy(); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
		t.Errorf("the policy is %s", p)
	}
}

func TestDataSaysAll(t *testing.T) {
	var got struct {
		Headline, Link string
		Lines          []string
		ValidUntil     time.Time `json:"valid_until"`
		Contacts       []struct{ Name, Phone string }
	}
	if err := json.Unmarshal(post().JSON(), &got); err != nil || got.Headline != post().Headline || len(got.Lines) != 2 || got.Contacts[0].Phone != "555-0116" ||
		!got.ValidUntil.Equal(post().Until) || got.Link != post().Link {
		t.Errorf("%+v %v", got, err)
	}
	bare := post()
	bare.Contacts = nil
	if !strings.Contains(string(bare.JSON()), `"contacts": []`) {
		t.Errorf("no contacts are %s", bare.JSON())
	}
	var linked map[string]any
	if err := json.Unmarshal(post().JSONLD(), &linked); err != nil || linked["@context"] != "https://schema.org" || linked["expires"] == "" {
		t.Errorf("%v %v", linked, err)
	}
	for _, want := range []string{post().Headline, "Line & Co: 555-0116", post().Link, "Until 1 June."} {
		if !strings.Contains(post().Text(), want+"\n") {
			t.Errorf("the text lacks %q: %s", want, post().Text())
		}
	}
}

// TestPaper is well-formed, holds everything, and nothing lies outside of it.
func TestPaper(t *testing.T) {
	for name, draw := range map[string]func() (string, error){"poster": post().Poster, "card": post().Card} {
		text, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		var svg struct {
			ViewBox string `xml:"viewBox,attr"`
			Texts   []struct {
				Y float64 `xml:"y,attr"`
				T string  `xml:",chardata"`
			} `xml:"g>text"`
			Path struct {
				D string `xml:"d,attr"`
			} `xml:"path"`
		}
		if err := xml.Unmarshal([]byte(text), &svg); err != nil {
			t.Fatalf("%s: %v in %s", name, err, text)
		}
		high := map[string]float64{"poster": 297, "card": 55}[name]
		var said strings.Builder
		for _, one := range svg.Texts {
			said.WriteString(one.T + "\n")
			if one.Y <= 0 || one.Y >= high {
				t.Errorf("%s: %q is at %v of %v", name, one.T, one.Y, high)
			}
		}
		for _, want := range []string{"555-0116", "Until 1 June.", "alert(1)", "help.example.org"} {
			if !strings.Contains(said.String(), want) {
				t.Errorf("%s lacks %q: %s", name, want, said.String())
			}
		}
		// The three corners of a QR code begin with seven dark squares in a row, behind the quiet zone.
		if !strings.HasPrefix(svg.Path.D, "M4 4h1v1h-1zM5 4h1v1h-1zM6 4h1v1h-1zM7 4h1v1h-1zM8 4h1v1h-1zM9 4h1v1h-1zM10 4h1v1h-1z") {
			t.Errorf("%s has no code: %.80s", name, svg.Path.D)
		}
	}
}

func TestTheFeedMeetsChanges(t *testing.T) {
	read := func(posts ...signpost.Post) (ids []string) {
		var feed struct {
			Entries []struct {
				ID string `xml:"id"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(signpost.Feed(posts, nil, nil, "https://help.example.org/sign/feed.atom", "Signposts", now), &feed); err != nil {
			t.Fatal(err)
		}
		for _, e := range feed.Entries {
			ids = append(ids, e.ID)
		}
		return ids
	}
	other := post()
	other.Code = "zzz234"
	same, changed := read(post(), other), post()
	changed.Contacts[0].Phone = "555-0117"
	if got := read(other, post()); len(got) != 2 || got[0] != same[0] || got[1] != same[1] {
		t.Errorf("nothing has changed: %v and %v", same, got)
	}
	if got := read(changed, other); got[0] == same[0] || got[1] != same[1] {
		t.Errorf("a number has changed: %v and %v", same, got)
	}
}

func TestHowLongItHolds(t *testing.T) {
	soon, late := now.AddDate(0, 0, 5), now.AddDate(1, 0, 0)
	list := []signpost.Contact{{Name: "a", Until: late}, {Name: "b", Until: soon}}
	if got := signpost.Until(now, list); !got.Equal(soon) {
		t.Errorf("until %v", got)
	}
	if got := signpost.Until(now, list[:1]); got.Sub(now) > signpost.MaxLife || !got.Equal(signpost.Until(now.Add(time.Hour), list[:1])) {
		t.Errorf("until %v", got)
	}
	if got := signpost.Fresh(soon, list); len(got) != 1 || got[0].Name != "a" || len(list) != 2 {
		t.Errorf("%+v", got)
	}
}

// TestCounts are kept by the days of the country, are not lost when the store fails, and go after two years.
func TestCounts(t *testing.T) {
	at := now
	storetest.Each(t, clock.Func(func() time.Time { return at }), func(t *testing.T, main, _ *store.Store) {
		at = now
		zone := time.FixedZone("", 3*3600)
		failed := 0
		room := signpost.New(signpost.Config{Store: main, Clock: clock.Func(func() time.Time { return at }), Zone: zone, Failed: func(error) { failed++ }})
		for range 3 {
			room.Count("abc234", "en", "")
		}
		room.Count("abc234", "ar", "")
		at = now.Add(13 * time.Hour) // the next day there, and more than a minute later
		room.Count("abc234", "en", "")
		room.Wait()
		room.Count("abc234", "en", "")
		if err := room.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		days := func() (list []signpost.Day) {
			err := main.Read(t.Context(), func(tx store.Tx) (err error) {
				list, err = signpost.Days(t.Context(), tx, "2031-01-01")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		got := days()
		if len(got) != 3 || got[0] != (signpost.Day{Day: "2031-03-04", Code: "abc234", Language: "en", Served: 2}) || got[1].Served != 1 || got[2].Served != 3 {
			t.Errorf("%+v", got)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		room.Count("abc234", "fr", "")
		if err := room.Flush(ended); err == nil {
			t.Error("counts are written after the end")
		}
		if err := room.Flush(t.Context()); err != nil || len(days()) != 4 {
			t.Errorf("counts that could not be written: %v, %+v", err, days())
		}
		at = now.AddDate(3, 0, 0)
		if err := main.Write(t.Context(), func(tx store.Tx) error { return signpost.Prune(t.Context(), tx) }); err != nil || len(days()) != 0 || failed != 0 {
			t.Errorf("%v, %+v, %d failures", err, days(), failed)
		}
	})
}
