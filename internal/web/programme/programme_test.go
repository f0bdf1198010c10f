package programme_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"

	"amparo/internal/access"
	"amparo/internal/helpline"
	"amparo/internal/identity"
	"amparo/internal/lang"
	"amparo/internal/page/browsertest"
	"amparo/internal/programme"
	"amparo/internal/promise"
	"amparo/internal/store"
	helplinepages "amparo/internal/web/helpline"
	web "amparo/internal/web/programme"
	"amparo/internal/web/staff/stafftest"
)

const (
	ok       = http.StatusOK
	bad      = http.StatusBadRequest
	refused  = http.StatusForbidden
	gone     = http.StatusNotFound
	conflict = http.StatusConflict
)

// An office is a house with the pages, and those of the helpline.
type office struct {
	*stafftest.House
	Room *programme.Room
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{House: h}
		o.Room = programme.New(programme.Config{Store: h.Main, Reveal: h.Reveal, Pack: h.Pack, People: o.people,
			Away: func(_ context.Context, _ store.Tx, user string, _ time.Time) (bool, error) {
				return user == h.ID("karim"), nil
			}})
		promised := promise.New(promise.Config{Pack: h.Pack, Intake: h.Intake})
		calls, err := helpline.New(helpline.Config{Store: h.Main, Reveal: h.Reveal, Intake: h.Intake, Promise: promised, Pack: h.Pack,
			Unfinished: func(string) string { return "Not finished." }})
		o.must(err)
		o.must(helplinepages.Add(h.Site, helplinepages.Config{Helpline: calls, Promise: promised, Pack: h.Pack, Clock: h.Clock()}))
		all, err := lang.Load()
		o.must(err)
		words, err := all.Only("en", "fr", "es", "ar", "sw")
		o.must(err)
		o.must(web.Add(h.Site, web.Config{Programme: o.Room, Pack: h.Pack, Clock: h.Clock(), Words: words, Address: func() string { return "https://help.example.org/" },
			Name: func(ctx context.Context, user string) string {
				u, err := h.Identity.User(ctx, access.Console, identity.UserID(user))
				if err != nil {
					return ""
				}
				return u.DisplayName
			}}))
		f(t, o)
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

func (o office) count(statement string, args ...any) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

// filled is a form with all that a programme needs.
func (o office) filled(form url.Values) url.Values {
	for name, values := range map[string][]string{"title": {"Someone to tell"}, "audience": {"10_12"}, "form": {"group"}, "topics": {"how_to_report", "risks"}, "languages": {"en", "ar"},
		"aim": {"Each knows whom to tell."}, "qualifications": {"child_safeguarding", "vetting"}, "bands": {""}, "lead": {o.ID("salma")}, "at_once": {"Listen."}, "quiet": {"The library."},
		"contacts": {"child_line", "emergency"}, "no_secrets": {"yes"}} {
		form[name] = values
	}
	return form
}

// begun is a draft of Laila's, by its address.
func (o office) begun() string {
	o.T.Helper()
	laila := o.SignIn("laila")
	p := laila.Send("/programmes/new", o.filled(laila.Get("/programmes/new").Wants(ok, "Write a programme").Hidden("/programmes/new")))
	if p.Status != http.StatusSeeOther {
		o.T.Fatalf("%d %s", p.Status, p.Text)
	}
	at, _, _ := strings.Cut(p.Location, "?")
	return at
}

// ready is a programme that Salma has approved.
func (o office) ready() string {
	o.T.Helper()
	at := o.begun()
	o.SignIn("salma").Get(at).Wants(ok, "Read the plan for what is told first").Submit(at + "/approve").Leads(at + "?done=programme_approved")
	return at
}

// planned is a session that Mona and Karim hold tomorrow at ten.
func (o office) planned(at string, change ...string) string {
	o.T.Helper()
	p := o.plan(o.SignIn("laila"), at, change...)
	if p.Status != http.StatusSeeOther {
		o.T.Fatalf("%d %s", p.Status, p.Text)
	}
	session, _, _ := strings.Cut(p.Location, "?")
	return session
}

func (o office) plan(b *stafftest.Browser, at string, change ...string) stafftest.Page {
	o.T.Helper()
	pairs := []string{"begins", o.Now().AddDate(0, 0, 1).Format(time.DateOnly), "begins_time", "10:00", "minutes", "60", "language", "en", "place_kind", "in_person",
		"place", "School by the river", "area", "XD-N-01", "facilitator", o.ID("mona"), "facilitator_2", o.ID("karim")}
	for i := 0; i < len(change); i += 2 {
		if at := slices.Index(pairs, change[i]); at >= 0 && at%2 == 0 {
			pairs[at+1] = change[i+1]
		} else {
			pairs = append(pairs, change[i], change[i+1])
		}
	}
	return b.Get(at+"/sessions/new").Wants(ok, "Plan a session").Submit(at+"/sessions/new", pairs...)
}

// TestFromDraftToCounts goes the whole way from page to page, with what each one refuses.
func TestFromDraftToCounts(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		laila := o.SignIn("laila")
		laila.Get("/programmes").Wants(ok, "There is none yet", "No session is coming")
		form := o.filled(laila.Get("/programmes/new").Hidden("/programmes/new"))
		form.Set("aim", "")
		p := laila.Send("/programmes/new", form).Wants(bad, "Please write or choose an answer here")
		if again := p.Hidden("/programmes/new"); again.Get("title") != "Someone to tell" || len(again["topics"]) != 2 || again.Get("lead") != o.ID("salma") || again.Get("quiet") != "The library." ||
			again.Get("draft") != form.Get("draft") || again.Get("no_secrets") != "yes" {
			t.Errorf("what was typed is lost: %v", again)
		}
		form = o.filled(form)
		first, second := laila.Send("/programmes/new", form), laila.Send("/programmes/new", form)
		if first.Location != second.Location || o.count("SELECT count(*) FROM programme") != 1 {
			t.Errorf("a form sent twice leads to %s and %s", first.Location, second.Location)
		}
		at, _, _ := strings.Cut(first.Location, "?")
		laila.Get(at).Wants(ok, "Somebody else has to approve it", "The library.", "Salma Idris", "https://help.example.org")
		laila.Post(at+"/approve", "version", "1").Wants(refused, "You have written some of this yourself")
		old := laila.Get(at+"/edit").Wants(ok, "is a draft again")
		old.Submit(at+"/edit", "quiet", "").Leads(at + "?done=programme_kept")
		if p := old.Submit(at+"/edit", "quiet", "Typed while it changed").Wants(conflict, "What it says now"); p.Hidden(at+"/edit").Get("quiet") != "Typed while it changed" {
			t.Error("what was typed is lost")
		} else {
			p.Submit(at + "/edit").Leads(at + "?done=programme_kept")
		}
		salma := o.SignIn("salma")
		salma.Get(at+"/sessions/new").Submit(at+"/sessions/new").Wants(conflict, "Somebody else has to approve the programme")
		salma.Get(at).Submit(at + "/approve").Leads(at + "?done=programme_approved")

		p = o.plan(laila, at, "facilitator", o.ID("lina"), "facilitator_2", "", "begins", "31 June").Wants(bad, "This is no day that we can read")
		if again := p.Hidden(at + "/sessions/new"); again.Get("begins") != "31 June" || again.Get("place") != "School by the river" {
			t.Errorf("what was typed is lost: %v", again)
		}
		o.plan(laila, at, "facilitator", o.ID("lina"), "facilitator_2", "").Wants(bad, "Lina Farah does not have: Child safeguarding and Vetting and criminal-record check", "Nobody is alone with a group of children")
		session := o.planned(at)
		laila.Get(session).Wants(ok, "School by the river (Harbour City)", "Mona Khoury", "Karim Naser is away at that time")
		o.SignIn("huda").Get("/programmes").Wants(ok, "Coming sessions", "School by the river")
		change := laila.Get(session+"/edit").Wants(ok, "Change the session")
		change.Submit(session+"/edit", "minutes", "45").Leads(session + "?done=programme_planned")
		if p := change.Submit(session+"/edit", "minutes", "75").Wants(conflict, "What it says now", "45 min"); p.Hidden(session+"/edit").Get("minutes") != "75" {
			t.Error("what was typed is lost")
		} else {
			p.Submit(session + "/edit").Leads(session + "?done=programme_planned")
		}
		mona := o.SignIn("mona")
		if slices.Contains(mona.Get(session).Links(), session+"/write-up") {
			t.Error("it can be written up before it was held")
		}
		o.Advance(25 * time.Hour)
		mona = o.SignIn("mona")
		mona.Get("/programmes").Wants(ok, "To be written up", "1 session is to be written up")
		p = mona.Get(session+"/write-up").Wants(ok, "Numbers only")
		if p := p.Submit(session+"/write-up", "came_all", "many", "debriefed", "yes").Wants(bad, "Give a number from 0 to 500"); p.Hidden(session+"/write-up").Get("came_all") != "many" {
			t.Error("what was typed is lost")
		}
		p.Submit(session+"/write-up", "came_all", "12", "debriefed", "yes").Leads(session + "?done=programme_written_up")
		if p := p.Submit(session+"/write-up", "came_all", "13").Wants(conflict, "What it says now"); p.Hidden(session+"/write-up").Get("came_all") != "13" {
			t.Error("what was typed is lost")
		}
		mona.Get(session).Wants(ok, "Those who held it have talked it over", "How many came")
		form = mona.Get(session+"/answers").Wants(ok, "Count the sheets", "I know a grown-up I can tell.").Hidden(session + "/answers")
		for i, n := range []string{"5", "0", "7"} {
			form.Set(programme.AnswerField("child_whom", programme.Before, i), n)
		}
		mona.Send(session+"/answers", form).Leads(session + "?done=programme_counted")
		laila = o.SignIn("laila")
		laila.Get(session+"/edit").Wants(conflict, "This session is held or cancelled already")
		huda := o.SignIn("huda")
		huda.Get(session).Wants(ok, "How many came is for those who were there")
		if p := huda.Get(session); p.Has(" 12 ") {
			t.Error("it is shown to whoever was not there")
		}
		huda.Get(at).Wants(ok, "Came: 12", "I know a grown-up I can tell.")
		csv := huda.Get("/programmes/reach.csv")
		if csv.Status != ok || csv.Head.Get("Content-Type") != "text/csv; charset=utf-8" || csv.Body != "audience,sessions_held,visits\r\n10_12,1,12\r\nall,1,12\r\n" {
			t.Errorf("%d %q", csv.Status, csv.Body)
		}
		salma = o.SignIn("salma")
		salma.Get(at).Submit(at+"/end", "reason", "").Wants(bad)
		salma.Get(at).Submit(at+"/end", "reason", "The term is over.").Leads(at + "?done=programme_ended")
		salma.Get(at).Wants(ok, "The term is over.")
		salma.Get(at+"/edit").Wants(conflict, "This programme has ended", "The term is over.")
	})
}

// TestSomebodyToldMeSomething: one press leads to where it is taken down, and the report is taken. Nothing of programmes knows of it. Whoever may take none finds
// what is done instead.
func TestSomebodyToldMeSomething(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at := o.ready()
		session := o.planned(at)
		before := o.count("SELECT count(*) FROM audit_entry WHERE action LIKE 'programme.%'")
		rows := o.count("SELECT COALESCE(sum(version), 0) FROM programme_session")
		huda := o.SignIn("huda")
		p := huda.Get(session).Wants(ok, "Somebody told me something")
		if form := p.Hidden("/helpline"); form.Get("call_channel") != "walk_in" || form.Get("call_way") != "under_13" || form.Get("call_language") != "en" || len(form) != 3 {
			t.Errorf("it sends %v", form)
		}
		p = p.Submit("/helpline")
		call := p.Location
		if p.Status != http.StatusSeeOther || !strings.HasPrefix(call, "/helpline/call/") {
			t.Fatalf("%d %s: %s", p.Status, call, p.Text)
		}
		huda.Get(call).Wants(ok).Submit(call, "call_text", "A child said that something is wrong.", "go", "check").Leads(call + "/check")
		huda.Get(call + "/check").Wants(ok).Submit(call + "/hand").Leads(call + "/handed")
		if n := o.count("SELECT count(*) FROM receipt"); n != 1 {
			t.Errorf("%d reports are taken", n)
		}
		huda.Get(session).Wants(ok)
		if n := o.count("SELECT COALESCE(sum(version), 0) FROM programme_session"); n != rows {
			t.Error("the session knows of it")
		}
		if n := o.count("SELECT count(*) FROM audit_entry WHERE action LIKE 'programme.%'"); n != before {
			t.Error("the log ties it to the session")
		}
		virtual := o.planned(at, "place_kind", "virtual", "platform", "video", "moderated", "yes", "language", "ar")
		if form := huda.Get(virtual).Hidden("/helpline"); form.Get("call_channel") != "chat" || form.Get("call_language") != "ar" {
			t.Errorf("it sends %v", form)
		}
		for _, who := range []string{"mona", "dana"} {
			p := o.SignIn(who).Get(session).Wants(ok, "You cannot take a report down yourself", "Salma Idris", "https://help.example.org", "The library.", "Demoland Child Line")
			if p.Form("/helpline") != nil {
				t.Errorf("%s is led to where they may not go", who)
			}
		}
	})
}

// TestNames are kept by consent, on a page of their own, and gone by one press.
func TestNames(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		session := o.planned(o.ready())
		mona := o.SignIn("mona")
		p := mona.Get(session+"/names").Wants(ok, "No name is kept", "Only of those who agreed")
		typed := []string{"name", "Sami H.", "by", "guardian", "who", "Rima H.", "how", "signed", "until", o.Now().AddDate(0, 1, 0).Format(time.DateOnly)}
		if p := p.Submit(session+"/names", typed...).Wants(bad, "Without the child"); p.Hidden(session+"/names").Get("name") != "Sami H." {
			t.Error("what was typed is lost")
		}
		p.Submit(session+"/names", append(typed, "assent", "yes")...).Leads(session + "/names?done=programme_named")
		p.Submit(session+"/names", append(typed, "assent", "yes")...).Leads(session + "/names?done=programme_named")
		p = o.SignIn("karim").Get(session+"/names").Wants(ok, "Sami H.", "Rima H.", "Signed on paper")
		if n := strings.Count(p.Body, "/withdraw"); n != 1 {
			t.Errorf("a form sent twice is %d names", n)
		}
		for _, path := range []string{session, "/programmes"} {
			if mona.Get(path).Has("Sami") {
				t.Errorf("%s has a name", path)
			}
		}
		o.SignIn("lina").Get(session+"/names").Wants(refused, "This is for those who hold the session")
		i := slices.IndexFunc(p.Find("form"), func(n *html.Node) bool { return strings.HasSuffix(stafftest.Attr(n, "action"), "/withdraw") })
		press := stafftest.Attr(p.Find("form")[i], "action")
		defer func() { p.Submit(press).Leads(session + "/names?done=programme_name_gone") }() // pressed twice
		p.Submit(press).Leads(session+"/names?done=programme_name_gone").Follow().Wants(ok, "The name is gone for good", "No name is kept")
		if n := o.count("SELECT count(*) FROM programme_name"); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// TestPrinted: the card has the plan, the sheet has the questions in the language that was asked for, and neither has a name of anybody who comes.
func TestPrinted(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at := o.ready()
		b := o.SignIn("mona")
		b.Get(at+"/card").Wants(ok, "Card to take along", "Salma Idris", "The library.", "Demoland Child Line", "https://help.example.org", "Do not promise to keep it secret")
		p := b.Get(at+"/sheet?language=ar").Wants(ok, "دقيقتان لك", "أعرف شخصاً كبيراً يمكنني أن أخبره.", "لست متأكداً")
		if !strings.Contains(p.Body, `class="card" lang="ar" dir="rtl"`) {
			t.Error("it is not set from right to left")
		}
		b.Get(at + "/sheet?language=fr").Wants(gone) // it is held in no French
		b.Get(at + "/sheet").Wants(gone)
	})
}

// routes are all of the pages', each with the action that it needs.
var routes = map[string]access.Action{
	"GET /programmes": access.ProgrammeRead, "GET /programmes/reach.csv": access.ProgrammeRead, "GET /programmes/new": access.ProgrammeWrite, "POST /programmes/new": access.ProgrammeWrite,
	"GET /programmes/{id}": access.ProgrammeRead, "GET /programmes/{id}/edit": access.ProgrammeWrite, "POST /programmes/{id}/edit": access.ProgrammeWrite,
	"POST /programmes/{id}/approve": access.ProgrammeApprove, "POST /programmes/{id}/end": access.ProgrammeEnd, "GET /programmes/{id}/card": access.ProgrammeRead,
	"GET /programmes/{id}/sheet": access.ProgrammeRead, "GET /programmes/{id}/sessions/new": access.ProgrammeWrite, "POST /programmes/{id}/sessions/new": access.ProgrammeWrite,
	"GET /programmes/{id}/sessions/{session}": access.ProgrammeRead, "GET /programmes/{id}/sessions/{session}/edit": access.ProgrammeWrite,
	"POST /programmes/{id}/sessions/{session}/edit": access.ProgrammeWrite, "POST /programmes/{id}/sessions/{session}/cancel": access.ProgrammeWrite,
	"GET /programmes/{id}/sessions/{session}/write-up": access.ProgrammeHold, "POST /programmes/{id}/sessions/{session}/write-up": access.ProgrammeHold,
	"GET /programmes/{id}/sessions/{session}/answers": access.ProgrammeHold, "POST /programmes/{id}/sessions/{session}/answers": access.ProgrammeHold,
	"GET /programmes/{id}/sessions/{session}/names": access.ProgrammeNames, "POST /programmes/{id}/sessions/{session}/names": access.ProgrammeNames,
	"POST /programmes/{id}/sessions/{session}/names/{name}/withdraw": access.ProgrammeNames,
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions, and the menu with it. Of what belongs to a session those who are not there
// are refused whatever their role.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		seen := 0
		for _, pattern := range o.Site.Routes() {
			if strings.Contains(pattern, " /programmes") {
				if seen++; routes[pattern] == "" {
					t.Errorf("%s is not held against the table", pattern)
				}
			}
		}
		if seen != len(routes) {
			t.Errorf("there are %d routes", seen)
		}
		session := o.planned(o.ready())
		parts := strings.Split(session, "/")
		in := strings.NewReplacer("{id}", parts[2], "{session}", parts[4], "{name}", "nobody")
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "dana", "salma", "laila", "adam", "aida"} {
			b, actor := o.SignIn(who), o.Actor(who)
			for pattern, action := range routes {
				method, path, _ := strings.Cut(in.Replace(pattern), " ")
				may, p := access.May(actor, action), stafftest.Page{}
				if action == access.ProgrammeHold || action == access.ProgrammeNames {
					may = may && slices.Contains([]string{"mona", "karim", "salma", "laila"}, who)
				}
				before := o.count("SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1", actor.ID)
				if strings.HasSuffix(path, "/sheet") {
					path += "?language=en"
				}
				if method == "GET" {
					p = b.Get(path)
				} else {
					p = b.Post(path, "version", "-5")
				}
				after := o.count("SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1", actor.ID)
				want := []int{refused}
				switch {
				case strings.HasSuffix(path, "/nobody/withdraw") && access.May(actor, action):
					want = []int{http.StatusSeeOther} // to the page of names, which looks again
				case may:
					want = []int{ok, bad, conflict}
				}
				if !slices.Contains(want, p.Status) {
					t.Errorf("%s by %s: %d, not %v: %s", pattern, who, p.Status, want, p.Text)
				}
				if p.Status == refused && after == before {
					t.Errorf("that %s was refused %s is not in the log", who, pattern)
				}
			}
			if linked := slices.Contains(b.Get("/account").Links(), "/programmes"); linked != access.May(actor, access.ProgrammeRead) {
				t.Errorf("%s: the menu has the page: %v", who, linked)
			}
		}
		if p := o.Visitor().Get("/programmes"); p.Status == ok {
			t.Error("a visitor sees the page")
		}
		other := o.begun()
		o.SignIn("salma").Get(other + "/sessions/" + parts[4]).Wants(gone)
		o.SignIn("salma").Get("/programmes/nothing").Wants(gone)
	})
}

// TestInTheBrowser looks at each page in both directions of writing, on a telephone and on a desk, and presses what is told by keyboard alone. What a browser shows
// is the same on both engines.
func TestInTheBrowser(t *testing.T) {
	ran := false
	each(t, func(t *testing.T, o office) {
		if ran {
			return
		}
		ran = true
		at := o.ready()
		session := o.planned(at)
		o.Advance(25 * time.Hour)
		coming := o.planned(at, "place_kind", "virtual", "platform", "video", "moderated", "yes")
		salma := o.SignIn("salma")
		salma.Get(session+"/write-up").Submit(session+"/write-up", "came_all", "31").Leads(session + "?done=programme_written_up")
		form := salma.Get(session + "/answers").Hidden(session + "/answers")
		for i, n := range []string{"9", "10", "11"} {
			form.Set(programme.AnswerField("child_whom", programme.Before, i), n)
			form.Set(programme.AnswerField("child_whom", programme.After, i), []string{"0", "6", "24"}[i])
		}
		salma.Send(session+"/answers", form).Leads(session + "?done=programme_counted")
		salma.Get(session+"/names").Submit(session+"/names", "name", "Sami H.", "by", "guardian", "who", "Rima H.", "assent", "yes", "how", "signed", "until", o.Now().AddDate(0, 1, 0).Format(time.DateOnly)).
			Leads(session + "/names?done=programme_named")
		for _, tag := range []string{"en", "ar"} {
			b, base := o.Browse(t, "salma", tag)
			for i, path := range []string{"/programmes", "/programmes/new", at, at + "/edit", at + "/card", at + "/sheet?language=" + tag, at + "/sessions/new", session, coming, coming + "/edit",
				session + "/write-up", session + "/answers", session + "/names"} {
				browsertest.Do(t, b, chromedp.Navigate(base+path))
				for _, width := range []int64{320, 1200} {
					browsertest.Resize(t, b, width, 900)
					browsertest.NoSideways(t, b)
					browsertest.Screenshot(t, b, "programme-"+tag+"-"+string(rune('a'+i))+map[int64]string{320: "-narrow", 1200: "-wide"}[width])
				}
				browsertest.Axe(t, b)
			}
			for _, path := range []string{at + "/card", at + "/sheet?language=" + tag} { // on paper there is what is to be taken along, and nothing else
				browsertest.Do(t, b, chromedp.Navigate(base+path))
				browsertest.Medium(t, b, "print", false)
				seen := browsertest.Read(t, b, chromedp.Evaluate[[]bool](`[".card h1", "header", ".off-paper"].map(s => document.querySelector(s).checkVisibility())`))
				if !slices.Equal(seen, []bool{true, false, false}) {
					t.Errorf("%s on paper shows %v", path, seen)
				}
				browsertest.Screenshot(t, b, "programme-print-"+tag+path[len(at) : len(at)+5][1:])
				browsertest.Medium(t, b, "", false)
			}
		}
		scene := stafftest.NewScene(t, o.House)
		scene.As("huda", "en")
		scene.Visit(coming)
		scene.TabTo("tell")
		scene.Type(kb.Enter)
		scene.Says("What you hear")
		if at := browsertest.Read(t, scene.Ctx, chromedp.Evaluate[string]("location.pathname")); !strings.HasPrefix(at, "/helpline/call/") {
			t.Errorf("the keyboard leads to %s", at)
		}
	})
}
