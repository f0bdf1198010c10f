package public

import (
	"net/http"
	"slices"

	"amparo/internal/fault"
	"amparo/internal/lang"
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
	v := problemView{Heading: p.T(heading(err)), Text: p.Fault(err), Home: "/?l=" + p.Tag()}
	switch fault.KindOf(err) {
	case fault.Unavailable, fault.Internal, fault.TooMany:
		v.Again = again(r, p)
		if v.Again != nil {
			v.Text += "\n" + p.T("public.nothing_lost")
		}
	case fault.Gone, fault.Invalid:
		v.Kept = words(r)
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
func again(r *http.Request, p lang.Printer) []page.Hidden {
	if r.PostForm.Get("step") == "" {
		return nil
	}
	var list []page.Hidden
	for _, name := range names(r) {
		for _, value := range r.PostForm[name] {
			list = append(list, page.Hidden{Name: name, Value: value})
		}
	}
	if r.PostForm.Get("lang") == "" {
		list = append(list, page.Hidden{Name: "lang", Value: p.Tag()})
	}
	return list
}

// words gives what the person wrote in the form's own fields, and no codes or buttons.
func words(r *http.Request) (kept []string) {
	for _, name := range names(r) {
		if slices.Contains([]string{"step", "state", "lang", "go", "way", "change", "code", "again", "kept"}, name) {
			continue
		}
		for _, value := range r.PostForm[name] {
			if len(value) > longestCode {
				kept = append(kept, value)
			}
		}
	}
	return kept
}

// longestCode is the length up to which an answer is taken for a code, which nobody wrote.
const longestCode = 24

func names(r *http.Request) []string {
	var list []string
	for name := range r.PostForm {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
