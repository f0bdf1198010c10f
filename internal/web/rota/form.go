package rota

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/rota"
	"amparo/internal/web/staff"
)

// A formView is a form on its page. Fields that it does not have are nil.
type formView struct {
	Heading, Intro  string
	Post, Button    string
	Version         int64 // sent back when it is not zero
	User, Cover     *page.Choices
	Kind            *page.Choices
	From, Until     moment
	Weeks           *page.Input
	Withdraw        string // where the shift is withdrawn; empty for one that is not there yet
	WithdrawVersion int64
}

// A moment is a day and a time of day.
type moment struct{ Day, Time page.Input }

// a blank is a form that is being shown, with what is wrong in it.
type blank struct {
	*staff.Visit
	pages  *pages
	errors page.Errors
}

// blank begins a form. A day or a time that cannot be read is said to be so, whatever the use case had to say about it.
func (s *pages) blank(v *staff.Visit, refused error) *blank {
	b := &blank{v, s, page.ErrorsOf(v.Words, refused)}
	for _, name := range []string{"from", "until"} {
		_, wrong := v.Moment(name, s.Pack.Zone())
		if refused == nil || len(wrong) == 0 {
			continue
		}
		b.errors = slices.DeleteFunc(b.errors, func(e page.FieldError) bool { return e.Name == name })
		for _, field := range wrong {
			text := v.T("fault.day_format", "Day", exampleDay)
			if field != name {
				text = v.T("fault.time_format", "Time", exampleTime)
			}
			b.errors = append(b.errors, page.FieldError{Name: field, Text: text})
		}
	}
	slices.SortStableFunc(b.errors, func(x, y page.FieldError) int {
		return cmp.Compare(slices.Index(inOrder, x.Name), slices.Index(inOrder, y.Name))
	})
	return b
}

// inOrder are the fields as they stand on a form.
var inOrder = []string{"user", "kind", "from", "from_time", "until", "until_time", "weeks", "cover"}

// A day and a time as they are typed.
const (
	exampleDay  = "2031\u201103\u201127" // with hyphens that a line does not break at
	exampleTime = "14:05"
)

// value is what was typed into a field; before anything was typed it is what stands there at first.
func (b *blank) value(name, first string) string {
	if b.R.Method != http.MethodPost {
		return first
	}
	return b.R.PostForm.Get(name)
}

// moment asks for a day and a time.
func (b *blank) moment(name string, first time.Time) moment {
	day, clock := "", ""
	if !first.IsZero() {
		first = first.In(b.pages.Pack.Zone())
		day, clock = first.Format(time.DateOnly), first.Format("15:04")
	}
	return moment{
		page.Input{Name: name, Label: b.T("rota." + name + "_day"), Hint: b.T("rota.day_hint", "Day", exampleDay), Width: 12, LTR: true,
			Value: b.value(name, day), Error: b.errors.Of(name)},
		page.Input{Name: name + "_time", Label: b.T("rota." + name + "_time"), Hint: b.T("rota.time_hint", "Time", exampleTime), Width: 8, LTR: true,
			Value: b.value(name+"_time", clock), Error: b.errors.Of(name + "_time")}}
}

// people asks for one of some people. The first choice is nobody.
func (b *blank) people(name, nobody, first string, people []rota.Person, fits func(rota.Person) bool) *page.Choices {
	chosen := b.value(name, first)
	c := &page.Choices{Name: name, Label: b.T("rota." + name), Error: b.errors.Of(name), Items: []page.Choice{{Text: b.T(nobody)}}}
	for _, p := range people {
		if fits(p) {
			c.Items = append(c.Items, page.Choice{Value: p.User, Text: p.Name, Checked: p.User == chosen})
		}
	}
	return c
}

func works(p rota.Person) bool { return p.Works }

// kind asks what is done in the shift.
func (b *blank) kind(first string) *page.Choices {
	chosen := b.value("kind", first)
	c := &page.Choices{Name: "kind", Label: b.T("rota.kind"), Error: b.errors.Of("kind")}
	for _, k := range rota.Kinds {
		c.Items = append(c.Items, page.Choice{Value: string(k), Text: b.T("rota.kind_" + string(k)), Hint: b.T("rota.hint_" + string(k)),
			Checked: string(k) == chosen})
	}
	return c
}

// show shows the form.
func (b *blank) show(refused error, view formView, back string) error {
	f := b.Frame(view.Heading)
	f.Back, f.Errors = &page.Back{Href: back}, b.errors
	return b.Render(httpx.StatusOf(refused), "rota_form", f, view)
}

// askPlan shows the form for a new shift.
func (s *pages) askPlan(v *staff.Visit, refused error) error {
	people, err := s.Rota.Colleagues(v.Context(), v.Actor, access.RotaPlan)
	if err != nil {
		return err
	}
	b := s.blank(v, refused)
	y, m, d := s.Clock.Now().In(s.Pack.Zone()).Date()
	tomorrow := time.Date(y, m, d+1, 8, 0, 0, 0, s.Pack.Zone())
	return b.show(refused, formView{Heading: v.T("rota.plan"), Intro: v.T("rota.plan_intro"), Post: planPath, Button: v.T("rota.plan"),
		User: b.people("user", "rota.choose", "", people, works), Kind: b.kind(""),
		From: b.moment("from", tomorrow), Until: b.moment("until", time.Date(y, m, d+1, 16, 0, 0, 0, s.Pack.Zone())),
		Weeks: &page.Input{Name: "weeks", Label: v.T("rota.weeks"), Hint: v.Words.N("rota.weeks_hint", rota.MostWeeks), Error: b.errors.Of("weeks"),
			Value: b.value("weeks", "1"), Width: 4, LTR: true, Mode: "numeric"}}, home)
}

func (s *pages) plan(v *staff.Visit) error {
	from, _ := v.Moment("from", s.Pack.Zone()) // what cannot be read is no time, which the use case names
	until, _ := v.Moment("until", s.Pack.Zone())
	err := s.Rota.Plan(v.Context(), v.Actor, rota.PlanInput{User: v.Field("user"), Kind: rota.Kind(v.Field("kind")), From: from, Until: until,
		Weeks: int(max(-1, min(number(v, "weeks"), rota.MostWeeks+1)))})
	return s.done(v, s.weekOf(from), "rota_planned", err, s.askPlan)
}

// weekOf is the address of the week that a time lies in.
func (s *pages) weekOf(at time.Time) string {
	return weekPath(s.monday(at.In(s.Pack.Zone()).Format(time.DateOnly)))
}

// askChange shows the form for a shift that is planned.
func (s *pages) askChange(v *staff.Visit, refused error) error {
	one, people, err := s.Rota.Shift(v.Context(), v.Actor, shiftOf(v))
	if err != nil {
		return err
	}
	if refused == nil && (one.State == rota.Withdrawn || !s.Clock.Now().Before(one.Until)) {
		return fault.New(fault.Conflict, "fault.rota_over")
	}
	b, version := s.blank(v, refused), one.Version
	if fault.KindOf(refused) == fault.Invalid {
		version = number(v, "version") // what happened since then is not yet seen
	}
	return b.show(refused, formView{Heading: v.T("rota.change"), Intro: v.T("rota.change_intro"), Post: shiftPath(one.ID), Button: v.T("rota.save"),
		Version: version, User: b.people("user", "rota.choose", one.User, people, works), Kind: b.kind(string(one.Kind)),
		From: b.moment("from", one.From), Until: b.moment("until", one.Until),
		Withdraw: shiftPath(one.ID) + "/withdraw", WithdrawVersion: one.Version}, s.weekOf(one.From))
}

func (s *pages) change(v *staff.Visit) error {
	from, _ := v.Moment("from", s.Pack.Zone())
	until, _ := v.Moment("until", s.Pack.Zone())
	err := s.Rota.Change(v.Context(), v.Actor, rota.ChangeInput{Shift: shiftOf(v), Version: number(v, "version"), User: v.Field("user"),
		Kind: rota.Kind(v.Field("kind")), From: from, Until: until})
	return s.done(v, s.weekOf(from), "rota_changed", err, s.askChange)
}

func (s *pages) withdraw(v *staff.Visit) error {
	return s.done(v, home, "rota_withdrawn", s.Rota.Withdraw(v.Context(), v.Actor, shiftOf(v), number(v, "version")), s.askChange)
}

// askAway shows the form for an absence: one's own, and for whoever plans the rota also a colleague's.
func (s *pages) askAway(v *staff.Visit, refused error) error {
	people, err := s.Rota.Colleagues(v.Context(), v.Actor, access.RotaOwn)
	if err != nil {
		return err
	}
	b, own := s.blank(v, refused), v.Actor.ID
	plans := access.May(v.Actor, access.RotaPlan)
	view := formView{Heading: v.T("rota.away"), Intro: v.T("rota.away_intro"), Post: awayPath, Button: v.T("rota.away_button"),
		From: b.moment("from", time.Time{}), Until: b.moment("until", time.Time{}),
		Cover: b.people("cover", "rota.nobody", "", people, func(p rota.Person) bool { return plans || p.User != own })}
	if plans {
		view.User = b.people("user", "rota.myself", "", people, func(p rota.Person) bool { return p.User != own })
	}
	return b.show(refused, view, home)
}

func (s *pages) leave(v *staff.Visit) error {
	from, _ := v.Moment("from", s.Pack.Zone())
	until, _ := v.Moment("until", s.Pack.Zone())
	err := s.Rota.Leave(v.Context(), v.Actor, rota.AbsenceInput{User: v.Field("user"), Cover: v.Field("cover"), From: from, Until: until})
	return s.done(v, minePath, "rota_away", err, s.askAway)
}
