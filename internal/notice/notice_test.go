package notice_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/notice"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

const (
	sealedTestSQL = `SELECT body FROM notice UNION ALL SELECT said FROM notice_event`
	openedTestSQL = `SELECT count(*) FROM audit_entry WHERE actor_id = $1 AND outcome = 'done' AND (action = 'notice.packet' OR action = 'sealed.open' AND reason = 'notice.packet')`
	entryTestSQL  = `SELECT action || ' ' || reason || ' ' || detail FROM audit_entry`
)

// A desk is a house with a report of a page, which Huda has.
type desk struct {
	*stafftest.House
	page report.ID
}

const told = "hxxps://pics[.]example/album?id=17"

func each(t *testing.T, f func(t *testing.T, d desk)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		d := desk{House: h}
		d.page = d.found(told)
		d.must(h.Triage.Claim(t.Context(), h.Actor("huda"), d.page))
		f(t, d)
	})
}

// found tells of pages.
func (d desk) found(addresses ...string) report.ID {
	id, _ := d.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}, "what": {"found_page"}, "accounts": addresses}})
	return id
}

func (d desk) must(err error) {
	d.T.Helper()
	if err != nil {
		d.T.Fatal(err)
	}
}

// wants fails the test unless the error has the code, or is wrong in the field.
func (d desk) wants(what string, err error, code string) {
	d.T.Helper()
	if err == nil || !strings.Contains(err.Error(), code) {
		d.T.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func (d desk) input() notice.DraftInput {
	return notice.DraftInput{Report: d.page, Draft: ident.New[string](d.Now()), Chosen: []int{0}, Explanation: "A child is said to be harmed there.", Platform: "Pics", GoodFaith: true}
}

func (d desk) draft(in notice.DraftInput) notice.ID {
	d.T.Helper()
	id, err := d.Notice.Draft(d.T.Context(), d.Actor("huda"), in)
	d.must(err)
	return id
}

func (d desk) show(who string, id notice.ID) notice.Page {
	d.T.Helper()
	p, err := d.Notice.Show(d.T.Context(), d.Actor(who), id)
	d.must(err)
	return p
}

// record notes what became of a notice as it stands.
func (d desk) record(who string, id notice.ID, to notice.State, change ...func(*notice.RecordInput)) error {
	in := notice.RecordInput{Notice: id, Draft: ident.New[string](d.Now()), Version: d.show("salma", id).Version, To: to, Channel: notice.ByForm, Note: "They said so."}
	for _, c := range change {
		c(&in)
	}
	return d.Notice.Record(d.T.Context(), d.Actor(who), in)
}

// clocks gives the time from now of the report's open tasks.
func (d desk) clocks() map[task.Kind]time.Duration {
	d.T.Helper()
	found := map[task.Kind]time.Duration{}
	d.Read(func(ctx context.Context, tx store.Tx) error {
		open, err := task.OpenFor(ctx, tx, string(d.page))
		clear(found)
		for _, t := range open {
			found[t.Kind] = t.Due.Sub(d.Now())
		}
		return err
	})
	return found
}

// TestANoticeFromDraftToEnd follows a notice: the clock to forward ends when it was sent, and the clock to ask begins, goes on when the
// report has its outcome, and ends with what came of it; what is there again is to be sent again.
func TestANoticeFromDraftToEnd(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		in := d.input()
		id := d.draft(in)
		if again := d.draft(in); again != id {
			t.Error("the same form has made two")
		}
		if c := d.clocks(); c[triage.TaskForward] != 24*time.Hour || c[triage.TaskAsk] != 0 {
			t.Errorf("drafted, the clocks are %v", c)
		}
		sent := notice.RecordInput{Notice: id, Draft: ident.New[string](d.Now()), Version: 1, To: notice.Sent, Channel: notice.ByEmail, Reference: "H-2031-7"}
		for range 2 { // the same form twice
			d.must(d.Notice.Record(t.Context(), d.Actor("huda"), sent))
		}
		sent.Draft = ident.New[string](d.Now())
		d.wants("seen before", d.Notice.Record(t.Context(), d.Actor("huda"), sent), "stale")
		if c := d.clocks(); c[triage.TaskForward] != 0 || c[triage.TaskAsk] != 5*24*time.Hour {
			t.Errorf("sent, the clocks are %v", c)
		}
		d.finish()
		if c := d.clocks(); len(c) != 1 || c[triage.TaskAsk] == 0 {
			t.Errorf("with its outcome the report has the clocks %v", c)
		}
		d.must(d.record("huda", id, notice.Receipted))
		d.wants("what cannot follow", d.record("huda", id, notice.Sent), "to=")
		d.must(d.record("huda", id, notice.NoResponse))
		d.wants("without why", d.record("huda", id, notice.Escalated, func(in *notice.RecordInput) { in.Note = " " }), "note=")
		d.must(d.record("huda", id, notice.Escalated))
		d.must(d.record("huda", id, notice.ActionTaken))
		if c := d.clocks(); len(c) > 0 {
			t.Errorf("with what came of it the report has the clocks %v", c)
		}
		d.must(d.record("huda", id, notice.Reappeared))
		if c := d.clocks(); c[triage.TaskForward] != 24*time.Hour {
			t.Errorf("there again, the clocks are %v", c)
		}
		d.must(d.record("huda", id, notice.Sent))
		d.must(d.record("huda", id, notice.ActionTaken))
		d.must(d.record("huda", id, notice.Closed))
		p := d.show("huda", id)
		var states []notice.State
		for _, e := range p.Thread {
			states = append(states, e.State)
		}
		want := []notice.State{"drafted", "sent", "receipted", "no_response", "escalated", "action_taken", "reappeared", "sent", "action_taken", "closed"}
		if !slices.Equal(states, want) || p.Reference() != "H-2031-7" || p.Thread[1].Channel != notice.ByEmail || p.Thread[1].By != d.ID("huda") || len(p.State.Next()) > 0 {
			t.Errorf("what became of it: %+v", p.Thread)
		}
	})
}

// finish gives the report its outcome.
func (d desk) finish() {
	d.T.Helper()
	ctx, huda := d.T.Context(), d.Actor("huda")
	p, err := d.Triage.Read(ctx, huda, d.page, nil)
	d.must(err)
	if !p.Confirmed {
		d.must(d.Triage.Decide(ctx, huda, triage.Decision{Subject: string(d.page), Sequence: p.Sequence, To: p.Priority}))
	}
	d.must(d.Triage.Finish(ctx, huda, triage.Resolution{Report: d.page, Outcome: report.ContentOnly, Message: "Thank you."}))
}

// TestADraftIsChecked names every field that is wrong, and takes nothing by which a child was told.
func TestADraftIsChecked(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		for field, c := range map[string]func(*notice.DraftInput){
			"addresses":   func(in *notice.DraftInput) { in.Chosen = nil },
			"more":        func(in *notice.DraftInput) { in.More = "https://pics.example/x/y\nI do not know" },
			"explanation": func(in *notice.DraftInput) { in.Explanation = " " },
			"platform":    func(in *notice.DraftInput) { in.Platform = strings.Repeat("a ", 200) },
			"faith":       func(in *notice.DraftInput) { in.GoodFaith = false },
		} {
			in := d.input()
			c(&in)
			_, err := d.Notice.Draft(t.Context(), d.Actor("huda"), in)
			d.wants(field, err, field+"=")
		}
		child, _ := d.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}, "what": {"pictures"}, "accounts": {told}, "find": {"Samira K."}}})
		d.must(d.Triage.Claim(t.Context(), d.Actor("huda"), child))
		in := d.input()
		in.Report = child
		_, err := d.Notice.Draft(t.Context(), d.Actor("huda"), in)
		d.wants("a child's report", err, string(notice.CodeNotContent))
	})
}

// TestNothingOfItIsClear looks for the address and the words where they must not be, and for the entry of whoever saw the packet.
func TestNothingOfItIsClear(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		in := d.input()
		in.More, in.Explanation = "https://pics.example/album/18", "the purple lighthouse hums"
		id := d.draft(in)
		d.must(d.record("huda", id, notice.Sent, func(in *notice.RecordInput) { in.Note = "the purple lighthouse hums" }))
		p, err := d.Notice.Packet(t.Context(), d.Actor("huda"), id)
		d.must(err)
		if want := []string{"https://pics.example/album?id=17", "https://pics.example/album/18"}; !slices.Equal(p.Addresses, want) {
			t.Errorf("the packet has %v, want %v", p.Addresses, want)
		}
		d.Read(func(ctx context.Context, tx store.Tx) error {
			for _, statement := range []string{sealedTestSQL, entryTestSQL} {
				err := tx.Each(ctx, statement, nil, func(scan func(...any) error) error {
					var raw []byte
					err := scan(&raw)
					if text := string(raw); strings.Contains(text, "pics") || strings.Contains(text, "lighthouse") {
						t.Errorf("in the clear: %q", text)
					}
					return err
				})
				if err != nil {
					return err
				}
			}
			var n int
			err := tx.One(ctx, openedTestSQL, []any{d.ID("huda")}, &n)
			if n != 2 {
				t.Errorf("%d entries say who saw the packet, want 2", n)
			}
			return err
		})
	})
}

// TestWhoMayKnow tries every action as people who may not.
func TestWhoMayKnow(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		id := d.draft(d.input())
		other := d.draft(notice.DraftInput{Report: d.page, Draft: ident.New[string](d.Now()), Chosen: []int{0}, Explanation: "Another one.", GoodFaith: true})
		for who, want := range map[string]fault.Kind{"omar": fault.Forbidden, "mona": fault.Withheld, "nour": fault.Withheld, "aida": fault.Withheld, "adam": fault.Withheld} {
			_, packet := d.Notice.Packet(t.Context(), d.Actor(who), id)
			_, draft := d.Notice.Draft(t.Context(), d.Actor(who), d.input())
			for what, err := range map[string]error{"packet": packet, "draft": draft, "record": d.record(who, id, notice.Sent)} {
				if fault.KindOf(err) != want {
					t.Errorf("%s, %s: %v, want %s", who, what, err, want)
				}
			}
		}
		if p := d.show("omar", id); len(p.Addresses) != 1 { // of the same desk
			t.Errorf("omar sees %+v", p)
		}
		d.must(d.record("salma", other, notice.Closed))
		list, err := d.Notice.Desk(t.Context(), d.Actor("omar"))
		d.must(err)
		if len(list.Unsent) != 1 || len(list.Closed) != 1 {
			t.Errorf("the list is %+v", list)
		}
		_, err = d.Notice.Desk(t.Context(), d.Actor("aida"))
		d.wants("an auditor", err, "forbidden")
		d.Write(func(ctx context.Context, tx store.Tx) error {
			by, err := access.Own(access.System("test"), access.ReportDeclare)
			if err != nil {
				return err
			}
			return grant.Exclude(ctx, tx, by, string(d.page), d.ID("omar"), grant.Declared)
		})
		if _, err := d.Notice.Show(t.Context(), d.Actor("omar"), id); fault.KindOf(err) != fault.Withheld {
			t.Errorf("who must not know sees it: %v", err)
		}
		if list, err = d.Notice.Desk(t.Context(), d.Actor("omar")); err != nil || len(list.Unsent)+len(list.Closed) > 0 {
			t.Errorf("who must not know has the list %+v: %v", list, err)
		}
		if _, err := d.Notice.Show(t.Context(), d.Actor("huda"), notice.ID(ident.New[string](d.Now()))); fault.KindOf(err) != fault.Withheld {
			t.Errorf("what is not there: %v", err)
		}
	})
}

// TestErased: nothing of what a hotline was sent about a report stays, and what another was about does.
func TestErased(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		d.draft(d.input())
		d.must(d.Main.Write(t.Context(), func(tx store.Tx) error { return notice.Erase(t.Context(), tx, access.Proof{}, "another") }))
		left := func() (n int) {
			d.must(d.Main.Read(t.Context(), func(tx store.Tx) error {
				n = 0
				return tx.Each(t.Context(), sealedTestSQL, nil, func(scan func(...any) error) error { n++; return scan(new([]byte)) })
			}))
			return n
		}
		if left() == 0 {
			t.Fatal("another's was erased")
		}
		d.must(d.Main.Write(t.Context(), func(tx store.Tx) error { return notice.Erase(t.Context(), tx, access.Proof{}, string(d.page)) }))
		if n := left(); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}
