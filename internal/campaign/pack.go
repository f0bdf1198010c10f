package campaign

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"amparo/internal/signpost"
)

// A Manifest says what is in a pack, for programs.
type Manifest struct {
	Code       Code              `json:"code"`
	ValidUntil string            `json:"valid_until"` // RFC 3339, in UTC: after it, show no number and fetch the pack anew
	LastDay    string            `json:"last_day"`    // of the campaign
	Languages  []string          `json:"languages"`
	Sizes      []string          `json:"sizes"` // of banners, in pixels
	Links      map[string]string `json:"links"` // by language
	Files      []File            `json:"files"`
}

// A File is one file of a pack.
type File struct {
	Path     string `json:"path"`
	Kind     string `json:"kind"` // banner, poster, card, text, alt, post
	Signpost string `json:"signpost"`
	Language string `json:"language"`
	Size     string `json:"size,omitempty"`
}

// Posts leaves of all signposts those of a campaign.
func (c Campaign) Posts(all []signpost.Post) (list []signpost.Post) {
	for _, code := range c.Signposts {
		for _, tag := range c.Languages {
			for _, p := range all {
				if p.Code == code && p.Language == tag {
					list = append(list, p)
				}
			}
		}
	}
	return list
}

// Until is how long what is made of a campaign holds: as long as each of its signposts, and to the end of its last day.
func (c Campaign) Until(posts []signpost.Post, zone *time.Location) time.Time {
	until := time.Time{}
	if day, err := time.ParseInLocation(time.DateOnly, c.Last, zone); err == nil {
		until = day.AddDate(0, 0, 1)
	}
	for _, p := range posts {
		if p.Until.Before(until) {
			until = p.Until
		}
	}
	return until
}

// Zip makes the pack of a campaign of its signposts: for each, in each language, banners, a poster, a card and texts; what to do with them, in the words given
// by language; and a manifest. The same gives the same, to the byte.
func (c Campaign) Zip(posts []signpost.Post, readme map[string]string, zone *time.Location) ([]byte, error) {
	m := Manifest{Code: c.Code, ValidUntil: c.Until(posts, zone).UTC().Format(time.RFC3339), LastDay: c.Last, Languages: c.Languages, Links: map[string]string{}, Files: []File{}}
	for _, size := range signpost.BannerSizes {
		m.Sizes = append(m.Sizes, size.String())
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(path, text string) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate})
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		return err
	}
	for _, tag := range c.Languages {
		if err := put("README."+tag+".txt", readme[tag]); err != nil {
			return nil, err
		}
	}
	for _, p := range posts {
		m.Links[p.Language] = p.Link
		if err := m.add(p, put); err != nil {
			return nil, err
		}
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := put("manifest.json", string(text)+"\n"); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// add puts everything of one signpost in one language into the pack.
func (m *Manifest) add(p signpost.Post, put func(path, text string) error) error {
	one := func(kind, name, size, text string) error {
		f := File{Path: fmt.Sprintf("%s/%s/%s", p.Language, p.Code, name), Kind: kind, Signpost: p.Code, Language: p.Language, Size: size}
		m.Files = append(m.Files, f)
		return put(f.Path, text)
	}
	for _, size := range signpost.BannerSizes {
		drawn, err := p.Banner(size)
		if err == nil {
			err = one("banner", "banner-"+size.String()+".svg", size.String(), drawn)
		}
		if err != nil {
			return err
		}
	}
	poster, err := p.Poster()
	if err != nil {
		return err
	}
	card, err := p.Card()
	if err != nil {
		return err
	}
	for _, f := range [][3]string{{"poster", "poster-a4.svg", poster}, {"card", "card-85x55mm.svg", card}, {"text", "text.txt", p.Text()}, {"alt", "alt.txt", p.Alt() + "\n"},
		{"post", "post.txt", p.Message()}} {
		if err := one(f[0], f[1], "", f[2]); err != nil {
			return err
		}
	}
	return nil
}
