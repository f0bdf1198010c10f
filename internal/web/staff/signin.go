package staff

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/identity"
	"amparo/internal/lang"
	"amparo/internal/page"
)

const signInPath = "/sign-in"

// A signInView is a page on the way in: what it asks for, and where the person wanted to go.
type signInView struct {
	Fields  []page.Input
	Hidden  []page.Hidden
	Tongues tongues
	Setup   *setup // on the page that sets up the app with the codes
}

// addSignIn adds the pages of signing in and out.
func (s *Site) addSignIn() {
	s.open("GET "+signInPath, s.askName)
	s.open("POST "+signInPath, s.takeName)
	for _, step := range []identity.Step{identity.StepCode, identity.StepPassword, identity.StepEnrol} {
		s.open("GET "+stepPath(step), s.ask(step))
		s.open("POST "+stepPath(step), s.take(step))
	}
	s.open("POST /sign-out", s.signOut)
	s.open("POST /language", s.takeLanguage)
}

func stepPath(step identity.Step) string { return signInPath + "/" + string(step) }

// with keeps where the person wanted to go in an address on the way in.
func with(address, next string) string {
	if next == "/" {
		return address
	}
	return address + "?next=" + url.QueryEscape(next)
}

// wanted is where the person wanted to go, from the form or the address.
func wanted(r *http.Request) string {
	return local(cmp.Or(r.PostForm.Get("next"), r.URL.Query().Get("next")))
}

// askName shows the first page. Whoever is signed in already goes on.
func (s *Site) askName(w http.ResponseWriter, r *http.Request) error {
	if s.who(r) != nil {
		http.Redirect(w, r, wanted(r), http.StatusSeeOther)
		return nil
	}
	return s.showName(w, r, http.StatusOK, nil)
}

func (s *Site) showName(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	p := s.printer(r, nil)
	f := s.frame(p, p.T("staff.sign_in"))
	f.Notice, f.Errors = notice(r, p), page.ErrorsOf(p, refused)
	next := wanted(r)
	return s.Page.Render(w, status, "staff_sign_in", f, signInView{
		Fields: []page.Input{
			{Name: "name", Label: p.T("staff.name"), Value: strings.TrimSpace(r.PostForm.Get("name")), Autocomplete: "username", Width: 30, LTR: true},
			{Name: "password", Label: p.T("staff.password"), Type: "password", Autocomplete: "current-password", Width: 30},
		},
		Hidden: []page.Hidden{{Name: "next", Value: next}}, Tongues: s.tongues(p, with(signInPath, next)),
	})
}

// takeName takes name and password. Whatever was open in this browser before ends when they are right.
func (s *Site) takeName(w http.ResponseWriter, r *http.Request) error {
	in := identity.SignInInput{Name: strings.TrimSpace(r.PostForm.Get("name")), Password: r.PostForm.Get("password")}
	p, err := s.Identity.Begin(r.Context(), in)
	if refusal(err) {
		return s.showName(w, r, httpx.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	if err := s.Identity.SignOut(r.Context(), s.token(r)); err != nil {
		return err
	}
	return s.onward(w, r, p)
}

// refusal tells whether an error is about what was typed, and so is shown above the form.
func refusal(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Unauthenticated || kind == fault.TooMany || kind == fault.Invalid
}

// onward leads to what the sign-in asks for next, and keeps the token, which is another one once the session begins.
func (s *Site) onward(w http.ResponseWriter, r *http.Request, p identity.Passage) error {
	s.remember(w, p.Token)
	to := wanted(r)
	if p.Step != identity.StepDone {
		to = with(stepPath(p.Step), to)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// ask shows the page of a step, or leads to the step that is due.
func (s *Site) ask(step identity.Step) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.Identity.Progress(r.Context(), s.token(r))
		if err != nil {
			return s.astray(w, r, err)
		}
		if p.Step != step {
			return s.onward(w, r, p)
		}
		return s.showStep(w, r, step, nil)
	}
}

// take takes what the page of a step asks for.
func (s *Site) take(step identity.Step) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.takeStep(r, step)
		if err == nil {
			return s.onward(w, r, p)
		}
		if !refusal(err) || fault.CodeOf(err) == codeEnded {
			return s.astray(w, r, err)
		}
		return s.showStep(w, r, step, err)
	}
}

func (s *Site) takeStep(r *http.Request, step identity.Step) (identity.Passage, error) {
	token := s.token(r)
	if step != identity.StepPassword {
		return s.Identity.ConfirmTOTP(r.Context(), identity.CodeInput{Token: token, Code: r.PostForm.Get("code")})
	}
	if err := twice(r); err != nil {
		return identity.Passage{}, err
	}
	return s.Identity.SetPassword(r.Context(), identity.PasswordInput{Token: token, Password: r.PostForm.Get("password")})
}

// twice refuses a new password that was not typed the same way twice, for nobody sees what they type.
func twice(r *http.Request) error {
	if r.PostForm.Get("password") == r.PostForm.Get("again") {
		return nil
	}
	return fault.New(fault.Invalid, "fault.password").With("again", "fault.password_again")
}

const codeEnded fault.Code = "fault.session_ended"

// astray leads whoever is at a step that is not due to where they can go on: to the start when the sign-in has ended.
func (s *Site) astray(w http.ResponseWriter, r *http.Request, err error) error {
	if fault.CodeOf(err) == codeEnded {
		http.Redirect(w, r, signInPath+"?done=start_again&next="+url.QueryEscape(wanted(r)), http.StatusSeeOther)
		return nil
	}
	if p, also := s.Identity.Progress(r.Context(), s.token(r)); fault.KindOf(err) == fault.Conflict && also == nil {
		return s.onward(w, r, p)
	}
	return err
}

// showStep shows the page of a step, with what was wrong.
func (s *Site) showStep(w http.ResponseWriter, r *http.Request, step identity.Step, refused error) error {
	p := s.printer(r, nil)
	v := signInView{Fields: stepFields(p, step), Hidden: []page.Hidden{{Name: "next", Value: wanted(r)}}}
	if step == identity.StepEnrol {
		offer, err := s.Identity.EnrolTOTP(r.Context(), s.token(r))
		if err != nil {
			return s.astray(w, r, err)
		}
		// The secret is on a page that is compressed, so nothing that a stranger can choose may stand beside it.
		v.Setup, v.Hidden = newSetup(offer), nil
	}
	f := s.frame(p, p.T("staff.step_"+string(step)))
	f.Errors = stepErrors(p, step, refused)
	for i := range v.Fields {
		v.Fields[i].Error = f.Errors.Of(v.Fields[i].Name)
	}
	return s.Page.Render(w, httpx.StatusOf(refused), "staff_"+string(step), f, v)
}

func stepFields(p lang.Printer, step identity.Step) []page.Input {
	if step == identity.StepPassword {
		return newPassword(p)
	}
	return []page.Input{{Name: "code", Label: p.T("staff.code"), Hint: p.T("staff.code_hint"), Mode: "numeric",
		Autocomplete: "one-time-code", Width: 8, LTR: true}}
}

// newPassword are the fields for a password that somebody chooses.
func newPassword(p lang.Printer) []page.Input {
	return []page.Input{
		{Name: "password", Label: p.T("staff.password_new"), Hint: p.T("staff.password_hint", "Min", identity.ShortestPassword),
			Type: "password", Autocomplete: "new-password", Width: 30},
		{Name: "again", Label: p.T("staff.password_again"), Type: "password", Autocomplete: "new-password", Width: 30},
	}
}

// stepErrors says what was wrong; a wrong code at its field.
func stepErrors(p lang.Printer, step identity.Step, refused error) page.Errors {
	list := page.ErrorsOf(p, refused)
	if len(list) == 1 && list[0].Name == "" && fault.KindOf(refused) == fault.Unauthenticated && step != identity.StepPassword {
		list[0].Name = "code"
	}
	return list
}

// signOut ends the session, or the sign-in under way.
func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Identity.SignOut(r.Context(), s.token(r)); err != nil {
		return err
	}
	s.remember(w, "")
	http.Redirect(w, r, signInPath+"?done=signed_out", http.StatusSeeOther)
	return nil
}
