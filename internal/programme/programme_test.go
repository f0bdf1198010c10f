package programme_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/identity"
	"amparo/internal/programme"
	"amparo/internal/store"
	"amparo/internal/web/staff/stafftest"
)

// An office is a house in which programmes are held. Mona and Karim have all that the programmes here ask for; Lina has nothing.
type office struct {
	*stafftest.House
	Room *programme.Room
	away map[string]bool
}

func each(t *testing.T, f func(o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{House: h, away: map[string]bool{}}
		o.Room = programme.New(programme.Config{Store: h.Main, Reveal: h.Reveal, Pack: h.Pack, People: o.people,
			Away: func(_ context.Context, _ store.Tx, user string, _ time.Time) (bool, error) { return o.away[user], nil }})
		f(o)
	})
}

func (o office) people(ctx context.Context, tx store.Tx, agency string) (list []programme.Person, err error) {
	users, err := o.Identity.Colleagues(ctx, tx, identity.AgencyID(agency))
	for _, u := range users {
		list = append(list, programme.Person{Actor: u.Actor(), Name: u.DisplayName, Short: func(codes []string, at time.Time) (missing, expired []string) {
			missing, expired, _ = u.Short(codes, at, 0)
			return missing, expired
		}})
	}
	return list, err
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// refused wants an error of a code.
func (o office) refused(err error, code fault.Code) {
	o.T.Helper()
	if fault.CodeOf(err) != code {
		o.T.Errorf("it gave %v, not %s", err, code)
	}
}

// wrong wants just these fields to be wrong.
func (o office) wrong(err error, fields ...string) {
	o.T.Helper()
	var got []string
	for _, f := range fault.Fields(err) {
		got = append(got, f.Name)
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, fields) {
		o.T.Errorf("%v are wrong, not %v: %v", got, fields, err)
	}
}

func (o office) count(statement string, args ...any) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

func (o office) draft() string { return ident.New[string](o.Now()) }

// plan is a whole one for a group of children.
func (o office) plan() programme.Plan {
	return programme.Plan{Title: "Someone to tell", Audience: education.Age10To12, Form: programme.Group, Topics: []education.Topic{education.HowToReport}, Languages: []string{"en", "ar"},
		Aim: "Each knows whom to tell.", Qualifications: []string{"child_safeguarding", "vetting"}, Safeguarding: programme.Safeguarding{Lead: o.ID("salma"), AtOnce: "Listen.",
			Quiet: "The library.", Contacts: []string{"child_line"}, NoSecrets: true}}
}

// begun is a draft of Laila's.
func (o office) begun(change ...func(p *programme.Plan)) programme.ID {
	o.T.Helper()
	p := o.plan()
	for _, one := range change {
		one(&p)
	}
	id, err := o.Room.Begin(o.T.Context(), o.Actor("laila"), o.draft(), p)
	o.must(err)
	return id
}

func (o office) one(id programme.ID) programme.Programme {
	o.T.Helper()
	p, err := o.Room.One(o.T.Context(), o.Actor("laila"), id)
	o.must(err)
	return p
}

// ready is a programme that Salma has approved.
func (o office) ready(change ...func(p *programme.Plan)) programme.ID {
	o.T.Helper()
	id := o.begun(change...)
	o.must(o.Room.Approve(o.T.Context(), o.Actor("salma"), id, 1))
	return id
}

// meeting is a session that Mona and Karim hold tomorrow.
func (o office) meeting(id programme.ID) programme.SessionInput {
	return programme.SessionInput{Draft: o.draft(), Programme: id, Begins: o.Now().Add(24 * time.Hour), Minutes: 60, Language: "en", Facilitators: []string{o.ID("mona"), o.ID("karim")},
		Place: programme.Place{Kind: programme.InPerson, Name: "School by the river", Area: "XD-N-01"}}
}

func (o office) planned(id programme.ID) programme.SessionID {
	o.T.Helper()
	s, err := o.Room.Plan(o.T.Context(), o.Actor("laila"), o.meeting(id))
	o.must(err)
	return s
}

func (o office) session(who string, id programme.SessionID) programme.SessionPage {
	o.T.Helper()
	s, err := o.Room.Session(o.T.Context(), o.Actor(who), id)
	o.must(err)
	return s
}

func (o office) writeUp(who string, id programme.SessionID, came map[string]string) error {
	o.T.Helper()
	return o.Room.WriteUp(o.T.Context(), o.Actor(who), programme.WriteUpInput{Session: id, Version: o.session(who, id).Version, Attended: came, Debriefed: true})
}

// held is a session that was held, with so many.
func (o office) held(id programme.ID, n int) programme.SessionID {
	o.T.Helper()
	s := o.planned(id)
	o.Advance(25 * time.Hour)
	o.must(o.writeUp("mona", s, map[string]string{"all": strconv.Itoa(n)}))
	return s
}

// TestStates: one writes, another approves, sessions make it run, it ends with a reason; nothing goes twice.
func TestStates(t *testing.T) {
	each(t, func(o office) {
		ctx, laila, salma := o.T.Context(), o.Actor("laila"), o.Actor("salma")
		draft := o.draft()
		id, err := o.Room.Begin(ctx, laila, draft, o.plan())
		o.must(err)
		if again, err := o.Room.Begin(ctx, laila, draft, o.plan()); err != nil || again != id {
			o.T.Errorf("the form sent again is %s, %v", again, err)
		}
		_, err = o.Room.Begin(ctx, laila, "no draft", o.plan())
		o.refused(err, "fault.form")
		_, err = o.Room.Plan(ctx, laila, o.meeting(id))
		o.refused(err, programme.CodeNotApproved)
		o.refused(o.Room.Approve(ctx, laila, id, 1), programme.CodeYourself)
		o.refused(o.Room.Approve(ctx, salma, id, 7), fault.CodeStale)
		o.must(o.Room.Approve(ctx, salma, id, 1))
		o.refused(o.Room.Approve(ctx, salma, id, 2), programme.CodeNotDraft)
		s := o.planned(id)
		if p := o.one(id); p.State != programme.Running {
			o.T.Errorf("it is %s", p.State)
		}
		// What is written anew is looked at anew, and runs again then.
		p := o.one(id)
		p.Aim = "Each knows where to go."
		o.must(o.Room.Write(ctx, salma, id, p.Version, p.Plan))
		o.refused(o.Room.Write(ctx, salma, id, p.Version, p.Plan), fault.CodeStale)
		_, err = o.Room.Plan(ctx, laila, o.meeting(id))
		o.refused(err, programme.CodeNotApproved)
		o.refused(o.Room.Approve(ctx, salma, id, p.Version+1), programme.CodeYourself)
		o.must(o.Room.Approve(ctx, laila, id, p.Version+1))
		if p := o.one(id); p.State != programme.Running || p.ApprovedBy != o.ID("laila") {
			o.T.Errorf("%+v", p)
		}
		p = o.one(id)
		o.wrong(o.Room.End(ctx, laila, id, p.Version, " \n "), "reason")
		o.must(o.Room.End(ctx, laila, id, p.Version, "The term is over."))
		o.refused(o.Room.End(ctx, laila, id, p.Version+1, "Again."), programme.CodeOver)
		o.refused(o.Room.Write(ctx, laila, id, p.Version+1, p.Plan), programme.CodeOver)
		if v := o.session("laila", s); v.State != programme.Cancelled || v.Reason != "The term is over." {
			o.T.Errorf("%+v", v.Session)
		}
	})
}

// TestWhatIsWritten: every wrong field is named; a title keeps no newline; nobody has drafts without end.
func TestWhatIsWritten(t *testing.T) {
	each(t, func(o office) {
		ctx, laila := o.T.Context(), o.Actor("laila")
		_, err := o.Room.Begin(ctx, laila, o.draft(), programme.Plan{Title: strings.Repeat("x", 101), Topics: []education.Topic{"nothing"}, Languages: []string{"de"}, Bands: "hair",
			Qualifications: []string{"charm"}, Safeguarding: programme.Safeguarding{Lead: o.ID("mona"), Contacts: []string{"nobody"}}})
		o.wrong(err, "aim", "audience", "bands", "contacts", "form", "languages", "lead", "qualifications", "title", "topics")
		id := o.begun(func(p *programme.Plan) { p.Title = "Someone\n to  tell" })
		if p := o.one(id); p.Title != "Someone to tell" {
			o.T.Errorf("%q", p.Title)
		}
		for range programme.MostDrafts - 1 {
			o.begun()
		}
		_, err = o.Room.Begin(ctx, laila, o.draft(), o.plan())
		o.refused(err, programme.CodeMany)
		if _, err := o.Room.Begin(ctx, o.Actor("salma"), o.draft(), o.plan()); err != nil {
			o.T.Errorf("the drafts of another count: %v", err)
		}
	})
}

// TestWithoutAPlan nothing is approved, and no session is planned once nobody is there to be told.
func TestWithoutAPlan(t *testing.T) {
	each(t, func(o office) {
		ctx, salma := o.T.Context(), o.Actor("salma")
		for name, change := range map[string]func(p *programme.Plan){
			"nobody is told":       func(p *programme.Plan) { p.Lead = "" },
			"nothing is done":      func(p *programme.Plan) { p.AtOnce = " " },
			"nowhere to talk":      func(p *programme.Plan) { p.Quiet = "" },
			"nobody is called":     func(p *programme.Plan) { p.Contacts = nil },
			"secrets are promised": func(p *programme.Plan) { p.NoSecrets = false },
		} {
			if err := o.Room.Approve(ctx, salma, o.begun(change), 1); fault.CodeOf(err) != programme.CodePlan {
				o.T.Errorf("%s: %v", name, err)
			}
		}
		id := o.ready()
		s := o.planned(id)
		o.must(o.Identity.Deactivate(ctx, o.Actor("adam"), identity.UserID(o.ID("salma"))))
		_, err := o.Room.Plan(ctx, o.Actor("laila"), o.meeting(id))
		o.refused(err, programme.CodeLead)
		if w := o.session("laila", s).Warnings; !slices.Contains(w, programme.Warning{Code: programme.WarnLead, Who: o.ID("salma")}) {
			o.T.Errorf("%+v", w)
		}
	})
}

// TestWhoHoldsIt: each facilitator has what is asked for on the day, and nobody is alone with a group of children.
func TestWhoHoldsIt(t *testing.T) {
	each(t, func(o office) {
		ctx, laila, id := o.T.Context(), o.Actor("laila"), o.ready()
		plan := func(change func(in *programme.SessionInput)) error {
			in := o.meeting(id)
			change(&in)
			_, err := o.Room.Plan(ctx, laila, in)
			return err
		}
		has := func(err error, field string, code fault.Code, params ...string) {
			o.T.Helper()
			i := slices.IndexFunc(fault.Fields(err), func(f fault.Field) bool { return f.Name == field && f.Code == code })
			if i < 0 {
				o.T.Errorf("%s is not %s: %v", field, code, err)
				return
			}
			if got, _ := fault.Fields(err)[i].Params["Missing"].([]string); !slices.Equal(got, params) {
				o.T.Errorf("%s lacks %v, not %v", field, got, params)
			}
		}
		has(plan(func(in *programme.SessionInput) { in.Facilitators = nil }), "facilitator", programme.CodeNobody)
		has(plan(func(in *programme.SessionInput) { in.Facilitators = []string{"somebody"} }), "facilitator", programme.CodeNobody)
		has(plan(func(in *programme.SessionInput) { in.Facilitators = []string{o.ID("adam"), o.ID("mona")} }), "facilitator", programme.CodeNobody)
		has(plan(func(in *programme.SessionInput) { in.Facilitators = []string{o.ID("lina"), o.ID("mona")} }), "facilitator", programme.CodeUnqualified, "child_safeguarding", "vetting")
		o.must(o.Identity.AddQualification(ctx, o.Actor("adam"), identity.QualificationInput{User: identity.UserID(o.ID("karim")), Qualification: identity.Qualification{Code: "vetting",
			IssuedAt: o.Now().AddDate(-1, 0, 0), ExpiresAt: o.Now().Add(48 * time.Hour)}}))
		if err := plan(func(in *programme.SessionInput) { in.Begins = o.Now().Add(47 * time.Hour) }); err != nil {
			o.T.Errorf("what holds on the day: %v", err)
		}
		has(plan(func(in *programme.SessionInput) { in.Begins = o.Now().Add(48 * time.Hour) }), "facilitator", programme.CodeExpired, "vetting")
		alone := func(in *programme.SessionInput) { in.Facilitators = []string{o.ID("mona")} }
		has(plan(alone), "second", programme.CodeTwoAdults)
		has(plan(func(in *programme.SessionInput) { alone(in); in.Second = o.ID("mona") }), "second", programme.CodeTwoAdults)
		has(plan(func(in *programme.SessionInput) { alone(in); in.Second = "somebody" }), "second", programme.CodeNobody)
		if err := plan(func(in *programme.SessionInput) { alone(in); in.Second = o.ID("lina") }); err != nil {
			o.T.Errorf("a second adult: %v", err)
		}
		guest := func(in *programme.SessionInput) {
			alone(in)
			in.Guest = programme.Guest{Name: "Rana K.", Organisation: "The school", Qualification: "Teacher", Checked: true}
		}
		has(plan(func(in *programme.SessionInput) { guest(in); in.Guest.Checked = false }), "guest_seen", programme.CodeGuest)
		o.wrong(plan(func(in *programme.SessionInput) { guest(in); in.Guest.Organisation = "" }), "guest_organisation")
		if err := plan(guest); err != nil {
			o.T.Errorf("an adult from outside: %v", err)
		}
		if n := o.count("SELECT count(*) FROM programme_name WHERE kind = 'guest'"); n != 1 {
			o.T.Errorf("%d guests are kept", n)
		}
		for name, change := range map[string]func(p *programme.Plan){
			"one child at a time": func(p *programme.Plan) { p.Form = programme.Individual },
			"a group of parents":  func(p *programme.Plan) { p.Audience = education.Parent },
		} {
			in := o.meeting(o.ready(change))
			alone(&in)
			if _, err := o.Room.Plan(ctx, laila, in); err != nil {
				o.T.Errorf("%s: %v", name, err)
			}
		}
		s := o.planned(id)
		o.away[o.ID("karim")] = true
		if w := o.session("mona", s).Warnings; len(w) != 1 || w[0] != (programme.Warning{Code: programme.WarnAway, Who: o.ID("karim")}) {
			o.T.Errorf("%+v", w)
		}
		delete(o.away, o.ID("karim"))
		o.must(o.Identity.AddQualification(ctx, o.Actor("adam"), identity.QualificationInput{User: identity.UserID(o.ID("mona")), Qualification: identity.Qualification{Code: "vetting",
			IssuedAt: o.Now().AddDate(-1, 0, 0), ExpiresAt: o.Now().Add(time.Hour)}})) // after it was planned
		if w := o.session("karim", s).Warnings; len(w) != 1 || w[0] != (programme.Warning{Code: programme.WarnShort, Who: o.ID("mona")}) {
			o.T.Errorf("%+v", w)
		}
	})
}

// TestWhenAndWhere: a time to come, a place that is no link, and a platform that is moderated for children.
func TestWhenAndWhere(t *testing.T) {
	each(t, func(o office) {
		ctx, laila, id := o.T.Context(), o.Actor("laila"), o.ready()
		virtual := programme.Place{Kind: programme.Virtual, Platform: programme.VideoCall, Moderated: true}
		for name, c := range map[string]struct {
			change func(in *programme.SessionInput)
			fields []string
		}{
			"past":             {func(in *programme.SessionInput) { in.Begins = o.Now() }, []string{"begins"}},
			"far ahead":        {func(in *programme.SessionInput) { in.Begins = o.Now().Add(programme.Farthest) }, []string{"begins"}},
			"no time":          {func(in *programme.SessionInput) { in.Begins = time.Time{} }, []string{"begins"}},
			"short":            {func(in *programme.SessionInput) { in.Minutes = 9 }, []string{"minutes"}},
			"long":             {func(in *programme.SessionInput) { in.Minutes = 601 }, []string{"minutes"}},
			"another language": {func(in *programme.SessionInput) { in.Language = "fr" }, []string{"language"}},
			"nowhere":          {func(in *programme.SessionInput) { in.Place = programme.Place{} }, []string{"place_kind"}},
			"no name":          {func(in *programme.SessionInput) { in.Place.Name = "" }, []string{"place"}},
			"a link":           {func(in *programme.SessionInput) { in.Place.Name = "https://meet.example/abc" }, []string{"place"}},
			"another area":     {func(in *programme.SessionInput) { in.Place.Area = "XX" }, []string{"area"}},
			"no platform":      {func(in *programme.SessionInput) { in.Place = virtual; in.Place.Platform = "" }, []string{"platform"}},
			"not moderated":    {func(in *programme.SessionInput) { in.Place = virtual; in.Place.Moderated = false }, []string{"moderated"}},
		} {
			in := o.meeting(id)
			c.change(&in)
			o.T.Log(name)
			_, err := o.Room.Plan(ctx, laila, in)
			o.wrong(err, c.fields...)
		}
		in := o.meeting(id)
		in.Place = virtual
		in.Place.Name = "https://meet.example/abc" // of a place that is none
		s, err := o.Room.Plan(ctx, laila, in)
		o.must(err)
		if again, err := o.Room.Plan(ctx, laila, in); err != nil || again != s {
			o.T.Errorf("the form sent again is %s, %v", again, err)
		}
		if v := o.session("laila", s); v.Place != virtual {
			o.T.Errorf("%+v", v.Place)
		}
		in.Session, in.Version, in.Minutes = s, 1, 90
		o.must(o.Room.Change(ctx, laila, in))
		o.refused(o.Room.Change(ctx, laila, in), fault.CodeStale)
		o.wrong(o.Room.Cancel(ctx, laila, s, 2, ""), "reason")
		o.must(o.Room.Cancel(ctx, laila, s, 2, "The school is shut."))
		o.refused(o.Room.Cancel(ctx, laila, s, 3, "Again."), programme.CodeState)
		in.Version = 3
		o.refused(o.Room.Change(ctx, laila, in), programme.CodeState)
	})
}

// TestWriteUp: by those who were there, once it has begun, within bounds; how few came is for nobody else.
func TestWriteUp(t *testing.T) {
	each(t, func(o office) {
		ctx := o.T.Context()
		s := o.planned(o.ready())
		o.refused(o.writeUp("mona", s, map[string]string{"all": "4"}), programme.CodeEarly)
		o.Advance(25 * time.Hour)
		if n, err := o.Room.Waiting(ctx, o.Actor("mona")); n != 1 || err != nil {
			o.T.Errorf("%d wait for Mona, %v", n, err)
		}
		if n, err := o.Room.Waiting(ctx, o.Actor("huda")); n != 0 || err != nil {
			o.T.Errorf("%d wait for Huda, %v", n, err)
		}
		b, err := o.Room.Board(ctx, o.Actor("huda"))
		o.must(err)
		if len(b.Unwritten) != 1 || b.Unwritten[0].Late(b.Now) || len(b.Coming) != 0 {
			o.T.Errorf("%+v", b)
		}
		o.Advance(programme.WriteUpWithin)
		if b, err = o.Room.Board(ctx, o.Actor("huda")); err != nil || !b.Unwritten[0].Late(b.Now) {
			o.T.Errorf("it is not late: %v", err)
		}
		o.refused(o.writeUp("lina", s, map[string]string{"all": "4"}), programme.CodeNotYours)
		o.refused(o.Room.MayCount(ctx, o.Actor("lina"), s), programme.CodeNotYours)
		for _, n := range []string{"", "-1", "501", "four", "4.5"} {
			o.wrong(o.writeUp("mona", s, map[string]string{"all": n}), "came_all")
		}
		o.must(o.writeUp("mona", s, map[string]string{"all": "٤"}))
		o.refused(o.Room.WriteUp(ctx, o.Actor("mona"), programme.WriteUpInput{Session: s, Version: 1, Attended: map[string]string{"all": "4"}}), fault.CodeStale)
		if v := o.session("karim", s); v.State != programme.Held || v.Attended.Sum() != 4 || !v.Debriefed {
			o.T.Errorf("%+v", v.Session)
		}
		for _, who := range []string{"laila", "salma", "huda", "adam"} {
			if v := o.session(who, s); v.Attended != nil || v.Tells || v.Counts {
				o.T.Errorf("%s sees %v", who, v.Attended)
			}
		}
		o.refused(o.writeUp("salma", s, map[string]string{"all": "9"}), programme.CodeNotYours)
		o.must(o.writeUp("karim", s, map[string]string{"all": "5"}))
		o.refused(o.Room.Cancel(ctx, o.Actor("laila"), s, 3, "It was not."), programme.CodeState)
	})
}

// TestApart: those who come are counted by the codes of the country where the programme asks for it.
func TestApart(t *testing.T) {
	each(t, func(o office) {
		id := o.ready(func(p *programme.Plan) { p.Bands = programme.ByAge })
		s := o.planned(id)
		o.Advance(25 * time.Hour)
		o.wrong(o.writeUp("mona", s, map[string]string{"6_11": "300", "12_14": "300"}), "came_0_5")
		o.must(o.writeUp("mona", s, map[string]string{"6_11": "9", "12_14": "3", "sex": "4"}))
		v, err := o.Room.Show(o.T.Context(), o.Actor("huda"), id, "en")
		o.must(err)
		if v.Visits != (programme.Count{N: 12}) || len(v.Parts) != 5 {
			o.T.Fatalf("%+v", v.Visits)
		}
		for _, p := range v.Parts {
			if shown := !p.Count.Few && p.Count.N > 0; shown { // of 9 and 3 neither is shown, and nobody is counted by anything else
				o.T.Errorf("%+v", p)
			}
		}
		p := o.one(id)
		p.Bands = programme.BySex
		o.wrong(o.Room.Write(o.T.Context(), o.Actor("laila"), id, p.Version, p.Plan), "bands")
	})
}

// TestFewAreNotShown: not in a programme, not for all, and not by the difference of two days.
func TestFewAreNotShown(t *testing.T) {
	each(t, func(o office) {
		ctx, huda, id := o.T.Context(), o.Actor("huda"), o.ready()
		visits := func() programme.Count {
			o.T.Helper()
			v, err := o.Room.Show(ctx, huda, id, "en")
			o.must(err)
			for _, s := range v.Sessions {
				if s.Attended != nil || s.Answers != nil {
					o.T.Error("a list has how many came")
				}
			}
			return v.Visits
		}
		o.held(id, 3)
		if n := visits(); n != (programme.Count{Few: true}) {
			o.T.Errorf("%+v of three", n)
		}
		if b, err := o.Room.Board(ctx, huda); err != nil || b.Totals.Held != 1 || !b.Totals.Visits.Few || !b.Totals.Audiences[0].Visits.Few {
			o.T.Errorf("%+v, %v", b.Totals, err)
		}
		o.held(id, 4)
		if n := visits(); n != (programme.Count{N: 7}) {
			o.T.Errorf("%+v of seven", n)
		}
		o.held(id, 2)
		if n := visits(); n != (programme.Count{N: 7}) {
			o.T.Errorf("two more show as %+v", n)
		}
		o.held(id, 3)
		if n := visits(); n != (programme.Count{N: 12}) {
			o.T.Errorf("%+v of twelve", n)
		}
		other := o.ready(func(p *programme.Plan) { p.Audience = education.Parent })
		o.held(other, 30)
		b, err := o.Room.Board(ctx, huda)
		o.must(err)
		if b.Totals.Visits != (programme.Count{N: 42}) || b.Totals.Held != 5 || len(b.Totals.Audiences) != 2 {
			o.T.Errorf("%+v", b.Totals)
		}
	})
}

// TestBeforeAndAfter: the answers of paper are added up, and only where nobody can be told from them.
func TestBeforeAndAfter(t *testing.T) {
	each(t, func(o office) {
		ctx, id := o.T.Context(), o.ready()
		questions := o.Room.Questions(education.Age10To12)
		if len(questions) != 2 || len(questions[0].Answers) != 3 {
			o.T.Fatalf("%+v", questions)
		}
		given := func(s programme.SessionID, who string, before, after []string) error {
			in := programme.AnswersInput{Session: s, Version: o.session(who, s).Version, Given: map[string][]string{}}
			for _, q := range questions {
				in.Given[programme.Key(q.Code, programme.Before)], in.Given[programme.Key(q.Code, programme.After)] = before, after
			}
			return o.Room.Count(ctx, o.Actor(who), in)
		}
		outcomes := func() []programme.Outcome {
			v, err := o.Room.Show(ctx, o.Actor("huda"), id, "ar")
			o.must(err)
			return v.Outcomes
		}
		s := o.planned(id)
		o.Advance(25 * time.Hour)
		o.refused(given(s, "mona", nil, nil), programme.CodeEarly)
		o.must(o.writeUp("mona", s, map[string]string{"all": "30"}))
		o.refused(given(s, "salma", nil, nil), programme.CodeNotYours)
		o.wrong(given(s, "mona", []string{"-1", "x", "501"}, nil), programme.AnswerField("child_help", programme.Before, 0), programme.AnswerField("child_help", programme.Before, 1),
			programme.AnswerField("child_help", programme.Before, 2), programme.AnswerField("child_whom", programme.Before, 0), programme.AnswerField("child_whom", programme.Before, 1),
			programme.AnswerField("child_whom", programme.Before, 2))
		o.must(given(s, "mona", []string{"12", "10", "8"}, []string{"1", "9", "20"}))
		list := outcomes()
		if len(list) != 2 || list[0].Before[0] != (programme.Count{N: 12}) || !list[0].After[0].Few || !list[0].After[2].Few || list[0].After[1].N != 9 {
			o.T.Errorf("%+v", list)
		}
		if list[0].Question.Answers[0] != "لا" {
			o.T.Errorf("the words are %v", list[0].Question.Answers)
		}
		o.must(given(s, "mona", []string{"12", "10", "8"}, []string{"1", "0", "0"})) // one line alone: nothing is shown
		if list := outcomes(); list != nil {
			o.T.Errorf("%+v", list)
		}
		if v := o.session("huda", s); v.Answers != nil {
			o.T.Errorf("%+v", v.Answers)
		}
	})
}

// TestWhoMay: each use case by each role, held against the table; a refusal is in the log.
func TestWhoMay(t *testing.T) {
	each(t, func(o office) {
		ctx := o.T.Context()
		id, draft := o.ready(), o.begun()
		s := o.planned(id)
		for _, who := range []string{"huda", "mona", "lina", "dana", "adam", "aida", "salma", "laila"} {
			actor := o.Actor(who)
			for action, do := range map[access.Action]func() error{
				access.ProgrammeRead:    func() error { _, err := o.Room.Session(ctx, actor, s); return err },
				access.ProgrammeWrite:   func() error { return o.Room.Write(ctx, actor, draft, -1, o.plan()) },
				access.ProgrammeApprove: func() error { return o.Room.Approve(ctx, actor, draft, -1) },
				access.ProgrammeEnd:     func() error { return o.Room.End(ctx, actor, draft, -1, "x") },
				access.ProgrammeHold:    func() error { return o.Room.WriteUp(ctx, actor, programme.WriteUpInput{Session: s, Version: -1}) },
				access.ProgrammeNames:   func() error { _, err := o.Room.Names(ctx, actor, s); return err },
			} {
				before := o.count("SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1 AND action = $2", actor.ID, string(action))
				kind, may := fault.KindOf(do()), access.May(actor, action)
				own := who == "mona" || actor.Supervises()
				if action == access.ProgrammeHold || action == access.ProgrammeNames {
					may = may && own
				}
				if refused := kind == fault.Forbidden; refused == may {
					o.T.Errorf("%s by %s gives %s", action, who, kind)
				}
				after := o.count("SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1 AND action = $2", actor.ID, string(action))
				if !may && after != before+1 {
					o.T.Errorf("that %s was refused %s is in the log %d times", who, action, after-before)
				}
			}
		}
		_, err := o.Room.One(ctx, o.Actor("laila"), "no such")
		o.refused(err, fault.CodeWithheld)
		_, err = o.Room.Session(ctx, o.Actor("laila"), "no such")
		o.refused(err, fault.CodeWithheld)
	})
}

// TestSteps: whoever looks after each session sees sums that rise by five people or more, whatever came.
func TestSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var held []programme.Session
		last, all := 0, 0
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 12), 0, 30).Draw(t, "came") {
			held = append(held, programme.Session{Attended: programme.Attendance{programme.All: n}})
			all += n
			sum := 0
			for _, s := range programme.Settled(held) {
				sum += s.Attended.Sum()
			}
			if step := sum - last; step != 0 && step < programme.Least || all-sum >= programme.Least {
				t.Fatalf("after %d the sum goes from %d to %d of %d", n, last, sum, all)
			}
			last = sum
		}
	})
}
