package public

import (
	"net/http"
	"slices"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/promise"
)

// begin asks the first question.
func (s *site) begin(t *ticket) error {
	first, ok := s.Pack.Instrument(t.st.Form).First(t.st.Answers)
	if !ok {
		return s.check(t)
	}
	return s.ask(t, first, nil, nil)
}

// answer takes one page's answers in and goes on, or back. Nothing of what was given is lost by going back.
func (s *site) answer(t *ticket) error {
	in := s.Pack.Instrument(t.st.Form)
	at, ok := in.Page(t.st.Page)
	if !ok {
		return s.begin(t) // the list of questions was changed meanwhile; the answers stay
	}
	given, wrong := in.Normalise(at, t.r.PostForm)
	back := t.r.PostForm.Get("go") == "back"
	if wrong != nil && !back {
		return s.ask(t, at, given, wrong)
	}
	if wrong == nil {
		t.st.Answers = t.st.Answers.With(at, given)
	}
	switch {
	case back:
		return s.back(t, at.ID)
	case slices.ContainsFunc(in.Facts(given).Triggers, func(f string) bool { return slices.Contains(promise.HelpNow, f) }):
		return s.showDanger(t)
	case t.st.Review:
		return s.review(t)
	}
	return s.next(t)
}

// onward goes on after the page for who is in danger.
func (s *site) onward(t *ticket) error {
	switch {
	case t.r.PostForm.Get("go") == "back":
		if at, ok := s.Pack.Instrument(t.st.Form).Page(t.st.Page); ok {
			return s.ask(t, at, nil, nil)
		}
	case t.st.Review:
		return s.review(t)
	}
	return s.next(t)
}

func (s *site) next(t *ticket) error {
	if next, ok := s.Pack.Instrument(t.st.Form).Next(t.st.Answers, t.st.Page); ok {
		return s.ask(t, next, nil, nil)
	}
	return s.check(t)
}

// back shows the page before; before the first one stands what is read before the questions.
func (s *site) back(t *ticket, from string) error {
	if previous, ok := s.Pack.Instrument(t.st.Form).Previous(t.st.Answers, from); ok {
		return s.ask(t, previous, nil, nil)
	}
	return s.before(t)
}

// review goes back to all answers together, by way of every page that a changed answer has made appear.
func (s *site) review(t *ticket) error {
	for _, p := range s.Pack.Instrument(t.st.Form).Shown(t.st.Answers) {
		if !slices.Contains(t.st.Seen, p.ID) {
			return s.ask(t, p, nil, nil)
		}
	}
	return s.check(t)
}

// ask shows one page of questions: with what was just given when something is wrong with it, else with what the state has.
func (s *site) ask(t *ticket, at instrument.Page, given instrument.Answers, wrong error) error {
	in := s.Pack.Instrument(t.st.Form)
	if given == nil {
		given = t.st.Answers
	}
	t.st.Page = at.ID
	if !slices.Contains(t.st.Seen, at.ID) {
		t.st.Seen = append(t.st.Seen, at.ID)
	}
	hidden, err := s.hidden(t, "ask")
	if err != nil {
		return err
	}
	f := s.frame(t.p)
	f.Step.Number, f.Step.Total = in.Progress(t.st.Answers, at.ID)
	status := http.StatusOK
	if wrong != nil {
		status = httpx.StatusOf(wrong)
	}
	v := questions(t.p, at, given, wrong)
	f.Errors, v.Hidden = v.errors, hidden
	return s.Page.Render(t.w, status, "public_ask", f, v)
}

// checked does what was asked for on the page with all answers: send, change one, or go back.
func (s *site) checked(t *ticket) error {
	in := s.Pack.Instrument(t.st.Form)
	if id := t.r.PostForm.Get("change"); id != "" {
		at, ok := in.Page(id)
		if !ok {
			return fault.New(fault.Invalid, httpx.CodeFormBroken)
		}
		return s.ask(t, at, nil, nil)
	}
	if t.r.PostForm.Get("go") == "back" {
		if shown := in.Shown(t.st.Answers); len(shown) > 0 {
			return s.ask(t, shown[len(shown)-1], nil, nil)
		}
	}
	return s.send(t)
}
