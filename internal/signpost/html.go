package signpost

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"strings"
)

// styles are those of the snippet, set on each element: a page around it can have any rules. Those that matter are marked so that no other wins.
var styles = func() map[string]template.CSS {
	const base = "all:revert!important;letter-spacing:normal!important;text-transform:none!important;background:#fff!important;"
	important := map[string]string{
		"box":   "display:block;box-sizing:border-box;max-width:420px;margin:16px 0;padding:16px;border:2px solid #0b5460;border-radius:6px;color:#16222a;font:16px/1.4 system-ui,sans-serif;text-align:start",
		"head":  "display:block;margin:0 0 6px;color:#16222a;font:700 20px/1.3 system-ui,sans-serif",
		"line":  "display:block;margin:0 0 6px;color:#16222a;font:16px/1.4 system-ui,sans-serif",
		"link":  "display:inline-block;margin:6px 0;padding:11px 14px;border-radius:4px;background:#0b5460;color:#fff;font:700 16px/1.2 system-ui,sans-serif;text-decoration:none",
		"phone": "display:inline;color:#0b5460;font:700 16px/1.4 system-ui,sans-serif;text-decoration:underline",
		"small": "display:block;margin:6px 0 0;color:#4a5a63;font:13px/1.4 system-ui,sans-serif",
	}
	all := map[string]template.CSS{}
	for name, rules := range important {
		all[name] = template.CSS(base + strings.ReplaceAll(rules, ";", "!important;") + "!important")
	}
	return all
}()

const snippet = `<aside lang="{{.Language}}" dir="{{.Dir}}" style="{{style "box"}}">
<strong style="{{style "head"}}">{{.Headline}}</strong>
{{range .Lines}}<span style="{{style "line"}}">{{.}}</span>
{{end}}<a href="{{.Link}}" rel="noopener noreferrer" target="_blank" style="{{style "link"}}">{{.Words.Go}}</a>
{{range .Contacts}}<span style="{{style "line"}}">{{.Name}}: <a href="{{tel .Phone}}" dir="ltr" style="{{style "phone"}}">{{.Phone}}</a> {{.Note}}</span>
{{end}}<span style="{{style "small"}}">{{.Words.Until}} {{.Words.Then}}</span>
</aside>
`

// sheet is the style of the page that is put into a frame. It is small, and its digest stands in the page's policy.
const sheet = `*{box-sizing:border-box}body{margin:0;padding:12px;background:#fff;color:#16222a;font:16px/1.4 system-ui,sans-serif}main{max-width:420px}h1{margin:0 0 6px;font-size:20px;line-height:1.3}p{margin:0 0 6px}.go{display:inline-block;margin:6px 0;padding:11px 14px;border-radius:4px;background:#0b5460;color:#fff;font-weight:700;text-decoration:none}.go:focus,a:focus{outline:3px solid #ffd866;outline-offset:2px}a{color:#0b5460}.small{color:#4a5a63;font-size:13px}`

const framed = `<!DOCTYPE html>
<html lang="{{.Language}}" dir="{{.Dir}}">
<head><meta charset="utf-8"><title>{{.Words.Title}}</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><style>` + sheet + `</style></head>
<body><main>
<h1>{{.Headline}}</h1>
{{range .Lines}}<p>{{.}}</p>
{{end}}<a class="go" href="{{.Link}}" rel="noopener noreferrer" target="_blank">{{.Words.Go}}</a>
{{range .Contacts}}<p>{{.Name}}: <a href="{{tel .Phone}}"><bdi dir="ltr">{{.Phone}}</bdi></a> {{.Note}}</p>
{{end}}<p class="small">{{.Words.Until}}</p>
</main></body>
</html>
`

var html = func() *template.Template {
	t := template.New("").Funcs(template.FuncMap{
		"style": func(name string) template.CSS { return styles[name] },
		"tel":   func(phone string) template.URL { return template.URL("tel:" + dialled(phone)) },
	})
	template.Must(t.New("snippet").Parse(snippet))
	return template.Must(t.New("framed").Parse(framed))
}()

// dialled leaves of a number what a telephone dials.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || strings.ContainsRune("+*", r) {
			return r
		}
		return -1
	}, phone)
}

// HTML is the signpost as a piece of a page, with its styles on its elements. It has no script, and loads nothing.
func (p Post) HTML() string { return p.made("snippet") }

// Page is the signpost as a whole page for a frame.
func (p Post) Page() string { return p.made("framed") }

func (p Post) made(name string) string {
	var b bytes.Buffer
	if err := html.ExecuteTemplate(&b, name, p); err != nil {
		panic(err) // every field is there, and a buffer takes everything
	}
	return b.String()
}

// Policy is the Content-Security-Policy of Page: its own sheet, nothing else, and any page may frame it.
func Policy() string {
	sum := sha256.Sum256([]byte(sheet))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors *"
}
