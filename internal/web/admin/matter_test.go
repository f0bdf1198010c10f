package admin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

// told are words of a matter that may stand on no page here.
var told = []string{"zebra crossing", "Uncle Quill", "Child Lark", "pelican summary", "heron reply"}

// matter brings a report as far as a case with a reply, and gives both ids.
func matter(h *stafftest.House) (report.ID, casework.ID) {
	h.T.Helper()
	id, receipt := h.ReportAs(intake.Told{Answers: map[string][]string{"words": {told[0]}, "must_not_know": {told[1]}}})
	huda, mona := h.Actor("huda"), h.Actor("mona")
	must(h, h.Triage.Claim(h.T.Context(), huda, id))
	var now triage.Standing
	h.Read(func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(id))
		return err
	})
	must(h, h.Triage.Decide(h.T.Context(), huda, triage.Decision{Subject: string(id), Sequence: now.Sequence, To: now.Priority}))
	cases, err := h.Casework.Open(h.T.Context(), huda, casework.OpenInput{Report: id, Agency: h.Agency, Manager: mona.ID,
		Children: []string{told[2]}, Summary: told[3], Message: "thank you"})
	must(h, err)
	must(h, h.Mailbox.Reply(h.T.Context(), mona, mailbox.ReplyInput{ID: mailbox.NewID(h.Now()), Report: id, Subject: string(cases[0]), Text: told[4]}))
	if box := h.Box(receipt); len(box.Replies) < 2 {
		h.T.Fatalf("the mailbox has %d replies", len(box.Replies))
	}
	return id, cases[0]
}

func must(h *stafftest.House, err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// TestNoPageShowsAMatter reads every page as administrator and as auditor, with a matter in the house.
func TestNoPageShowsAMatter(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		id, file := matter(h)
		adam, aida := h.SignIn("adam"), h.SignIn("aida")
		pages := []stafftest.Page{adam.Get("/people"), adam.Get("/people/new"), adam.Get(path(h, "huda")), adam.Get(path(h, "mona")),
			aida.Get("/log"), aida.Get("/log?subject=" + string(id)), aida.Get("/log?subject=" + string(file))}
		for _, p := range pages {
			p.Wants(http.StatusOK)
			for _, words := range told {
				if strings.Contains(p.Body, words) {
					t.Errorf("a page says %q: %s", words, p.Text)
				}
			}
		}
		pages[5].Wants(http.StatusOK, "Take a report", "report.claim", "Open a case", "Receive a report", string(id))
		pages[6].Wants(http.StatusOK, "Reply in a case", "case.reply", string(file))
	})
}

// TestAdministratorsAndAuditorsReadNoMatter asks the other rooms directly, as any page would.
func TestAdministratorsAndAuditorsReadNoMatter(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		id, file := matter(h)
		waiting := h.Report(nil)
		ctx := t.Context()
		for _, who := range []string{"adam", "aida"} {
			actor := h.Actor(who)
			for name, err := range map[string]error{
				"claiming": h.Triage.Claim(ctx, actor, waiting),
				"deciding": h.Triage.Decide(ctx, actor, triage.Decision{Subject: string(id), Sequence: 1, To: "P1"}),
				"noting":   h.Casework.AddNote(ctx, actor, file, "a note", 1),
				"replying": h.Mailbox.Reply(ctx, actor, mailbox.ReplyInput{ID: mailbox.NewID(h.Now()), Report: id, Subject: string(file), Text: "x"}),
				"opening":  second(h.Casework.Open(ctx, actor, casework.OpenInput{Report: waiting, Agency: h.Agency, Manager: h.ID("mona"), Children: []string{"A"}, Message: "x"})),
				"showing":  second(h.Casework.Show(ctx, actor, file, nil)),
				"choosing": second(h.Casework.Candidates(ctx, actor, access.CaseAssign, string(file), h.Agency)),
			} {
				if kind := fault.KindOf(err); kind != fault.Forbidden && kind != fault.Withheld {
					t.Errorf("%s by %s: %v", name, who, err)
				}
			}
			h.Read(func(ctx context.Context, tx store.Tx) error {
				if list, err := report.Unresolved(ctx, tx, actor); err != nil || len(list) > 0 {
					t.Errorf("%s sees %d reports: %v", who, len(list), err)
				}
				if list, err := casework.List(ctx, tx, actor); len(list) > 0 || err != nil && fault.KindOf(err) != fault.Forbidden {
					t.Errorf("%s sees %d cases: %v", who, len(list), err)
				}
				return nil
			})
		}
	})
}

func second[T any](_ T, err error) error { return err }
