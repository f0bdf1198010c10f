package retention_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/desk"
	"amparo/internal/web/retention"
	"amparo/internal/web/staff/stafftest"
)

const (
	ok       = http.StatusOK
	bad      = http.StatusBadRequest
	refused  = http.StatusForbidden
	gone     = http.StatusNotFound
	conflict = http.StatusConflict
)

// An office is a house with the pages, and the desk that they lead to.
type office struct{ *stafftest.House }

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{h}
		name := func(_ context.Context, user string) string { return "Colleague " + user[:4] }
		o.must(desk.Add(h.Site, desk.Config{Store: h.Main, Pack: h.Pack, Triage: h.Triage, Mailbox: h.Mailbox, Contact: h.Contact, Casework: h.Casework, Join: h.Join, Notice: h.Notice, Name: name}))
		o.must(retention.Add(h.Site, retention.Config{Retention: h.Retention, Pack: h.Pack, Name: name}))
		f(t, o)
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// ended is a report out of scope that has its outcome.
func (o office) ended() string {
	o.T.Helper()
	ctx, huda := o.T.Context(), o.Actor("huda")
	id, _ := o.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}, "find": {"Dalia Farouk"}}})
	o.must(o.Triage.Claim(ctx, huda, id))
	var now triage.Standing
	o.Read(func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(id))
		return err
	})
	o.must(o.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: now.Sequence, To: now.Priority}))
	for _, item := range o.Pack.Required(string(now.Priority), "") {
		o.must(o.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: item.Code, Answer: triage.AnswerNo}))
	}
	o.must(o.Triage.Finish(ctx, huda, triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "Thank you."}))
	return string(id)
}

// TestTwoPeopleErase a report whose time is over, from page to page; afterwards it is not there.
func TestTwoPeopleErase(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		id := o.ended()
		at := "/retention/" + id
		o.SignIn("salma").Get("/retention").Wants(ok, "Nothing has been kept for longer", "Nobody has asked", "Nothing is held")
		o.Advance(91 * 24 * time.Hour)
		salma := o.SignIn("salma")
		if !slices.Contains(salma.Get("/retention").Wants(ok, "Kept long enough", "Report "+report.Handle(report.ID(id))).Links(), at) {
			t.Error("the list does not lead to it")
		}
		if !slices.Contains(salma.Get("/desk/"+id).Wants(ok).Links(), at) {
			t.Error("its page does not lead there")
		}
		p := salma.Get(at).Wants(ok, "Keep or erase", "Nothing else goes with it", "Kept until")
		p.Submit(at+"/ask").Wants(bad, "Why is it to be erased?")
		p.Submit(at+"/ask", "reason", "due").Leads(at+"?done=erase_asked").Follow().Wants(ok, "Somebody else who supervises has to confirm it", "has asked for it to be erased: The time")
		p.Submit(at+"/ask", "reason", "due").Wants(conflict, "Somebody has asked for it to be erased already")
		laila := o.SignIn("laila")
		laila.Get("/retention").Wants(ok, "Waits for a second person", "has asked for it to be erased")
		p = laila.Get(at).Wants(ok, "This cannot be undone by anybody")
		p.Submit(at+"/confirm").Wants(bad, "Say that you have looked at it")
		salma.Send(at+"/confirm", p.Hidden(at+"/confirm")).Wants(refused, "You have asked for it yourself")
		p.Submit(at+"/hold", "words", "").Wants(bad)
		p.Submit(at+"/hold", "words", "The court asks for it.").Leads(at + "?done=hold_set")
		p = laila.Get(at).Wants(ok, "The court asks for it.", "It is held, or something that would go with it is")
		if p.Has("Erase it for good") {
			t.Error("what is held can be erased")
		}
		laila.Get("/retention").Wants(ok, "Held since")
		p.Submit(at + "/lift").Leads(at + "?done=hold_lifted")
		laila.Get(at).Submit(at+"/confirm", "sure", "yes").Leads("/retention?done=erased").Follow().Wants(ok, "It is erased")
		for _, who := range []*stafftest.Browser{salma, laila} {
			who.Get(at).Wants(gone)
			who.Get("/desk/" + id).Wants(gone)
		}
		if list := o.Destroy(); len(list) != 1 || list[0].Subject != id {
			t.Errorf("the list is %+v", list)
		}
	})
}

// TestItIsKept when somebody takes back what was asked for.
func TestItIsKept(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at := "/retention/" + o.ended()
		salma := o.SignIn("salma")
		salma.Get(at).Submit(at+"/ask", "reason", "mistaken").Follow().Submit(at+"/take-back").Leads(at+"?done=erase_taken_back").Follow().Wants(ok, "It is kept", "Ask for it to be erased")
	})
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions, and the menu with it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	needs := map[string]access.Action{"GET /retention": access.RetentionList, "GET /retention/{id}": access.ErasureAsk, "POST /retention/{id}/ask": access.ErasureAsk,
		"POST /retention/{id}/take-back": access.ErasureAsk, "POST /retention/{id}/confirm": access.ErasureConfirm, "POST /retention/{id}/hold": access.HoldSet, "POST /retention/{id}/lift": access.HoldSet}
	each(t, func(t *testing.T, o office) {
		id, seen := o.ended(), 0
		for _, pattern := range o.Site.Routes() {
			if !strings.Contains(pattern, " /retention") {
				continue
			}
			seen++
			if needs[pattern] == "" {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		if seen != len(needs) {
			t.Errorf("there are %d routes", seen)
		}
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "dana", "adam", "aida", "salma", "laila"} {
			b, supervises := o.SignIn(who), who == "salma" || who == "laila"
			for pattern, action := range needs {
				method, path, _ := strings.Cut(strings.ReplaceAll(pattern, "{id}", id), " ")
				before, p := o.refusals(who), stafftest.Page{}
				if method == "GET" {
					p = b.Get(path)
				} else {
					p = b.Post(path)
				}
				recorded := o.refusals(who) - before
				switch {
				case supervises && (!slices.Contains([]int{ok, bad, conflict}, p.Status) || recorded != 0):
					t.Errorf("%s by %s: %d, %d refusals recorded", pattern, who, p.Status, recorded)
				case !supervises && (p.Status != refused && p.Status != gone || recorded != 1 || p.Has("Farouk")):
					t.Errorf("%s by %s, who may not %s: %d, %d refusals recorded", pattern, who, action, p.Status, recorded)
				}
			}
			if linked := slices.Contains(b.Get("/account").Links(), "/retention"); linked != supervises {
				t.Errorf("%s: the menu has the page: %v", who, linked)
			}
		}
		if p := o.Visitor().Get("/retention"); p.Status == ok {
			t.Error("a visitor sees the page")
		}
		o.SignIn("salma").Get("/retention/nothing").Wants(gone)
	})
}

const refusalsTestSQL = `SELECT count(*) FROM audit_entry WHERE actor_id = $1 AND outcome = 'refused'`

func (o office) refusals(who string) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, refusalsTestSQL, []any{o.ID(who)}, &n)
	})
	return n
}

// TestRightToLeft shows the pages in Arabic.
func TestRightToLeft(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		id := o.ended()
		b := o.SignIn("salma")
		b.SetCookie("language", "ar")
		for _, path := range []string{"/retention", "/retention/" + id} {
			if p := b.Get(path).Wants(ok); !strings.Contains(p.Body, `dir="rtl"`) || strings.Contains(p.Body, "retention.") {
				t.Errorf("%s: %s", path, p.Text)
			}
		}
	})
}
