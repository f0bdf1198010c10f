package staff

import (
	"net/http"
	"net/url"
	"slices"

	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/identity"
)

// A problemView says what went wrong and what to do.
type problemView struct {
	Heading, Text string
	Kept          []string // what was written in the form that could not be taken, to be copied
	Href, Link    string
}

// problem shows the page for an error. Whoever is not signed in and only wanted to look is led to sign in.
func (s *Site) problem(w http.ResponseWriter, r *http.Request, status int, err error, requestID string) {
	ended := fault.KindOf(err) == fault.Unauthenticated
	if ended && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		http.Redirect(w, r, with(signInPath, local(r.URL.RequestURI())), http.StatusSeeOther)
		return
	}
	p := s.printer(r, s.who(r))
	v := problemView{Heading: p.T("staff.problem"), Text: p.Fault(err), Kept: written(r), Href: "/", Link: p.T("staff.go_on")}
	if ended {
		v.Href, v.Link = with(signInPath, from(r)), p.T("staff.sign_in")
	}
	f := s.frame(p, v.Heading)
	f.RequestID = requestID
	if failed := s.Page.Render(w, status, "staff_problem", f, v); failed != nil {
		s.Log.Error("the page for a problem cannot be shown", "cause", failed.Error())
	}
}

// from is the page of this site that the request came from; "/" when it does not tell.
func from(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	return local(u.RequestURI())
}

// who is signed in, for the language of a problem; nil when nobody is.
func (s *Site) who(r *http.Request) *identity.SessionInfo {
	if s.token(r) == "" {
		return nil
	}
	_, who, err := s.Identity.Glance(r.Context(), s.token(r))
	if err != nil {
		return nil
	}
	return &who
}

// shortest is how many characters of a field make it words and not a code.
const shortest = 20

// written gives the longer texts of the form, but nothing that must not be shown again.
func written(r *http.Request) (list []string) {
	for name, values := range r.PostForm {
		for _, text := range values {
			if len([]rune(text)) >= shortest && ident.Check(text) != nil && !slices.Contains([]string{"password", "again", "current", "next"}, name) {
				list = append(list, text)
			}
		}
	}
	slices.Sort(list)
	return list
}
