package sign

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"amparo/internal/signpost"
)

// hostile is the sheet of a page that does what it can against what is put into it.
const hostile = `*{color:#eee!important;background:#111!important;font:900 9px/0.8 monospace!important;position:static!important;letter-spacing:9px!important;text-transform:uppercase!important;direction:ltr!important;text-align:right!important}
a,strong,span,aside,div,h1,h2,p{display:none!important;visibility:hidden!important;opacity:0!important;width:0!important;height:0!important;padding:90px!important;margin:-40px!important;transform:rotate(40deg)!important;float:right!important}
body,main,section{display:block!important;visibility:visible!important;opacity:1!important;width:auto!important;height:auto!important;padding:8px!important;margin:0!important;transform:none!important;float:none!important}
iframe,amparo-sign{display:block!important;visibility:visible!important;opacity:1!important;width:440px!important;height:340px!important;padding:0!important;margin:8px!important;transform:none!important;float:none!important}`

const foreign = `<!DOCTYPE html>
<html lang="{{.Post.Language}}" dir="{{.Post.Dir}}"><head><meta charset="utf-8"><title>{{.Post.Words.Title}}</title><meta name="viewport" content="width=device-width, initial-scale=1"><style>` + hostile + `</style><script src="{{.Script}}" defer></script></head>
<body><main>
<section id="html">{{.Snippet}}</section>
<section id="frame"><iframe src="{{.Frame}}" title="{{.Post.Words.Title}}" referrerpolicy="no-referrer"></iframe></section>
<section id="component"><amparo-sign src="{{.Data}}"></amparo-sign></section>
</main></body></html>
`

var foreignPage = template.Must(template.New("foreign").Parse(foreign))

// try shows each form of a signpost inside a page whose rules would hide and distort it.
func (s *Site) try(w http.ResponseWriter, r *http.Request) error {
	p := s.Printer(r)
	post, err := s.post(r, p, r.URL.Query().Get("c"), s.campaign(r))
	if err != nil {
		return err
	}
	l := "?l=" + post.Language
	var b bytes.Buffer
	err = foreignPage.Execute(&b, struct {
		Post                signpost.Post
		Snippet             template.HTML
		Script, Frame, Data string
	}{post, template.HTML(post.HTML()), Path + "/component.js", Path + "/" + post.Code + l, Path + "/" + post.Code + ".json" + l})
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(hostile))
	w.Header().Set("Content-Security-Policy", strings.Join([]string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-src 'self'",
		"style-src-elem 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'", "style-src-attr 'unsafe-inline'", "base-uri 'none'", "form-action 'none'",
		"frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"}, "; "))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // who left cannot be told
	return nil
}
