package hotline_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/notice"
	"amparo/internal/page/browsertest"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/desk"
	"amparo/internal/web/hotline"
	"amparo/internal/web/staff/stafftest"
)

const (
	ok  = http.StatusOK
	bad = http.StatusBadRequest

	refusedTestSQL = `SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1`
)

// The addresses that were told, as they are and as they are shown.
const (
	exact = "https://pics.example/album?id=17"
	bare  = "clips.example.net/u/44"
)

// An office is a house with the duty desk and the pages of notices, and a report of two pages that Huda has.
type office struct {
	*stafftest.House
	page report.ID
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{House: h}
		name := func(ctx context.Context, user string) string {
			u, err := h.Identity.User(ctx, access.Console, identity.UserID(user))
			if err != nil {
				return ""
			}
			return u.DisplayName
		}
		o.must(desk.Add(h.Site, desk.Config{Store: h.Main, Pack: h.Pack, Triage: h.Triage, Mailbox: h.Mailbox, Contact: h.Contact, Casework: h.Casework, Join: h.Join, Notice: h.Notice,
			Name: name}))
		o.must(hotline.Add(h.Site, hotline.Config{Pack: h.Pack, Notice: h.Notice, Clock: h.Clock(), Name: name}))
		o.page, _ = h.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}, "what": {"found_page"},
			"accounts": {exact, bare}, "found": {"small"}, "seen": {"week"}}})
		o.must(h.Triage.Claim(t.Context(), h.Actor("huda"), o.page))
		o.must(h.Triage.Decide(t.Context(), h.Actor("huda"), triage.Decision{Subject: string(o.page), Sequence: 1, To: "C2"}))
		f(t, o)
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

func (o office) draft() notice.ID {
	o.T.Helper()
	id, err := o.Notice.Draft(o.T.Context(), o.Actor("huda"), notice.DraftInput{Report: o.page, Draft: ident.New[string](o.Now()), Chosen: []int{0, 1},
		Explanation: "A child is said to be harmed there.", GoodFaith: true})
	o.must(err)
	return id
}

// defanged fails the test when a page has an address as it was told, or a link that leads away.
func (o office) defanged(p stafftest.Page) stafftest.Page {
	o.T.Helper()
	for _, one := range []string{exact, bare, "https://hotline", "href=\"http", "src=\"http"} {
		if strings.Contains(p.Body, one) && !strings.HasPrefix(one, "https://hotline") {
			o.T.Errorf("%q is on the page: %s", one, p.Text)
		}
	}
	for _, link := range p.Links() {
		if !strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "#") && !strings.HasPrefix(link, "tel:") {
			o.T.Errorf("a link leads away: %s", link)
		}
	}
	return p
}

// TestANoticeIsWrittenSentAndFollowed goes the whole way by the pages: from the report, by the form and the packet, to what came of it and the
// outcome of the report.
func TestANoticeIsWrittenSentAndFollowed(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		huda, at := o.SignIn("huda"), "/desk/"+string(o.page)
		o.defanged(huda.Get("/desk")).Wants(ok, "C2 Content, within a day", "By the reporter's words the child seems to be under 13")
		p := o.defanged(huda.Get(at)).Wants(ok, "Notices to the hotline", "Nothing was written to the hotline", "No child is identified", "hxxps://pics[.]example/album?id=17",
			"clips[.]example[.]net/u/44", "Forward the content to the hotline", "C2: By the reporter's words")
		if p.Has("All factors") {
			t.Error("content is scored by factors")
		}
		huda.Get(at+"/outcome").Wants(ok, "Content only")
		huda.Get(at+"/outcome/content_only").Submit(at+"/outcome/content_only", "message", "Thank you.").Wants(http.StatusConflict, "The hotline does not have it yet")
		form := o.defanged(huda.Get(at+"/notice")).Wants(ok, "Demoland Content Hotline", "notices@hotline.example", "Do not open these addresses", "hxxps://pics[.]example/album?id=17")
		o.defanged(form.Submit(at+"/notice", "explanation", "")).Wants(bad, "Say that it is true to the best of what we know")
		sent := form.Submit(at+"/notice", "faith", "yes", "platform", "Pics", "seen", "Last week")
		one, _, _ := strings.Cut(sent.Location, "?")
		if again := form.Submit(at+"/notice", "faith", "yes", "platform", "Pics", "seen", "Last week"); again.Location != sent.Location {
			t.Errorf("pressed twice it leads to %s and %s", sent.Location, again.Location)
		}
		p = o.defanged(huda.Get(one)).Wants(ok, "To be sent", "hxxps://pics[.]example/album?id=17", "clips[.]example[.]net/u/44", "Anonymous", "Nobody is named", "That you asked for it is in the log")
		huda.Get(at).Wants(ok, "Send the notice")
		p.Submit(one, "to", "sent").Wants(bad, "We need an answer here")
		p.Submit(one, "to", "sent", "channel", "form", "reference", "H-9").Leads(one + "?done=notice_recorded")
		o.defanged(huda.Get("/notices")).Wants(ok, "Sent, and to be asked about", "Demoland Content Hotline", "C2")
		huda.Get(at).Wants(ok, "Ask the hotline what came of the notice", "Sent")
		huda.Get(at+"/outcome/content_only").Submit(at+"/outcome/content_only", "message", "Thank you.").Leads("/desk?done=desk_finished")
		huda.Get("/desk").Wants(ok, "Ask the hotline what came of the notice")
		huda.Get(one).Submit(one, "to", "refused").Wants(bad, "Please write")
		huda.Get(one).Submit(one, "to", "action_taken").Leads(one + "?done=notice_recorded")
		huda.Get(one).Wants(ok, "They acted", "H-9", "By their form", "There is nothing to do now")
		if huda.Get("/desk").Has("Ask the hotline") {
			t.Error("it is still to be asked for")
		}
	})
}

// TestThePacket has the exact addresses on the page and in the files that are asked for, nowhere as links, and nobody's name.
func TestThePacket(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		huda, at := o.SignIn("huda"), "/notices/"+string(o.draft())
		o.defanged(huda.Get(at))
		p := huda.Post(at+"/packet").Wants(ok, exact, bare, "A child is said to be harmed there.", "Anonymous", "Demoland", "true and complete")
		if strings.Contains(p.Body, `href="http`) || p.Head.Get("Cache-Control") != "no-store" || p.Head.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("the packet is served with %v", p.Head)
		}
		text := huda.Post(at + "/text")
		if !strings.Contains(text.Body, "\n"+exact+"\n") || !strings.HasPrefix(text.Head.Get("Content-Disposition"), "attachment; ") || text.Head.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("the text is %q with %v", text.Body, text.Head)
		}
		var file struct {
			Format   string   `json:"format"`
			URLs     []string `json:"urls"`
			Notifier string   `json:"notifier"`
			Reporter string   `json:"reporter"`
			Country  string   `json:"jurisdiction"`
		}
		o.must(json.Unmarshal([]byte(huda.Post(at+"/json").Body), &file))
		if file.Format != "amparo-notice/1" || !slices.Equal(file.URLs, []string{exact, bare}) || file.Notifier != "anonymous" || file.Reporter != "anonymous" || file.Country != "demo" {
			t.Errorf("the file is %+v", file)
		}
		for _, below := range []string{"/packet", "/text", "/json"} {
			if p := huda.Get(at + below); p.Status != http.StatusMethodNotAllowed && p.Status != http.StatusNotFound {
				t.Errorf("GET %s: %d", below, p.Status)
			}
		}
	})
}

// TestAChildIsKnown says so by the page, and a supervisor takes it back.
func TestAChildIsKnown(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		huda, salma, at := o.SignIn("huda"), o.SignIn("salma"), "/desk/"+string(o.page)
		p := huda.Get(at).Wants(ok, "A child is known after all", "Change the priority")
		p.Submit(at+"/decide", "priority", "C1").Wants(bad, "Say why")
		huda.Get(at).Submit(at+"/child", "track", "A teacher knows her.").Leads(at + "?done=desk_tracked")
		p = huda.Get(at).Wants(ok, "P2", "All factors", "A teacher knows her.", "Give the case its case manager", "Forward the content to the hotline")
		if p.Has("No child is known after all") {
			t.Error("a duty officer is offered to take it back")
		}
		salma.Get(at).Submit(at+"/content", "track", " ").Wants(bad, "Say why")
		salma.Get(at).Submit(at+"/content", "track", "It was another child.").Leads(at + "?done=desk_tracked")
		huda.Get(at).Wants(ok, "C2", "It was another child.")
	})
}

// A route is one way to a page or a change, with the action that it needs.
type route struct {
	pattern string
	action  access.Action
	form    []string
}

var routes = []route{
	{"GET /notices", access.NoticeList, nil},
	{"GET /desk/{report}/notice", access.NoticeWrite, nil},
	{"POST /desk/{report}/notice", access.NoticeWrite, []string{"addresses", "0", "explanation", "It is said so.", "faith", "yes"}},
	{"GET /notices/{notice}", access.NoticeRead, nil},
	{"POST /notices/{notice}/packet", access.NoticePacket, nil},
	{"POST /notices/{notice}/text", access.NoticePacket, nil},
	{"POST /notices/{notice}/json", access.NoticePacket, nil},
	{"POST /notices/{notice}", access.NoticeWrite, []string{"to", "closed", "note", "By mistake."}},
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		for _, pattern := range o.Site.Routes() {
			if strings.Contains(pattern, "notice") && !slices.ContainsFunc(routes, func(r route) bool { return r.pattern == pattern }) {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		allowed := 0
		for _, who := range []string{"huda", "omar", "nour", "mona", "lina", "salma", "laila", "adam", "aida"} {
			b := o.SignIn(who)
			id := o.draft()
			for _, r := range routes {
				want, before := o.decision(who, r), o.refusals(who)
				method, at, _ := strings.Cut(r.pattern, " ")
				at = strings.NewReplacer("{report}", string(o.page), "{notice}", string(id)).Replace(at)
				var p stafftest.Page
				if method == "GET" {
					p = b.Get(at)
				} else {
					p = b.Post(at, append([]string{"draft", ident.New[string](o.Now()), "version", "1"}, r.form...)...)
				}
				switch refused := o.refusals(who) > before; {
				case want != nil && (p.Status != httpx.StatusOf(want) || !refused):
					t.Errorf("%s, %s: status %d, want %d; refused by the log: %t", who, r.pattern, p.Status, httpx.StatusOf(want), refused)
				case want == nil && (p.Status >= 400 || refused):
					t.Errorf("%s, %s: status %d: %s", who, r.pattern, p.Status, p.Text)
				}
				if want == nil {
					allowed++
				} else if strings.Contains(p.Body, "pics") {
					t.Errorf("%s, %s: the refusal tells", who, r.pattern)
				}
			}
		}
		if allowed < 20 {
			t.Errorf("only %d of all were allowed: the test is broken", allowed)
		}
	})
}

// decision is what the table says.
func (o office) decision(who string, r route) (err error) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		if r.action == access.NoticeList {
			_, err = access.Decide(o.Actor(who), r.action)
			return nil
		}
		_, err = grant.Decide(ctx, tx, o.Actor(who), r.action, string(o.page))
		return nil
	})
	if kind := fault.KindOf(err); err != nil && kind != fault.Forbidden && kind != fault.Withheld {
		o.T.Fatal(err)
	}
	return err
}

func (o office) refusals(who string) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, refusedTestSQL, []any{o.ID(who)}, &n) })
	return n
}

// TestInTheBrowser looks at every page in both languages, and notes that a notice was sent by keyboard without scripts.
func TestInTheBrowser(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		id := "/notices/" + string(o.draft())
		s := stafftest.NewScene(t, o.House)
		for _, tag := range []string{"en", "ar"} {
			s.As("huda", tag)
			s.LookAt("notice-list-"+tag, "/notices")
			s.LookAt("notice-report-"+tag, "/desk/"+string(o.page))
			s.LookAt("notice-ask-"+tag, "/desk/"+string(o.page)+"/notice", s.Press("/notice", ".govuk-error-summary"))
			s.LookAt("notice-one-"+tag, id)
			s.LookAt("notice-packet-"+tag, id, s.Press("/packet", ".card"))
		}
		browsertest.Scripts(t, s.Ctx, false)
		browsertest.Resize(t, s.Ctx, 320, 800)
		s.As("huda", "en")
		s.Visit(id)
		s.TabTo("to")
		s.Type(" ", kb.Tab, " ", kb.Tab, "H-1", kb.Tab, kb.Tab, kb.Enter)
		s.Says("It is kept")
		s.Quiet("4")
	})
}
