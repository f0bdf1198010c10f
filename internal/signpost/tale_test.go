package signpost_test

import (
	"encoding/json"
	"encoding/xml"
	"testing"
	"time"

	"amparo/internal/signpost"
)

// TestTales: a story stands in the index and in the feed, and one that was taken back is a deleted entry by the name that it had.
func TestTales(t *testing.T) {
	tales := []signpost.Tale{{Code: "abcdef", Language: "en", Dir: "ltr", Audience: "10_12", Title: "My aunt", Text: "I told <her>.", Mark: "From several.",
		Link: "https://help.example.org/read/abcdef?l=en", Published: now.Add(time.Hour), Until: now.AddDate(0, 1, 0)}}
	gone := []signpost.Gone{{Link: "https://help.example.org/read/zzzzzz?l=en", At: now.Add(2 * time.Hour)}}
	var index struct {
		Signposts []map[string]string `json:"signposts"`
		Stories   []map[string]string `json:"stories"`
	}
	if err := json.Unmarshal(signpost.Index([]signpost.Post{post()}, tales), &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Signposts) != 1 || len(index.Stories) != 1 || index.Stories[0]["mark"] != "From several." || index.Stories[0]["valid_until"] != now.AddDate(0, 1, 0).UTC().Format(time.RFC3339) {
		t.Errorf("%+v", index)
	}
	if err := json.Unmarshal(signpost.Index(nil, nil), &index); err != nil || index.Stories == nil || len(index.Stories) != 0 {
		t.Errorf("without stories the list is %v", index.Stories)
	}
	var feed struct {
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Summary string `xml:"summary"`
		} `xml:"entry"`
		Deleted []struct {
			Ref  string `xml:"ref,attr"`
			When string `xml:"when,attr"`
		} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
	}
	text := signpost.Feed(nil, tales, gone, "https://help.example.org/sign/feed.atom", "Signposts", now)
	if err := xml.Unmarshal(text, &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Entries) != 1 || feed.Entries[0].ID != tales[0].Link || feed.Entries[0].Summary != "From several." {
		t.Errorf("%+v", feed.Entries)
	}
	if len(feed.Deleted) != 1 || feed.Deleted[0].Ref != gone[0].Link || feed.Deleted[0].When == "" || feed.Updated != gone[0].At.UTC().Format(time.RFC3339) {
		t.Errorf("%+v, %s", feed.Deleted, feed.Updated)
	}
}
