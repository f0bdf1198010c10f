package public_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"amparo/internal/education"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// A sight is one page of a tour, by a name of its own.
type sight struct {
	name string
	answer
}

// A tour goes everywhere once: it meets every page that there is, every question, and everything that can go wrong.
type tour struct {
	l    *place
	tag  string
	seen []sight
}

// goneRound gives every page of the public side in the language.
func goneRound(l *place, tag string) []sight {
	l.t.Helper()
	g := &tour{l: l, tag: tag}
	first := g.see("start", l.get("/?l="+tag))
	for _, way := range ways {
		g.questions(first, way)
	}
	g.see("own", first.post("way", "own").want(http.StatusOK))
	g.content(first)
	g.reads()
	g.mailed(first)
	g.sent()
	g.mailbox(first)
	g.wrong(first)
	g.late(first)
	return g.seen
}

func (g *tour) see(name string, a answer) answer {
	if slices.ContainsFunc(g.seen, func(s sight) bool { return s.name == name }) {
		g.l.t.Fatalf("two pages are called %s", name)
	}
	g.seen = append(g.seen, sight{name, a})
	return a
}

// questions answers every question and meets the page for who is in danger on the way.
func (g *tour) questions(first answer, way string) {
	answers := with(tells[way], nil)
	if arabic := map[string]url.Values{"about_me": childTellsArabic, "worried": adultTellsArabic}[way]; g.tag == "ar" && arabic != nil {
		answers = arabic
	}
	page := g.see(way+"-before", first.post("way", way)).post()
	if page.asks("wish") {
		page = g.see(way+"-wish", page).fill(posted(answers))
	}
	g.see(way+"-help-now", page.post("danger", "yes"))
	for page.step() == "ask" {
		name := way + "-" + page.question()
		g.see(name, page)
		if page.asks("words") {
			g.see(name+"-too-long", page.post("words", strings.Repeat("x y ", 2000)).want(http.StatusBadRequest))
		}
		page = page.fill(posted(answers))
	}
	page = g.see(way+"-check", page)
	g.see(way+"-receipt", page.post())
}

// question is the name of the first field that the page asks for.
func (a answer) question() string {
	for _, n := range a.find("", "name") {
		if attr(n, "type") != "hidden" && attr(n, "type") != "password" && slices.Contains([]string{"input", "select", "textarea"}, n.Data) {
			return attr(n, "name")
		}
	}
	return ""
}

// content reports a page alone.
func (g *tour) content(first answer) {
	page := first.post("way", "worried").post().post().post("what", "found_page")
	g.see("content-receipt", page.tell(nil).post())
}

// reads goes through what there is to read: the lists, a text and its easy read, what is found, who can help, and what is not there in the language.
func (g *tour) reads() {
	at := func(code string) string { return "/read" + code + "?l=" + g.tag }
	g.see("read", g.l.get(at("")).want(http.StatusOK))
	for _, a := range g.l.pack.Education().Audiences(g.tag) {
		g.see("read-list-"+string(a), g.l.get(at("/"+education.Key{Audience: a}.Code())).want(http.StatusOK))
		for _, m := range g.l.pack.Education().For(g.tag, a) {
			if m.Topic == education.HowToReport {
				g.see("read-text-"+string(a), g.l.get(at("/"+m.Code())).want(http.StatusOK))
			}
		}
	}
	g.see("read-easy", g.l.get(at("/"+education.Key{Audience: education.Age10To12, Topic: education.Risks}.Code())+"&v=easy").want(http.StatusOK))
	found := g.l.do(posting(at(""), url.Values{"for": {"everyone"}, "q": {map[string]string{"en": "report", "fr": "dire", "es": "contar", "ar": "رمز", "sw": "msimbo"}[g.tag]}}))
	g.see("read-found", found.want(http.StatusOK))
	g.see("read-found-nothing", g.l.do(posting(at(""), url.Values{"q": {"zzzz"}})).want(http.StatusOK))
	g.see("read-help", g.l.get(at("/help")).want(http.StatusOK))
	if young := (education.Key{Audience: education.Age6To9, Topic: education.Risks}); g.l.pack.Education().Module(g.tag, young) == nil {
		g.see("read-elsewhere", g.l.get(at("/"+young.Code())).want(http.StatusNotFound))
	}
}

// mailed wants to be told by e-mail, in each list of questions that offers it.
func (g *tour) mailed(first answer) {
	for _, way := range []string{"about_me", "worried", "past", "professional"} {
		page := first.post("way", way).post()
		for page.step() == "ask" && !page.asks("contact_way") {
			page = page.post()
		}
		page = g.see(way+"-mail", page.post("contact_way", "email"))
		if !page.asks("address") || !page.asks("mail_times") {
			g.l.t.Errorf("%s does not ask for an address and for safe times", way)
		}
	}
}

// sent sends at night, and meets what is shown after that.
func (g *tour) sent() {
	before := g.l.now
	g.l.now = start.AddDate(0, 0, -1)
	first := g.l.get("/?l=" + g.tag)
	g.see("before-at-night", first.post("way", "about_me"))
	g.see("receipt-at-night", first.post("way", "about_me").post().tell(nil).post())
	receipt := g.see("receipt-in-danger-at-night", first.post("way", "about_me").post().post("danger", "yes").tell(nil).post())
	g.see("receipt-neither", receipt.post().want(http.StatusBadRequest))
	g.see("receipt-mistyped", receipt.post("again", "abcd").want(http.StatusBadRequest))
	g.see("receipt-of-another", receipt.post("again", seal.NewReceipt().LettersGrouped()).want(http.StatusBadRequest))
	g.see("done", receipt.post("kept", "yes").want(http.StatusOK))
	g.l.now = before
}

func (g *tour) mailbox(first answer) {
	l := g.l
	l.now = l.now.Add(time.Hour)
	receipt := first.post("way", "about_me").post().tell(nil).post().receipt()
	entry := g.see("entry", first.post("way", "code"))
	g.see("entry-mistyped", entry.post("code", "1234").want(http.StatusBadRequest))
	g.see("entry-unknown", entry.post("code", seal.NewReceipt().Letters()).want(http.StatusNotFound))
	box := g.see("mailbox-empty", entry.post("code", receipt))
	g.see("mailbox-nothing-written", box.post("message", " ").want(http.StatusBadRequest))
	g.see("mailbox-added", box.post("message", "hello").want(http.StatusOK))
	l.replyTo(l.last(), map[string]string{"en": "Hello. We read it.\nIs Friday good?", "ar": "مرحباً. قرأنا ما كتبته.\nهل يناسبك يوم الجمعة؟",
		"fr": "Bonjour. Nous l’avons lu.\nVendredi te convient ?", "es": "Hola. Lo leímos.\n¿Te va bien el viernes?",
		"sw": "Habari. Tumesoma.\nJe, Ijumaa ni sawa?"}[g.tag])
	full := g.see("mailbox", entry.post("code", receipt).want(http.StatusOK))
	taken := g.see("mailbox-taken-for", entry.post("code", l.takenFor(g.tag)).want(http.StatusOK))
	over := g.see("over", taken.post("over", "ask").want(http.StatusOK))
	g.see("over-neither", over.post().want(http.StatusBadRequest))
	g.see("over-done", over.post("kept", "yes").want(http.StatusOK))
	g.see("burnt", g.see("burn", full.post("burn", "ask").want(http.StatusOK)).post("sure", "yes").want(http.StatusOK))
}

// wrong meets every way in which a request is refused.
func (g *tour) wrong(first answer) {
	l := g.l
	ask := first.post("way", "about_me").post()
	check := ask.tell(url.Values{"words": {"These are my words."}})
	g.see("problem-not-here", l.get("/nothing?l="+g.tag).want(http.StatusNotFound))
	other := posting("/?l="+g.tag, nil)
	other.Method = http.MethodDelete
	g.see("problem-method", l.do(other).want(http.StatusMethodNotAllowed))
	big := posting("/?l="+g.tag, url.Values{"words": {strings.Repeat("x", 300<<10)}})
	g.see("problem-too-large", l.do(big).want(http.StatusRequestEntityTooLarge))
	file := posting("/?l="+g.tag, nil)
	file.Header.Set("Content-Type", "image/jpeg")
	g.see("problem-file", l.do(file).want(http.StatusUnsupportedMediaType))
	foreign := posting("/?l="+g.tag, ask.form())
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	g.see("problem-from-elsewhere", l.do(foreign).want(http.StatusForbidden))
	broken := ask.form("must_not_know", "my uncle", "words", "These are my words.")
	broken.Set("state", "altered")
	g.see("problem-broken", l.do(posting("/?l="+g.tag, broken)).want(http.StatusBadRequest, "my uncle", "These are my words."))
	l.keys(1)
	g.see("problem-ours", check.post().want(http.StatusServiceUnavailable))
	l.keys(0)
}

// late meets a page that was open for two days.
func (g *tour) late(first answer) {
	l := g.l
	ask := first.post("way", "about_me").post()
	for !ask.asks("words") {
		ask = ask.post()
	}
	receipt := ask.tell(nil).post()
	l.now = l.now.Add(48 * time.Hour)
	g.see("late", ask.post("words", "These are my words.").want(http.StatusGone))
	g.see("late-too-long", ask.post("words", strings.Repeat("long ", 1000)).want(http.StatusGone))
	g.see("late-after-sending", receipt.post("kept", "yes").want(http.StatusGone))
}

// keys retires the keys that reports are sealed to, or brings them back with 0.
func (l *place) keys(retired int64) {
	l.t.Helper()
	l.write(func(ctx context.Context, tx store.Tx) error {
		_, err := tx.Exec(ctx, retireTestSQL, retired)
		return err
	})
}
