package sign

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"amparo/internal/education"
	"amparo/internal/signpost"
	"amparo/internal/tale"
)

// sharedTold is what a cache may keep in which a story stands: one that is taken back must be gone within a minute.
var sharedTold = "public, max-age=" + strconv.Itoa(int(tale.Shared/time.Second)) + ", must-revalidate"

// embedded is for how long what was fetched may be shown at most, from the minute in which it was.
const embedded = 2 * time.Minute

// giveFresh serves data in which stories stand.
func giveFresh(w http.ResponseWriter, r *http.Request, kind string, data []byte) {
	w.Header().Set("X-Robots-Tag", "noindex, noarchive")
	giveFor(w, r, piece{kind: kind, data: data, etag: etag(data)}, sharedTold)
}

// tales gives the stories that may be shown now, in every language, and those that may not any more. When they cannot be had there are none: signposts
// are served all the same.
func (s *Site) tales(r *http.Request) (list []signpost.Tale, gone []signpost.Gone, err error) {
	at, err := s.address(r)
	if err != nil {
		return nil, nil, err
	}
	board, err := s.Tale.Look(r.Context())
	if err != nil {
		if s.Failed != nil {
			s.Failed(r, err)
		}
		return nil, nil, nil
	}
	link := func(code, language string) string { return at + "/read/" + code + "?l=" + language }
	soon := s.Clock.Now().Truncate(time.Minute).Add(embedded)
	for _, one := range board.Stories {
		if one.Until.After(soon) {
			one.Until = soon
		}
		p := s.Lang.For(one.Language)
		if p.Tag() != one.Language { // the country does not offer it any more
			continue
		}
		list = append(list, signpost.Tale{Code: one.Code, Language: one.Language, Dir: p.Dir(), Audience: string(one.Audience), Title: one.Title, Text: plain(one.Body),
			Mark: p.T("hub.mark_" + string(one.Kind)), Link: link(one.Code, one.Language), Published: one.Published, Until: one.Until})
	}
	for _, one := range board.Removed {
		gone = append(gone, signpost.Gone{Link: link(one.Code, one.Language), At: one.At})
	}
	return list, gone, nil
}

// plain gives the words of a text without its markup.
func plain(body string) string {
	blocks, _ := education.ParseBody([]byte(body)) // it was read before it was published
	var parts []string
	for _, b := range blocks {
		parts = append(parts, strings.Join(b.Plain(), "\n"))
	}
	return strings.Join(parts, "\n\n")
}
