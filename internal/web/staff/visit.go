package staff

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"amparo/internal/access"
	"amparo/internal/httpx"
	"amparo/internal/identity"
	"amparo/internal/lang"
	"amparo/internal/page"
)

// A Visit is one request of somebody who is signed in. It is good until the handler returns.
type Visit struct {
	W       http.ResponseWriter
	R       *http.Request // of a POST the form is read: R.PostForm
	Words   lang.Printer  // the person's language
	Actor   access.Actor
	Session identity.SessionInfo
	site    *Site
}

// visit finds out who asks. Whoever is not signed in is fault.Unauthenticated.
func (s *Site) visit(w http.ResponseWriter, r *http.Request) (*Visit, error) {
	authenticate := s.Identity.Authenticate
	if r.Header.Get(lookHeader) != "" {
		authenticate = s.Identity.Glance
	}
	actor, who, err := authenticate(r.Context(), s.token(r))
	if err != nil {
		return nil, err
	}
	httpx.SetActor(r.Context(), actor.ID)
	return &Visit{W: w, R: r, Words: s.printer(r, &who), Actor: actor, Session: who, site: s}, nil
}

// Called is what a colleague is called, by user id. name gives it, and is empty for who is not here any more.
func (v *Visit) Called(name func(ctx context.Context, user string) string, user string) string {
	if called := name(v.Context(), user); called != "" {
		return called
	}
	return v.T("staff.somebody")
}

// Context is the request's.
func (v *Visit) Context() context.Context { return v.R.Context() }

// Field gives a posted value without the space around it; empty when it is not there.
func (v *Visit) Field(name string) string { return strings.TrimSpace(v.R.PostForm.Get(name)) }

// T says a message of the catalogue in the person's language.
func (v *Visit) T(id string, params ...any) string { return v.Words.T(id, params...) }

// Frame is what every page has: the menu of what the person may do, who is signed in, and what was just done. The title
// is the words for the browser's title.
func (v *Visit) Frame(title string) page.Frame {
	f := v.site.frame(v.Words, title)
	f.User, f.SignOut = v.Session.DisplayName, "/sign-out"
	for _, p := range v.site.places {
		if access.May(v.Actor, p.Action) {
			f.Nav = append(f.Nav, v.entry(p))
		}
	}
	f.Nav = append(f.Nav, v.entry(Place{Text: "staff.account", Href: accountPath}))
	f.Notice = notice(v.R, v.Words)
	return f
}

// notice says what was just done, when the address of the page tells.
func notice(r *http.Request, p lang.Printer) string {
	if done := "done." + r.URL.Query().Get("done"); r.Method == http.MethodGet && p.Has(done) {
		return p.T(done)
	}
	return ""
}

// entry is a place in the menu. One whose count cannot be had is shown without.
func (v *Visit) entry(p Place) page.Nav {
	n := page.Nav{Text: v.T(p.Text), Href: p.Href, Current: v.R.URL.Path == p.Href || strings.HasPrefix(v.R.URL.Path, p.Href+"/")}
	if p.Count == nil {
		return n
	}
	count, err := p.Count(v.Context(), v.Actor)
	if err != nil {
		v.site.Log.Warn("a count of the menu cannot be had", "place", p.Href, "cause", err.Error())
		return n
	}
	n.Count, n.CountWords = count, v.Words.N(p.CountWords, count)
	if p.Most > 0 && count > p.Most {
		n.Count, n.More, n.CountWords = p.Most, true, v.T(p.MostWords, "Count", p.Most)
	}
	return n
}

// frame is what pages before signing in have, too.
func (s *Site) frame(p lang.Printer, title string) page.Frame {
	return page.Frame{Kind: page.Desk, Lang: p, Title: title + " – " + s.Name, Name: s.Name, Home: "/", Demo: s.Demo}
}

// Render shows a page.
func (v *Visit) Render(status int, name string, f page.Frame, data any) error {
	return v.site.Page.Render(v.W, status, name, f, data)
}

// Go leads to another page of the site.
func (v *Visit) Go(href string) error {
	http.Redirect(v.W, v.R, href, http.StatusSeeOther)
	return nil
}

// Done leads to the page after a change, which says what was done: the message "done.<what>" of the catalogue.
func (v *Visit) Done(href, what string) error {
	u, err := url.Parse(href)
	if err != nil {
		return err
	}
	q := u.Query()
	q.Set("done", what)
	u.RawQuery = q.Encode()
	return v.Go(u.String())
}
