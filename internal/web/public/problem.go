package public

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"amparo/internal/fault"
	"amparo/internal/page"
)

// A problemView says what went wrong and what to do, and keeps what was given.
type problemView struct {
	Heading, Text string
	Again         []page.Hidden // the same form once more; nil when sending it again would not help
	Kept          []string      // words of the form that cannot be sent on, to be copied
	Home          string
}

// problem shows the page for an error.
func (s *site) problem(w http.ResponseWriter, r *http.Request, status int, err error, requestID string) {
	p := s.printer(r)
	f := s.frame(p)
	f.RequestID = requestID
	v := problemView{Heading: p.T(heading(err)), Text: p.Fault(err), Home: home(p)}
	switch fault.KindOf(err) {
	case fault.Unavailable, fault.Internal, fault.TooMany:
		v.Again = again(r)
		if v.Again != nil {
			v.Text += "\n" + p.T("public.nothing_lost")
		}
	case fault.Gone, fault.Invalid:
		v.Kept = s.written(r)
	}
	if failed := s.Page.Render(w, status, "public_problem", f, v); failed != nil {
		s.Log.Error("the page for a problem cannot be shown", "cause", failed.Error())
	}
}

func heading(err error) string {
	switch fault.KindOf(err) {
	case fault.Withheld:
		return "public.problem_not_here"
	case fault.Invalid, fault.Gone, fault.Forbidden:
		return "public.problem_yours"
	default:
		return "public.problem_ours"
	}
}

// again gives every field of the form, so that it can be sent once more.
func again(r *http.Request) []page.Hidden {
	if r.PostForm.Get("step") == "" {
		return nil
	}
	var list []page.Hidden
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			list = append(list, page.Hidden{Name: name, Value: value})
		}
	}
	return list
}

// written gives what the person wrote in the form in words of their own.
func (s *site) written(r *http.Request) (kept []string) {
	fields := []string{"message"}
	for _, way := range ways {
		for _, p := range s.Pack.Instrument(way).Pages {
			for _, q := range p.Questions {
				if !q.Kind.Coded() && !slices.Contains(fields, q.ID) {
					fields = append(fields, q.ID)
				}
			}
		}
	}
	for _, name := range fields {
		for _, value := range r.PostForm[name] {
			if strings.TrimSpace(value) != "" {
				kept = append(kept, value)
			}
		}
	}
	return kept
}
