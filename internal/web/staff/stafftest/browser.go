package stafftest

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// SessionCookie is the name of the cookie that holds the session where there is no TLS.
const SessionCookie = "amparo"

// A Browser keeps cookies, asks for pages and sends forms. It runs no scripts and follows no redirect by itself.
type Browser struct {
	House   *House
	Handler http.Handler
	Base    string      // scheme and host that it reaches the site by
	Header  http.Header // sent with every request
	Jar     http.CookieJar
}

// Visitor is a browser that nobody is signed in with. The first one closes House.Site for further pages.
func (h *House) Visitor() *Browser {
	h.T.Helper()
	h.once.Do(func() { h.handler = h.Site.Handler() })
	return h.At(h.handler, "http://desk.test")
}

// At is a visitor of another site, by its scheme and host.
func (h *House) At(site http.Handler, base string) *Browser {
	h.T.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	return &Browser{House: h, Handler: site, Base: base, Header: http.Header{}, Jar: jar}
}

// SignIn is a browser of somebody who is signed in: by sign-in name, as in "huda", or the first of a role, as in "duty_officer".
func (h *House) SignIn(who string) *Browser {
	h.T.Helper()
	b := h.Visitor()
	b.SetCookie(SessionCookie, h.token(who))
	return b
}

// address is the whole address of a path.
func (b *Browser) address(path string) *url.URL {
	b.House.T.Helper()
	u, err := url.Parse(b.Base + path)
	b.House.must(err)
	return u
}

// SetCookie puts a cookie into the browser; an empty value takes it out.
func (b *Browser) SetCookie(name, value string) {
	c := &http.Cookie{Name: name, Value: value, Path: "/"}
	if value == "" {
		c.MaxAge = -1
	}
	b.Jar.SetCookies(b.address("/"), []*http.Cookie{c})
}

// Cookie is the value of a cookie that the browser would send; empty when it has none.
func (b *Browser) Cookie(name string) string {
	for _, c := range b.Jar.Cookies(b.address("/")) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Get asks for a page.
func (b *Browser) Get(path string) Page {
	b.House.T.Helper()
	return b.Do(httptest.NewRequest(http.MethodGet, b.address(path).String(), nil))
}

// Post sends a form of name, value, name, value. A name may come several times.
func (b *Browser) Post(path string, pairs ...string) Page {
	b.House.T.Helper()
	return b.Send(path, add(url.Values{}, pairs))
}

// Send sends a form.
func (b *Browser) Send(path string, form url.Values) Page {
	b.House.T.Helper()
	r := httptest.NewRequest(http.MethodPost, b.address(path).String(), strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", b.Base)
	return b.Do(r)
}

// Do sends any request with the browser's cookies and headers. Its own headers come first.
func (b *Browser) Do(r *http.Request) Page {
	b.House.T.Helper()
	for _, c := range b.Jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	for name, values := range b.Header {
		if r.Header.Get(name) == "" {
			r.Header[name] = values
		}
	}
	w := httptest.NewRecorder()
	b.Handler.ServeHTTP(w, r)
	answer := w.Result()
	b.Jar.SetCookies(r.URL, answer.Cookies())
	doc, err := html.Parse(strings.NewReader(w.Body.String()))
	b.House.must(err)
	return Page{browser: b, Status: w.Code, Head: w.Header(), Body: w.Body.String(), Text: words(doc), Doc: doc,
		Location: w.Header().Get("Location"), Cookies: answer.Cookies()}
}

// add puts pairs into a form, beside what is there.
func add(form url.Values, pairs []string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}
