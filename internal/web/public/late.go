package public

import (
	"net/http"

	"amparo/internal/fault"
	"amparo/internal/page"
)

// A lateView is for a form that was open for longer than what it holds may be shown again.
type lateView struct {
	Hidden []page.Hidden
	Kept   []string // words that are too long to be taken in, to be copied
	Home   string
}

// aged answers a form that was open for too long. Whoever opens the page by now may be another: nothing that was given
// before is shown again, and it can still be sent.
func (s *site) aged(t *ticket) error {
	if t.st.Stage != telling && t.st.Stage != late {
		return fault.New(fault.Gone, "fault.form_expired")
	}
	v := lateView{Home: home(t.p)}
	if at, ok := s.Pack.Instrument(t.st.Form).Page(t.st.Page); ok && t.r.PostForm.Get("step") == "ask" {
		given, wrong := s.Pack.Instrument(t.st.Form).Normalise(at, t.r.PostForm)
		if wrong == nil {
			t.st.Answers = t.st.Answers.With(at, given)
		} else {
			v.Kept = s.written(t.r)
		}
	}
	t.st.Stage = late
	hidden, err := s.hidden(t, "late")
	if err != nil {
		return err
	}
	v.Hidden = hidden
	return s.Page.Render(t.w, http.StatusGone, "public_late", s.frame(t.p), v)
}
