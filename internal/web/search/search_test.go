package search_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/casework"
	"amparo/internal/intake"
	"amparo/internal/join"
	"amparo/internal/page/browsertest"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/desk"
	"amparo/internal/web/search"
	"amparo/internal/web/staff/stafftest"
)

const (
	logTestSQL     = `SELECT action, subjects, detail FROM audit_entry`
	refusedTestSQL = `SELECT count(*) FROM audit_entry WHERE action = 'report.search' AND outcome = 'refused' AND actor_id = $1`
)

func each(t *testing.T, f func(t *testing.T, h *stafftest.House)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		must(t, search.Add(h.Site, search.Config{Join: h.Join, Pack: h.Pack}))
		must(t, desk.Add(h.Site, desk.Config{Store: h.Main, Pack: h.Pack, Triage: h.Triage, Mailbox: h.Mailbox, Contact: h.Contact, Casework: h.Casework, Join: h.Join, Notice: h.Notice,
			Name: func(context.Context, string) string { return "A colleague" }}))
		f(t, h)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func child(h *stafftest.House, name string) report.ID {
	id, _ := h.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}, "find": {name}}})
	return id
}

func handle(id string, letters int) string { return strings.ToUpper(id[len(id)-letters:]) }

// TestWhoFindsWhat looks for a name in both scripts, as each role.
func TestWhoFindsWhat(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		told, file := child(h, "Dalia Farouk"), opened(t, h)
		for _, words := range []string{"Dalya Faruq", "داليا فاروق"} {
			h.SignIn("huda").Post("/search", "words", words).Wants(http.StatusOK, "A name that sounds alike", "Report "+handle(string(told), 5), "Nobody has claimed it")
		}
		h.SignIn("mona").Post("/search", "words", "Lina").Wants(http.StatusOK, "1 was found", "Case "+handle(string(file), 6), "Open case")
		h.SignIn("karim").Post("/search", "words", "Lina").Wants(http.StatusOK, "Nothing that you may read has this")
		h.SignIn("nour").Post("/search", "words", "Dalia").Wants(http.StatusOK, "Nothing that you may read has this")
		p := h.SignIn("salma").Post("/search", "words", "  ").Wants(http.StatusBadRequest, "There is nothing to look for in it")
		if p.Has("Nothing that you may read") {
			t.Error("it says that nothing was found, and has not looked")
		}
		for who, status := range map[string]int{"huda": http.StatusOK, "mona": http.StatusOK, "salma": http.StatusOK, "laila": http.StatusOK,
			"adam": http.StatusForbidden, "aida": http.StatusForbidden} {
			b := h.SignIn(who)
			b.Get("/search").Wants(status)
			p := b.Post("/search", "words", "Dalia").Wants(status)
			if status == http.StatusForbidden && (p.Has(handle(string(told), 5)) || refusals(h, who) != 2) {
				t.Errorf("%s: %d refusals were recorded; %s", who, refusals(h, who), p.Text)
			}
			if nav := strings.Join(b.Get("/account").Links(), " "); strings.Contains(nav, "/search") != (status == http.StatusOK) {
				t.Errorf("the menu of %s: %s", who, nav)
			}
		}
	})
}

func refusals(h *stafftest.House, who string) (n int) {
	h.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, refusedTestSQL, []any{h.ID(who)}, &n) })
	return n
}

// opened is a case of Mona's.
func opened(t *testing.T, h *stafftest.House) casework.ID {
	t.Helper()
	id := h.Report(map[string][]string{"danger": {"no"}})
	ctx, huda := t.Context(), h.Actor("huda")
	must(t, h.Triage.Claim(ctx, huda, id))
	must(t, h.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: standing(h, id).Sequence, To: standing(h, id).Priority}))
	for _, item := range h.Pack.Required(string(standing(h, id).Priority), "") {
		must(t, h.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: item.Code, Answer: triage.AnswerNo}))
	}
	ids, err := h.Casework.Open(ctx, huda, casework.OpenInput{Report: id, Agency: h.Agency, Manager: h.ID("mona"), Children: []string{"Leena"},
		Message: "We are here."})
	must(t, err)
	return ids[0]
}

func standing(h *stafftest.House, id report.ID) (s triage.Standing) {
	h.Read(func(ctx context.Context, tx store.Tx) (err error) {
		s, err = triage.Now(ctx, tx, string(id))
		return err
	})
	return s
}

// TestTheWordsStayOnThePage looks into the log of the program and of what was done, and at the address.
func TestTheWordsStayOnThePage(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		child(h, "Dalia Farouk")
		b := h.SignIn("huda")
		p := b.Get("/search").Submit("/search", "words", "Dalia").Wants(http.StatusOK, "1 was found")
		if p.Location != "" || p.Head.Get("Cache-Control") != "no-store" {
			t.Errorf("it leads to %q, with %v", p.Location, p.Head)
		}
		b.Get("/search?words=Dalia").Wants(http.StatusOK)
		var log strings.Builder
		h.Read(func(ctx context.Context, tx store.Tx) error {
			return tx.Each(ctx, logTestSQL, nil, func(scan func(...any) error) error {
				var action, subjects, detail string
				err := scan(&action, &subjects, &detail)
				fmt.Fprintln(&log, action, subjects, detail)
				return err
			})
		})
		if strings.Contains(log.String(), "Dalia") || !strings.Contains(log.String(), `"kinds":"word"`) {
			t.Errorf("the log: %s", log.String())
		}
		if strings.Contains(h.Log(), "Dalia") {
			t.Errorf("the program's log: %s", h.Log())
		}
	})
}

// TestManyHits shows only the first of very many, and says so.
func TestManyHits(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		for range join.Most + 1 {
			child(h, "Dalia Farouk")
		}
		p := h.SignIn("huda").Post("/search", "words", "Dalia").Wants(http.StatusOK, fmt.Sprintf("only the first %d", join.Most))
		if n := strings.Count(p.Body, `href="/desk/`); n != join.Most {
			t.Errorf("%d are shown", n)
		}
	})
}

// TestInABrowser searches by keyboard in both languages, and looks at the pages on a narrow screen.
func TestInABrowser(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		other := child(h, "Dalia Farouk")
		id := child(h, "داليا فاروق")
		must(t, h.Triage.Claim(t.Context(), h.Actor("huda"), id))
		must(t, h.Triage.Decide(t.Context(), h.Actor("huda"),
			triage.Decision{Subject: string(id), Sequence: standing(h, id).Sequence, To: standing(h, id).Priority}))
		b, ctx := h.SignIn("huda"), browsertest.Start(t)
		server := httptest.NewServer(b.Handler)
		t.Cleanup(server.Close)
		cookie := func(name, value string) {
			_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: server.URL + "/"})
			must(t, err)
		}
		cookie(stafftest.SessionCookie, b.Cookie(stafftest.SessionCookie))
		browsertest.Resize(t, ctx, 320, 900)
		for _, tag := range []string{"en", "ar"} {
			cookie("language", tag)
			browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/search"))
			wait(t, ctx, `document.querySelector("#words").focus() || document.activeElement.id === "words"`)
			browsertest.Do(t, ctx, chromedp.KeyEvent("Dalia"), chromedp.KeyEvent(kb.Enter))
			wait(t, ctx, `!!document.querySelector("#found") && document.querySelectorAll(".hits li").length === 2`)
			look(t, ctx, "search-"+tag)
			browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/desk/"+string(id)))
			wait(t, ctx, `!!document.querySelector("#same")`)
			look(t, ctx, "same-"+tag)
			browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/desk/"+string(id)+"/join/"+string(other)))
			wait(t, ctx, `!!document.querySelector("#message")`)
			look(t, ctx, "join-"+tag)
		}
		browsertest.Quiet(t, ctx)
	})
}

func look(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	browsertest.NoSideways(t, ctx)
	browsertest.Axe(t, ctx)
	browsertest.Screenshot(t, ctx, name)
}

// wait waits until a script gives true.
func wait(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	for range 200 {
		if browsertest.Read(t, ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && (`+script+`)`)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("it never came true: %s", script)
}
