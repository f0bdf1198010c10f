package public

import (
	"net/http"

	"amparo/internal/jurisdiction"
	"amparo/internal/page"
)

// An ownView is for whoever is worried about their own thoughts or behaviour. It asks nothing: nobody reports themselves here, and
// nothing is kept of who has read it.
type ownView struct {
	Lines            []line
	Emergency, Young page.Contact // Young is for whoever is under 18 themselves
	Home             string
}

// A line is a helpline of that kind. Each of Phone, Text and Web may be empty.
type line struct{ Name, Phone, Text, Web, Note string }

// own says that help exists, how to reach it, how far it is confidential, and what to do when a child is in danger now.
func (s *site) own(t *ticket) error {
	f, tag := s.frame(t.p), t.p.Tag()
	values := s.promise.Values(tag)
	v := ownView{Home: home(t.p), Emergency: page.Contact{Phone: values.Emergency},
		Young: page.Contact{Name: s.Pack.Helpline(tag).Name, Phone: values.Helpline}}
	for _, c := range s.prevention(tag) {
		v.Lines = append(v.Lines, line{Name: c.Name, Phone: c.Number(), Text: textTo(c), Web: c.Web, Note: s.note(t.p, c)})
	}
	return s.Page.Render(t.w, http.StatusOK, "public_own", f, v)
}

// prevention gives the country's helplines for it, but none that nobody has tried for too long.
func (s *site) prevention(tag string) (list []jurisdiction.Contact) {
	for _, c := range s.Pack.Contacts(tag, s.Clock.Now()) {
		if c.Kind == jurisdiction.PreventionKind {
			list = append(list, c)
		}
	}
	return list
}
