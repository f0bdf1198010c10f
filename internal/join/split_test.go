package join_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

const (
	splitsTestSQL  = `SELECT count(*) FROM report_split`
	tallyTestSQL   = `SELECT coalesce(sum(n), 0) FROM report_tally`
	openTestSQL    = `SELECT count(*) FROM report r WHERE r.state <> 'resolved' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.subject = r.id AND t.state = 'open')`
	entriesTestSQL = `SELECT detail FROM audit_entry WHERE action = 'report.split' AND outcome = $1 ORDER BY at, id`
)

// two is a report about two matters, of Huda's.
func (h house) two() matter {
	h.T.Helper()
	return h.ready("huda", "pressure", "demand", "deadline", "soon", "accounts", "@ghost_99|@other_17", "words", "A boy wants money.\nAnd my cousin Dina is afraid.",
		"must_not_know", "Omar Haddad")
}

// part is what a form about the report would send, with the words that go along: question, words, question, words.
func (h house) part(m matter, pairs ...string) join.SplitInput {
	h.T.Helper()
	in := join.SplitInput{Version: h.report(m.id).Version}
	in.From, in.ID, in.Sequence, in.Words = m.id, ident.New[report.ID](h.Now()), h.standing(m.id).Sequence, map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		in.Words[pairs[i]] = pairs[i+1]
	}
	return in
}

// split splits the report by somebody, and gives the second.
func (h house) split(who string, m matter, pairs ...string) matter {
	h.T.Helper()
	id, err := h.Join.Split(h.T.Context(), h.Actor(who), h.part(m, pairs...))
	h.must(err)
	return matter{id, m.receipt}
}

func (h house) said(who string, id report.ID) triage.Page {
	h.T.Helper()
	p, err := h.Triage.Read(h.T.Context(), h.Actor(who), id, nil)
	h.must(err)
	return p
}

func (h house) number(statement string, args ...any) (n int) {
	h.T.Helper()
	h.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

func (h house) log(outcome string) string {
	h.T.Helper()
	var all []string
	h.Read(func(ctx context.Context, tx store.Tx) error {
		all = nil
		return tx.Each(ctx, entriesTestSQL, []any{outcome}, func(scan func(...any) error) error {
			var detail string
			err := scan(&detail)
			all = append(all, detail)
			return err
		})
	})
	return strings.Join(all, "\n")
}

func (h house) reply(who string, id report.ID, text string) error {
	h.T.Helper()
	return h.Mailbox.Reply(h.T.Context(), h.Actor(who), mailbox.ReplyInput{ID: mailbox.NewID(h.Now()), Report: id, Subject: string(id), Text: text})
}

func (h house) finish(who string, m matter) {
	h.T.Helper()
	h.confirm(who, m)
	h.answer(who, m.id)
	h.must(h.Triage.Finish(h.T.Context(), h.Actor(who), triage.Resolution{Report: m.id, Outcome: report.ReferredOut, Message: "Thank you. Somebody else goes on."}))
}

// answer names who stays responsible, where that is asked for.
func (h house) answer(who string, id report.ID) {
	h.T.Helper()
	for _, item := range h.Pack.Required(string(h.standing(id).Priority), "") {
		if item.Answer == jurisdiction.Person {
			h.must(h.Triage.Check(h.T.Context(), h.Actor(who), triage.CheckInput{Report: id, Item: item.Code, Answer: h.ID("salma")}))
		}
	}
}

func (h house) undoSplit(who string, first, second matter) error {
	h.T.Helper()
	return h.Join.UndoSplit(h.T.Context(), h.Actor(who), first.id, second.id)
}

// TestSplit holds what the second report has, and that the first stays as it is.
func TestSplit(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		h.Advance(3 * time.Hour)
		before, stood := h.said("huda", m.id), h.standing(m.id)
		in := h.part(m, "accounts", "@other_17", "words", "My cousin Dina is afraid.\n")
		in.Answers = []string{"danger", "nothing", "words"} // own words are taken as they were typed, never whole by a tick
		id, err := h.Join.Split(t.Context(), h.Actor("huda"), in)
		h.must(err)
		if again, err := h.Join.Split(t.Context(), h.Actor("huda"), in); err != nil || again != id || h.number(splitsTestSQL) != 1 {
			t.Errorf("the same form again gave %s, %v", again, err)
		}
		second, after := h.said("huda", id), h.said("huda", m.id)
		if got := second.Content; !slices.Equal(got["words"], []string{"My cousin Dina is afraid."}) || !slices.Equal(second.Identity["accounts"], []string{"@other_17"}) ||
			!slices.Equal(got["danger"], []string{"no"}) || len(got)+len(second.Identity) != 3 {
			t.Errorf("the second says %v, %v", got, second.Identity)
		}
		if !maps.EqualFunc(before.Content, after.Content, slices.Equal) || !maps.EqualFunc(before.Identity, after.Identity, slices.Equal) || h.standing(m.id) != stood {
			t.Errorf("the first has changed: %v, %+v", after.Content, h.standing(m.id))
		}
		if after.Version == before.Version {
			t.Error("another page of the first is not stale by it")
		}
		if s := second.Standing; !stood.Priority.MoreUrgent(s.Priority) || s.Confirmed || len(second.Reasons.Triggers) != 0 || slices.Contains(second.History[0].Facts.Floors, "repeat_within_12_months") {
			t.Errorf("the second stands at %+v for %v, the first at %+v", s, second.History[0].Facts, stood)
		}
		if second.State != report.InTriage || second.Holder != h.ID("huda") || !second.Received.Equal(before.Received) || second.Agency != before.Agency {
			t.Errorf("the second is %+v, with %s", second.Report, second.Holder)
		}
		clock, want := h.tasks(string(id))[triage.TaskAssign], h.Pack.Targets().Due(jurisdiction.ManagerAssigned, string(second.Priority), before.Received)
		if !clock.Due.Equal(want) || clock.Owner != h.ID("huda") {
			t.Errorf("its clock is %+v, want %s", clock, want)
		}
		if !h.kept(string(id), "omar") || len(h.found("omar", "other_17")) != 0 || len(h.found("huda", "other_17")) != 2 || len(h.found("huda", "ghost_99")) != 1 {
			t.Errorf("found: %v, %v, %v", h.found("omar", "other_17"), h.found("huda", "other_17"), h.found("huda", "ghost_99"))
		}
		if h.number(tallyTestSQL) != 1 {
			t.Errorf("what came in once is counted %d times", h.number(tallyTestSQL))
		}
		h.Read(func(ctx context.Context, tx store.Tx) error {
			list, err := report.Waits(ctx, tx, h.Actor("salma"), access.ReportRead, before.Received, h.Now())
			if len(list) != 1 {
				t.Errorf("%d waited", len(list))
			}
			return err
		})
		if log := h.log("done"); strings.Count(log, string(id)) != 1 || strings.Contains(log, "Dina") || !strings.Contains(log, `"priority":"`+string(second.Priority)) {
			t.Errorf("the log says %s", log)
		}
		for from, other := range map[report.ID]report.ID{m.id: id, id: m.id} {
			p, err := h.Join.Show(t.Context(), h.Actor("huda"), from)
			if err != nil || len(p.Halves) != 1 || p.Halves[0].By != h.ID("huda") || p.Halves[0].Other.Subject != string(other) || len(p.Alike.Hits) != 0 || p.Halves[0].Undo != (from == m.id) {
				t.Errorf("the page of one of both shows %+v, %+v, %v", p.Halves, p.Alike, err)
			}
		}
		if h.number(openTestSQL) != 0 {
			t.Error("a report is without a clock")
		}
	})
}

// TestTheFactsOfThePart holds that what was chosen holds, what an answer says holds in any case, and nothing that is not known of the first.
func TestTheFactsOfThePart(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.ready("huda", "danger", "yes", "words", "two things")
		known := h.said("huda", m.id).History[0].Facts
		if !slices.Contains(known.Triggers, "danger_now") {
			t.Fatalf("the first has %+v", known)
		}
		in := h.part(m, "words", "the other thing")
		id, err := h.Join.Split(t.Context(), h.Actor("huda"), in)
		h.must(err)
		if f := h.said("huda", id).History[0].Facts; len(f.Triggers) != 0 || h.standing(id).Priority == ruleset.P1 {
			t.Errorf("without the answer the second has %+v", f)
		}
		in = h.part(m, "words", "the other thing")
		in.Facts = ruleset.Facts{Triggers: []string{"danger_now", "suicide_risk"}, Floors: []string{"nothing"}}
		id, err = h.Join.Split(t.Context(), h.Actor("huda"), in)
		h.must(err)
		if f := h.said("huda", id).History[0].Facts; !slices.Equal(f.Triggers, []string{"danger_now"}) || len(f.Floors) != 0 || h.standing(id).Priority != ruleset.P1 {
			t.Errorf("by what was chosen the second has %+v", f)
		}
		in = h.part(m)
		in.Answers = []string{"danger"}
		id, err = h.Join.Split(t.Context(), h.Actor("huda"), in)
		h.must(err)
		if f := h.said("huda", id).History[0].Facts; !slices.Equal(f.Triggers, []string{"danger_now"}) || h.standing(id).Priority != ruleset.P1 {
			t.Errorf("by what the answer says the second has %+v", f)
		}
		salma := h.said("salma", id)
		h.wants("lowering below what holds", h.Triage.Decide(t.Context(), h.Actor("salma"), triage.Decision{Subject: string(id), Sequence: salma.Sequence, To: ruleset.P3, Reason: "calm"}), "invalid")
	})
}

// TestOneReceipt answers from either report, lets the reporter write, and ends them one after another.
func TestOneReceipt(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		second := h.split("huda", m, "words", "My cousin Dina is afraid.")
		if box := h.Box(m.receipt); box.Progress != intake.Reading {
			t.Errorf("the reporter sees %s", box.Progress)
		}
		h.must(h.reply("huda", second.id, "Tell us of your cousin."))
		h.must(h.reply("huda", m.id, "Tell us of the boy."))
		h.Add(m.receipt, "they are both here")
		for _, one := range []matter{m, second} {
			if clock := h.tasks(string(one.id))[task.ReadReply]; clock.Owner != h.ID("huda") || !clock.Blocking {
				t.Errorf("the clock of %s is %+v", one.id, clock)
			}
		}
		h.must(h.Mailbox.MarkRead(t.Context(), h.Actor("huda"), second.id, string(second.id), 0))
		if h.tasks(string(second.id))[task.ReadReply].ID != "" || h.tasks(string(m.id))[task.ReadReply].ID == "" {
			t.Error("reading the one is reading the other, or is not reading")
		}
		h.must(h.Mailbox.MarkRead(t.Context(), h.Actor("huda"), m.id, string(m.id), 0))
		h.finish("huda", m)
		if box := h.Box(m.receipt); box.Progress != intake.Reading || len(box.Replies) != 3 {
			t.Errorf("when one has ended the reporter sees %s, %d replies", box.Progress, len(box.Replies))
		}
		h.must(h.Triage.Release(t.Context(), h.Actor("huda"), second.id))
		if box := h.Box(m.receipt); box.Progress != intake.Received {
			t.Errorf("when the other is put back the reporter sees %s", box.Progress)
		}
		h.take("huda", second)
		h.finish("huda", second)
		if box := h.Box(m.receipt); box.Progress != intake.Finished || len(box.Replies) != 4 {
			t.Errorf("when both have ended the reporter sees %s, %d replies", box.Progress, len(box.Replies))
		}
		h.Add(m.receipt, "one thing more")
		if h.tasks(string(m.id))[task.ReadReply].ID == "" || h.tasks(string(second.id))[task.ReadReply].ID == "" {
			t.Error("what is said afterwards waits nowhere")
		}
	})
}

// TestACaseOfEach opens a case of each report; each case has its own, and the reporter is told of an end when both have ended.
func TestACaseOfEach(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		second := h.split("huda", m, "words", "My cousin Dina is afraid.")
		h.confirm("huda", second)
		h.answer("huda", second.id)
		files := []casework.ID{h.opened("huda", m, "Sami"), h.opened("huda", second, "Dina")}
		for i, one := range []matter{m, second} {
			h.Read(func(ctx context.Context, tx store.Tx) error {
				list, err := casework.Reports(ctx, tx, files[i])
				if !slices.Equal(list, []report.ID{one.id}) {
					t.Errorf("the case has %v, want %s", list, one.id)
				}
				return err
			})
			if !h.kept(string(files[i]), "omar") {
				t.Error("the case is not kept from whom the report was kept from")
			}
		}
		h.Add(m.receipt, "hello")
		for i, file := range files {
			if h.tasks(string(file))[task.ReadReply].ID == "" {
				t.Error("what is said does not reach the case")
			}
			message := ""
			if i == 1 {
				message = "We are done."
			}
			h.must(h.Casework.Close(t.Context(), h.Actor("salma"), casework.CloseInput{Case: file, Reason: h.Casework.Reasons[0], Note: "done", ChildTold: true,
				Override: "all is well", Message: message, Version: h.file(file).Version}))
			if box, want := h.Box(m.receipt), []intake.Progress{intake.Working, intake.Finished}[i]; box.Progress != want {
				t.Errorf("the reporter sees %s, want %s", box.Progress, want)
			}
		}
		if box := h.Box(m.receipt); len(box.Replies) != 3 {
			t.Errorf("%d replies", len(box.Replies))
		}
	})
}

// TestJoinedAgain joins the second to the case of the first; the reporter is told once of what happens there.
func TestJoinedAgain(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		second := h.split("huda", m, "words", "My cousin Dina is afraid.")
		h.confirm("huda", second)
		h.answer("huda", second.id)
		h.must(h.join("huda", second, string(m.id)))
		told := len(h.Box(m.receipt).Replies)
		h.confirm("huda", m)
		h.answer("huda", m.id)
		file := h.opened("huda", m, "Sami")
		if got := len(h.Box(m.receipt).Replies) - told; got != 1 {
			t.Errorf("the reporter is told %d times", got)
		}
		h.must(h.Casework.Close(t.Context(), h.Actor("salma"), casework.CloseInput{Case: file, Reason: h.Casework.Reasons[0], Note: "done", ChildTold: true,
			Override: "all is well", Message: "We are done.", Version: h.file(file).Version}))
		if box := h.Box(m.receipt); box.Progress != intake.Finished || len(box.Replies)-told != 2 {
			t.Errorf("the reporter sees %s, is told %d times", box.Progress, len(box.Replies)-told)
		}
		h.must(h.undo("salma", second))
		if !h.kept(string(second.id), "omar") || h.tasks(string(second.id))[triage.TaskStart].ID == "" {
			t.Error("the second came back without its clock, or may be known")
		}
		if box := h.Box(m.receipt); box.Progress != intake.Received {
			t.Errorf("the reporter sees %s", box.Progress)
		}
	})
}

// TestUndoSplit ends a split while nothing was done with the second.
func TestUndoSplit(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.ready("huda", "accounts", "@ghost_99|@other_17", "words", "two things")
		second := h.split("huda", m, "accounts", "@other_17", "words", "My cousin Dina is afraid.")
		h.must(h.Triage.Decide(t.Context(), h.Actor("huda"), triage.Decision{Subject: string(second.id), Sequence: 1, To: ruleset.P1}))
		h.Add(m.receipt, "they are both here")
		if h.standing(m.id).Priority == ruleset.P1 {
			t.Fatal("the first is at P1")
		}
		h.wants("undoing it while what was written waits there", h.undoSplit("huda", m, second), "fault.split_used")
		h.must(h.Mailbox.MarkRead(t.Context(), h.Actor("huda"), second.id, string(second.id), 0))
		h.must(h.undoSplit("huda", m, second))
		h.wants("undoing it twice", h.undoSplit("huda", m, second), "fault.not_split")
		if r := h.report(second.id); r.State != report.Resolved || r.Outcome != report.SplitUndone || len(h.tasks(string(second.id))) != 0 {
			t.Errorf("the second is %+v with %v", r, h.tasks(string(second.id)))
		}
		if s := h.standing(m.id); s.Priority != ruleset.P1 {
			t.Errorf("the first stands at %+v", s)
		}
		if got := h.found("huda", "other_17"); len(got) != 1 || got[string(m.id)] == "" {
			t.Errorf("found: %v", got)
		}
		h.Read(func(ctx context.Context, tx store.Tx) error {
			n, err := mailbox.Unread(ctx, tx, h.Actor("huda"))
			if len(n) != 1 || n[string(m.id)] != 1 {
				t.Errorf("what waits: %v", n)
			}
			return err
		})
		h.Add(m.receipt, "hello?")
		if len(h.tasks(string(second.id))) != 0 || h.tasks(string(m.id))[task.ReadReply].ID == "" {
			t.Error("what is said goes to the second still, or not to the first")
		}
		p, err := h.Join.Show(t.Context(), h.Actor("huda"), m.id)
		if err != nil || len(p.Halves) != 0 || len(p.Reunited) != 1 || p.Reunited[0].UndoneBy != h.ID("huda") {
			t.Errorf("the page shows %+v, %+v, %v", p.Halves, p.Reunited, err)
		}
		h.must(h.Mailbox.MarkRead(t.Context(), h.Actor("huda"), m.id, string(m.id), 0))
		h.finish("huda", m)
		if box := h.Box(m.receipt); box.Progress != intake.Finished {
			t.Errorf("the reporter sees %s", box.Progress)
		}
		h.wants("claiming what has ended", h.Triage.Claim(t.Context(), h.Actor("salma"), second.id), "fault.resolved")
		h.must(h.Triage.Declare(t.Context(), h.Actor("salma"), m.id, h.ID("laila")))
		if !h.kept(string(second.id), "laila") {
			t.Error("what was split once is not kept from whom the first is kept from")
		}
		if log := h.log("done"); !strings.Contains(log, `"undone":"`+string(second.id)) {
			t.Errorf("the log says %s", log)
		}
	})
}
