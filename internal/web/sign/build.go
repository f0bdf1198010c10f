package sign

import (
	"net/http"

	"amparo/internal/signpost"
)

// A buildView is the page where a signpost is chosen, looked at and copied.
type buildView struct {
	List         []choice
	Code, Chosen string // empty until one is chosen
	Page         string // the address of the chosen one in a frame
	Try          string // where it is shown inside a page that does what it can against it
	Copies       []copied
	Files        []choice
	Feed, Index  string
}

// A choice is one place to go.
type choice struct {
	Text, Href string
	Current    bool
}

// A copied is one form, to be copied into a page.
type copied struct {
	Name, Text, Code string
	Rows             int
}

// build shows what there is, and of the one that the query "c" names, every form.
func (s *Site) build(w http.ResponseWriter, r *http.Request) error {
	p := s.Printer(r)
	list, err := s.posts(r, p, "")
	if err != nil {
		return err
	}
	at, err := s.address(r)
	if err != nil {
		return err
	}
	code := r.URL.Query().Get("c")
	v := buildView{Feed: Path + "/feed.atom", Index: Path + "/index.json"}
	for _, post := range list {
		v.List = append(v.List, choice{name(p, post.Audience, post.Place) + ": " + post.Headline, Path + "?l=" + p.Tag() + "&c=" + post.Code, post.Code == code})
		if post.Code == code {
			v.choose(p.T, post, at)
		}
	}
	f := s.Frame(p)
	f.Languages = s.Page.Languages(p, func(tag string) string {
		if v.Chosen == "" {
			return Path + "?l=" + tag
		}
		return Path + "?l=" + tag + "&c=" + code
	})
	s.varies(w, r)
	w.Header().Set("Content-Security-Policy", w.Header().Get("Content-Security-Policy")+"; frame-src 'self'")
	return s.Page.Render(w, http.StatusOK, "sign_build", f, v)
}

// choose fills in the forms of one signpost.
func (v *buildView) choose(t func(id string, args ...any) string, post signpost.Post, at string) {
	local := Path + "/" + post.Code
	l := "?l=" + post.Language
	v.Code, v.Chosen, v.Page, v.Try = post.Code, post.Headline, local+l, Path+"/try"+l+"&c="+post.Code
	v.Copies = []copied{
		{"html", t("sign.html_text"), post.HTML(), 8},
		{"frame", t("sign.frame_text"), `<iframe src="` + post.Here + l + `" title="` + post.Words.Title + `" width="440" height="340" style="border:0" referrerpolicy="no-referrer" loading="lazy"></iframe>`, 3},
		{"component", t("sign.component_text"), `<script src="` + at + Path + `/component.js" defer></script>` + "\n" + `<amparo-sign src="` + post.Here + `.json` + l + `"><a href="` + post.Link + `">` + post.Words.Go + `</a></amparo-sign>`, 3},
		{"plain", t("sign.plain_text"), post.Text(), 6},
	}
	for _, form := range []struct{ end, word string }{{".svg", "sign.poster"}, {".card.svg", "sign.card"}, {".json", "sign.data"}, {".jsonld", "sign.linked"}, {".txt", "sign.text"}, {".html", "sign.piece"}} {
		v.Files = append(v.Files, choice{Text: t(form.word), Href: local + form.end + l})
	}
}
