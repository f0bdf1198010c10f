package public

import (
	"net/http"
	"slices"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/vault/seal"
	"amparo/internal/web/sign"
)

// A startView is the first page.
type startView struct {
	Hidden []page.Hidden
	Ways   []page.Button
	Own    *page.Button    // leads to help for whoever is worried about themselves; nil where the country has none
	Read   string          // where there is something to read; empty for nothing
	Demo   []page.Language // Name holds the words that nobody reads this, in each language but the page's own
}

// start shows the first page.
func (s *site) start(w http.ResponseWriter, r *http.Request) error {
	t := &ticket{w: w, r: r, p: s.printer(r)}
	f := s.frame(t.p)
	came := s.campaign(r)
	f.Languages = s.Page.Languages(t.p, func(tag string) string { return sign.Home("", s.Lang.For(tag).Tag(), came) })
	v := startView{Hidden: plain("start")}
	if came != "" {
		v.Hidden = append(v.Hidden, page.Hidden{Name: sign.CampaignField, Value: came})
	}
	for _, id := range ways {
		in := s.Pack.Instrument(id)
		v.Ways = append(v.Ways, page.Button{Text: in.Name.Words(t.p.Tag()), Name: "way", Value: id, Picture: string(in.Picture)})
	}
	v.Ways = append(v.Ways, page.Button{Text: t.p.T("public.have_code"), Name: "way", Value: "code", Kind: "secondary", Picture: "key"})
	if len(s.prevention(t.p.Tag())) > 0 {
		v.Own = &page.Button{Text: t.p.T("public.own"), Name: "way", Value: "own", Kind: "link"}
	}
	v.Read = s.hub.For(t.r.Context(), t.p)
	if s.Demo {
		v.Demo = s.demoWords(t.p)
	}
	w.Header().Add("Vary", "Accept-Language")
	return s.Page.Render(w, http.StatusOK, "public_start", f, v)
}

func (s *site) demoWords(own lang.Printer) (list []page.Language) {
	for _, tag := range s.Lang.Tags() {
		if p := s.Lang.For(tag); tag != own.Tag() {
			list = append(list, page.Language{Tag: tag, Dir: p.Dir(), Name: p.T("page.demo")})
		}
	}
	return list
}

// choose goes the way that was chosen on the first page.
func (s *site) choose(t *ticket) error {
	way := t.r.PostForm.Get("way")
	switch {
	case slices.Contains(ways, way):
		t.st = state{Stage: telling, Form: way, Draft: seal.NewDraft(), Came: s.ran(t.r, t.r.PostForm.Get(sign.CampaignField))}
		return s.before(t)
	case way == "code":
		return s.showEntry(t, "", nil)
	case way == "own":
		return s.own(t)
	}
	return fault.New(fault.Invalid, httpx.CodeFormBroken)
}

// A beforeView is what is read before the first question.
type beforeView struct {
	Hidden                                    []page.Hidden
	WhoReads, HowSoon, Private, Tell, Choices string
	Duties                                    []string
	Home                                      string // where another way can be chosen; empty once something was told, which would be lost
}

// before says who reads this, how soon, what stays private, and when somebody must be told.
func (s *site) before(t *ticket) error {
	hidden, err := s.hidden(t, "before")
	if err != nil {
		return err
	}
	tag := t.p.Tag()
	b := s.Pack.Before(s.reader(t), tag)
	at, now, err := s.Intake.NextStaffed(t.r.Context(), s.Pack.DeskFor(""), s.Clock.Now(), s.Pack.NextStaffed)
	if err != nil { // whoever comes here is let in all the same
		s.Log.Error("it cannot be read from when on the desk is staffed", "cause", err.Error())
		at, now = s.Pack.NextStaffed(s.Clock.Now())
	}
	values := s.promise.Values(tag)
	values.NextStaffed = t.p.Date(at, s.Pack.Zone())
	if now {
		values.NextStaffed = t.p.T("common.now")
	}
	v := beforeView{Hidden: hidden, WhoReads: b.WhoReads.Fill(values), HowSoon: b.HowSoon.Fill(values),
		Private: b.StaysPrivate.Fill(values), Tell: b.MustTell.Fill(values), Duties: b.Duties, Choices: b.YourChoice.Fill(values)}
	if len(t.st.Answers) == 0 {
		v.Home = sign.Home("", tag, t.st.Came)
	}
	if !now {
		v.HowSoon = t.p.T("public.closed") + "\n" + v.HowSoon
	}
	return s.Page.Render(t.w, http.StatusOK, "public_before", s.frame(t.p), v)
}

// reader is for whom the form that is being answered is written.
func (s *site) reader(t *ticket) jurisdiction.Reader {
	return jurisdiction.Reader(s.Pack.Instrument(t.st.Form).Reader)
}
