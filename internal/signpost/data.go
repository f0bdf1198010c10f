package signpost

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"time"
)

// jsonPost is a signpost as JSON. Its names are a promise to those who read it.
type jsonPost struct {
	Code       string        `json:"code"`
	Language   string        `json:"language"`
	Direction  string        `json:"direction"`
	Headline   string        `json:"headline"`
	Lines      [2]string     `json:"lines"`
	Contacts   []jsonContact `json:"contacts"`
	Link       string        `json:"link"`
	LinkText   string        `json:"link_text"`
	ValidUntil string        `json:"valid_until"` // RFC 3339, in UTC; after it, show no number, and fetch it again
	ValidText  string        `json:"valid_text"`
}

type jsonContact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Note  string `json:"note"`
}

// JSON is the signpost as data.
func (p Post) JSON() []byte {
	out := jsonPost{p.Code, p.Language, p.Dir, p.Headline, p.Lines, []jsonContact{}, p.Link, p.Words.Go, p.Until.UTC().Format(time.RFC3339), p.Words.Until}
	for _, c := range p.Contacts {
		out.Contacts = append(out.Contacts, jsonContact{c.Name, c.Phone, c.Note})
	}
	return written(out)
}

// JSONLD is the signpost in the words of schema.org: a special announcement with its contact points.
func (p Post) JSONLD() []byte {
	points := []map[string]any{}
	for _, c := range p.Contacts {
		points = append(points, map[string]any{"@type": "ContactPoint", "name": c.Name, "telephone": c.Phone, "description": c.Note, "availableLanguage": p.Language})
	}
	return written(map[string]any{"@context": "https://schema.org", "@type": "SpecialAnnouncement", "name": p.Headline, "text": strings.Join(p.Lines[:], " "),
		"inLanguage": p.Language, "url": p.Link, "expires": p.Until.UTC().Format(time.RFC3339),
		"announcementLocation": map[string]any{"@type": "Organization", "url": p.Link, "contactPoint": points}})
}

// A Tale is a story of what became of a report, in one language, for others to show.
type Tale struct {
	Code, Language, Dir, Audience string
	Title, Text                   string // Text has no markup: paragraphs are apart by an empty line
	Mark                          string // says where it comes from, and is to be shown beside it
	Link                          string // where it is read: an absolute address
	Published, Until              time.Time
}

// A Gone is a story that must not be shown any more.
type Gone struct {
	Link string // by which it was known
	At   time.Time
}

// Index is all signposts, each in each of its languages, with the address of its data, and the stories that may be shown now: for a minute, then they are
// fetched again, and whichever is not there any more is not shown any more.
func Index(posts []Post, tales []Tale) []byte {
	list := []map[string]string{}
	for _, p := range sorted(posts) {
		list = append(list, map[string]string{"code": p.Code, "audience": p.Audience, "place": p.Place, "language": p.Language, "headline": p.Headline,
			"data": p.Here + ".json?l=" + p.Language})
	}
	stories := []map[string]string{}
	for _, t := range tales {
		stories = append(stories, map[string]string{"code": t.Code, "audience": t.Audience, "language": t.Language, "direction": t.Dir, "title": t.Title, "text": t.Text,
			"mark": t.Mark, "link": t.Link, "valid_until": t.Until.UTC().Format(time.RFC3339)})
	}
	return written(map[string]any{"signposts": list, "stories": stories})
}

func written(v any) []byte {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // texts and lists can be written
	}
	return append(text, '\n')
}

// Text is the signpost for text messages and programs that chat: lines, numbers and the address.
func (p Post) Text() string {
	lines := []string{p.Headline, p.Lines[0], p.Lines[1]}
	for _, c := range p.Contacts {
		lines = append(lines, c.Name+": "+c.Phone)
	}
	return strings.Join(append(lines, p.Link, p.Words.Until), "\n") + "\n"
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Self    atomLink    `xml:"link"`
	Entries []atomEntry `xml:"entry"`
	Deleted []atomGone  `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
}

// atomGone says that an entry is to be taken away (RFC 6721).
type atomGone struct {
	Ref  string `xml:"ref,attr"`
	When string `xml:"when,attr"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary"`
}

// Feed is an Atom feed (RFC 4287) of all signposts as they are: each with a name that is another one as soon as anything of it has changed, so that
// what reads the feed meets changes as new entries. A story keeps its name; one that was taken back is a deleted entry. Self is where it is served, changed when the
// contacts were tried last.
func Feed(posts []Post, tales []Tale, gone []Gone, self, title string, changed time.Time) []byte {
	at := changed.UTC().Format(time.RFC3339)
	for _, t := range tales {
		changed = later(changed, t.Published)
	}
	for _, g := range gone {
		changed = later(changed, g.At)
	}
	feed := atomFeed{ID: self, Title: title, Updated: changed.UTC().Format(time.RFC3339), Author: title, Self: atomLink{"self", self}}
	for _, p := range sorted(posts) {
		feed.Entries = append(feed.Entries, atomEntry{ID: p.Here + "?l=" + p.Language + "#" + p.version(), Title: p.Headline, Lang: p.Language, Updated: at,
			Link: atomLink{"", p.Here + "?l=" + p.Language}, Summary: strings.Join(p.Lines[:], " ")})
	}
	for _, t := range tales {
		feed.Entries = append(feed.Entries, atomEntry{ID: t.Link, Title: t.Title, Lang: t.Language, Updated: t.Published.UTC().Format(time.RFC3339),
			Link: atomLink{"", t.Link}, Summary: t.Mark})
	}
	for _, g := range gone {
		feed.Deleted = append(feed.Deleted, atomGone{g.Link, g.At.UTC().Format(time.RFC3339)})
	}
	text, err := xml.MarshalIndent(feed, "", "  ")
	if err != nil {
		panic(err) // as above
	}
	return append([]byte(xml.Header), append(text, '\n')...)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
