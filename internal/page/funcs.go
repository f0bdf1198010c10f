package page

import (
	"html/template"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"amparo/internal/lang"
)

// funcs are the functions of templates in one language.
func (e *Engine) funcs(p lang.Printer) template.FuncMap {
	return template.FuncMap{
		"t": p.T, "n": p.N, "dir": p.Dir, "tag": p.Tag,
		"isRTL":    func() bool { return p.Dir() == "rtl" },
		"relative": func(at time.Time) string { return p.Relative(at, e.config.Clock.Now()) },
		"exact":    func(at time.Time) string { return p.Date(at, e.config.Zone) },
		"iso":      func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
		"tel":      tel,
		"defang":   Defang,
		"add":      func(a, b int) int { return a + b },
		"button":   func(text string) Button { return Button{Text: text} },
		"tone":     func(tone, text string) Tag { return Tag{text, tone} },
		"details":  func(summary, text string) Details { return Details{summary, text} },
		"id":       id,
		"picture":  picture,
	}
}

// tel makes the address that dials a number. Only digits, + and * are left of what was written.
func tel(phone string) template.URL {
	return template.URL("tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || strings.ContainsRune("+*", r) {
			return r
		}
		return -1
	}, phone))
}

// id names the nth item of a field, so that the summary of errors leads to the first by the field's name alone.
func id(name string, n int) string {
	if n == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(n+1)
}

// Defang writes an address so that nobody follows it by accident: hxxps://example[.]org/x. What is no address with a host
// comes back as it was.
func Defang(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	scheme, rest, _ := strings.Cut(address, "://")
	host, after := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host, after = rest[:i], rest[i:]
	}
	scheme = strings.NewReplacer("http", "hxxp", "HTTP", "HXXP").Replace(scheme)
	return scheme + "://" + strings.ReplaceAll(host, ".", "[.]") + after
}

// address finds what a program may take for an address in a text.
var address = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>"']+`)

// DefangAll writes every address in a text so that nobody follows it by accident, as Defang does with one. Nothing else of
// the text is changed, and doing it again changes nothing.
func DefangAll(text string) string {
	return address.ReplaceAllStringFunc(text, func(found string) string {
		scheme, rest, has := strings.Cut(found, "://")
		if !has {
			scheme, rest = "", found
		}
		host, after := rest, ""
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			host, after = rest[:i], rest[i:]
		}
		host = strings.ReplaceAll(strings.ReplaceAll(host, "[.]", "."), ".", "[.]")
		if !has {
			return host + after
		}
		return strings.NewReplacer("http", "hxxp", "HTTP", "HXXP", "Http", "Hxxp").Replace(scheme) + "://" + host + after
	})
}
