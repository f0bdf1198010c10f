package join_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
	"amparo/internal/web/staff/stafftest"
)

const (
	searchesTestSQL = `SELECT subjects, detail FROM audit_entry WHERE action = 'report.search' AND outcome = 'done' ORDER BY at, id`
	joinsTestSQL    = `SELECT detail FROM audit_entry WHERE action = 'report.join' AND outcome = 'done' ORDER BY at, id`
	conflictTestSQL = `SELECT count(*) FROM conflict_of_interest WHERE subject = $1 AND user_id = $2`
)

// a house is everything, with what these tests ask of it.
type house struct{ *stafftest.House }

func each(t *testing.T, f func(t *testing.T, h house)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) { f(t, house{h}) })
}

func (h house) must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

func (h house) wants(what string, err error, want string) {
	h.T.Helper()
	if got := string(fault.KindOf(err)); got != want && string(fault.CodeOf(err)) != want {
		h.T.Errorf("%s gave %v, want %q", what, err, want)
	}
}

// A matter is a report with its receipt.
type matter struct {
	id      report.ID
	receipt seal.Receipt
}

// told is a report on the desk. The answers are question, answer, question, answer.
func (h house) told(pairs ...string) matter {
	h.T.Helper()
	answers := map[string][]string{"danger": {"no"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		answers[pairs[i]] = strings.Split(pairs[i+1], "|")
	}
	in := intake.Told{Answers: answers}
	if answers["find"] != nil {
		in.Instrument, in.Reader = "worried", "adult"
	}
	id, receipt := h.ReportAs(in)
	h.Advance(time.Minute)
	return matter{id, receipt}
}

// ready is a report that somebody has claimed and that can leave triage.
func (h house) ready(who string, pairs ...string) matter {
	h.T.Helper()
	m := h.told(pairs...)
	h.take(who, m)
	return m
}

func (h house) take(who string, m matter) {
	h.T.Helper()
	ctx := h.T.Context()
	h.must(h.Triage.Claim(ctx, h.Actor(who), m.id))
	s := h.standing(m.id)
	h.must(h.Triage.Decide(ctx, h.Actor(who), triage.Decision{Subject: string(m.id), Sequence: s.Sequence, To: s.Priority}))
	for _, item := range h.Pack.Required(string(s.Priority), "") {
		answer := triage.AnswerNo
		if item.Answer == jurisdiction.Person {
			answer = h.ID("salma")
		}
		h.must(h.Triage.Check(ctx, h.Actor(who), triage.CheckInput{Report: m.id, Item: item.Code, Answer: answer}))
	}
}

func (h house) join(who string, m matter, into string) error {
	h.T.Helper()
	return h.Join.Join(h.T.Context(), h.Actor(who), join.Input{Report: m.id, Into: into, Message: "Thank you. We know of this already."})
}

func (h house) undo(who string, m matter) error {
	h.T.Helper()
	return h.Join.Undo(h.T.Context(), h.Actor(who), m.id)
}

// opened is a case of a report, of Mona's.
func (h house) opened(who string, m matter, child string) casework.ID {
	h.T.Helper()
	ids, err := h.Casework.Open(h.T.Context(), h.Actor(who), casework.OpenInput{Report: m.id, Agency: h.Agency, Manager: h.ID("mona"),
		Children: []string{child}, Message: "One of us is here."})
	h.must(err)
	return ids[0]
}

func (h house) standing(id report.ID) (s triage.Standing) {
	h.T.Helper()
	h.Read(func(ctx context.Context, tx store.Tx) (err error) {
		s, err = triage.Now(ctx, tx, string(id))
		return err
	})
	return s
}

func (h house) report(id report.ID) (r report.Report) {
	h.T.Helper()
	h.Read(func(ctx context.Context, tx store.Tx) (err error) { r, _, err = report.Load(ctx, tx, id); return err })
	return r
}

func (h house) file(id casework.ID) (c casework.Case) {
	h.T.Helper()
	h.Read(func(ctx context.Context, tx store.Tx) (err error) { c, err = casework.Find(ctx, tx, id); return err })
	return c
}

func (h house) tasks(subject string) map[task.Kind]task.Task {
	h.T.Helper()
	list := map[task.Kind]task.Task{}
	h.Read(func(ctx context.Context, tx store.Tx) error {
		open, err := task.OpenFor(ctx, tx, subject)
		for _, t := range open {
			list[t.Kind] = t
		}
		return err
	})
	return list
}

func (h house) kept(subject, who string) bool {
	h.T.Helper()
	n := 0
	h.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, conflictTestSQL, []any{subject, h.ID(who)}, &n)
	})
	return n > 0
}

func (h house) keep(subject, who string) {
	h.T.Helper()
	by, err := access.Own(access.System("test"), access.ReportDeclare)
	h.must(err)
	h.Write(func(ctx context.Context, tx store.Tx) error {
		return grant.Exclude(ctx, tx, by, subject, h.ID(who), grant.Declared)
	})
}

// found gives what somebody finds, as "id[kinds]".
func (h house) found(who, words string) map[string]string {
	h.T.Helper()
	f, err := h.Join.Search(h.T.Context(), h.Actor(who), words)
	h.must(err)
	list := map[string]string{}
	for _, hit := range f.Hits {
		var kinds []string
		for _, k := range hit.Kinds {
			kinds = append(kinds, string(k))
		}
		list[hit.Subject] = strings.Join(kinds, " ")
	}
	return list
}

func (h house) texts(statement string) string {
	h.T.Helper()
	var all []string
	h.Read(func(ctx context.Context, tx store.Tx) error {
		all = nil
		return tx.Each(ctx, statement, nil, func(scan func(...any) error) error {
			var a, b string
			err := scan(&a)
			if statement == searchesTestSQL {
				err = scan(&a, &b)
			}
			all = append(all, a+" "+b)
			return err
		})
	})
	return strings.Join(all, "\n")
}

// TestSearchInBothScripts finds a report and a case by a name in the other script, an account, and the reports of the case.
func TestSearchInBothScripts(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		told := h.ready("huda", "find", "Dalia Farouk")
		arabic := h.told("find", "داليا فاروق")
		online := h.ready("huda", "accounts", "@ghost_99")
		child, through := h.opened("huda", told, "Lina H."), h.opened("huda", online, "X")
		for _, words := range []string{"Dalya Faruq", "داليا فاروق"} {
			if got := h.found("huda", words); len(got) != 2 || got[string(told.id)] != "sound" || got[string(arabic.id)] != "sound" {
				t.Errorf("%s: huda finds %v", words, got)
			}
		}
		if got := h.found("mona", "لينا"); len(got) != 1 || got[string(child)] != "word" {
			t.Errorf("the case manager finds %v by the child's label", got)
		}
		if got := h.found("mona", "ghost_99"); len(got) != 1 || got[string(through)] != "account" {
			t.Errorf("the case manager finds %v by what was told", got)
		}
		if got := h.found("salma", "ghost_99 "); len(got) != 2 {
			t.Errorf("the supervisor finds %v", got)
		}
		for _, who := range []string{"karim", "nour"} {
			if got := h.found(who, "ghost_99"); len(got) != 0 {
				t.Errorf("%s finds %v", who, got)
			}
		}
		log := h.texts(searchesTestSQL)
		for _, word := range []string{"ghost", "Faruq", "داليا", "لينا"} {
			if strings.Contains(log, word) {
				t.Errorf("the log has the words: %s", log)
			}
		}
		if !strings.Contains(log, `"found":"2"`) || !strings.Contains(log, `"kinds":"account"`) {
			t.Errorf("the log says %s", log)
		}
	})
}

// TestNothingHints holds that a conflict of interest takes a report and its case out of the search and out of what may be the same.
func TestNothingHints(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		first := h.ready("huda", "accounts", "@ghost_99")
		second := h.told("accounts", "@ghost_99")
		h.keep(string(first.id), "omar")
		file := h.opened("huda", first, "X")
		h.keep(string(file), "salma")
		if got := h.found("omar", "ghost_99"); len(got) != 1 || got[string(second.id)] == "" {
			t.Errorf("omar finds %v", got)
		}
		if got := h.found("salma", "ghost_99"); got[string(file)] != "" {
			t.Errorf("salma finds %v", got)
		}
		p, err := h.Join.Show(t.Context(), h.Actor("omar"), second.id)
		if err != nil || len(p.Alike.Hits) != 0 {
			t.Errorf("omar is shown %v, %v", p.Alike, err)
		}
		if p, err = h.Join.Show(t.Context(), h.Actor("huda"), second.id); err != nil || len(p.Alike.Hits) != 1 || p.Alike.Hits[0].Kinds[0] != match.Account {
			t.Errorf("huda is shown %v, %v", p.Alike, err)
		}
	})
}

// TestJoinToAReport raises it, keeps both from whoever must not know of one, and leads the mailbox there; undoing it takes that back.
func TestJoinToAReport(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		into := h.told("accounts", "@ghost_99")
		h.keep(string(into.id), "nour")
		m := h.told("danger", "yes", "accounts", "@ghost_99", "must_not_know", "Omar Haddad")
		h.must(h.Triage.Claim(t.Context(), h.Actor("omar"), into.id))
		h.wants("joining what nobody has read", h.join("salma", m, string(into.id)), "triage.unconfirmed")
		h.take("huda", m)
		h.Add(m.receipt, "please hurry")
		h.must(h.join("huda", m, string(into.id)))
		h.must(h.join("huda", m, string(into.id))) // again: nothing more
		if r := h.report(m.id); r.State != report.Resolved || r.Outcome != report.Duplicate || len(h.tasks(string(m.id))) != 0 {
			t.Errorf("the report is %s %s with %v", r.State, r.Outcome, h.tasks(string(m.id)))
		}
		s, r := h.standing(into.id), h.report(into.id)
		if s.Priority != ruleset.P1 || r.State != report.Waiting {
			t.Errorf("the target is %+v, %s", s, r.State)
		}
		if _, reads := h.tasks(string(into.id))[task.ReadReply]; !reads {
			t.Error("what waits in the joined report waits nowhere")
		}
		if !h.kept(string(into.id), "omar") || !h.kept(string(m.id), "nour") {
			t.Error("the conflicts of interest were not shared")
		}
		if box := h.Box(m.receipt); box.Progress != intake.Received || len(box.Replies) != 1 {
			t.Errorf("the reporter sees %s, %d replies", box.Progress, len(box.Replies))
		}
		h.must(h.Triage.Claim(t.Context(), h.Actor("huda"), into.id))
		if box := h.Box(m.receipt); box.Progress != intake.Reading {
			t.Errorf("the reporter sees %s", box.Progress)
		}
		h.must(h.Mailbox.Reply(t.Context(), h.Actor("huda"), mailbox.ReplyInput{ID: mailbox.NewID(h.Now()), Report: m.id,
			Subject: string(into.id), Joined: true, Text: "We are here."}))
		if _, reads := h.tasks(string(into.id))[task.ReadReply]; reads || len(h.Box(m.receipt).Replies) != 2 {
			t.Error("the answer was not given, or what was read still waits")
		}
		h.wants("keeping the joined report alone", h.Triage.Declare(t.Context(), h.Actor("huda"), m.id, h.ID("huda")), "fault.resolved")
		h.keep(string(m.id), "nour") // somebody says so of the report itself, too

		h.Advance(time.Hour)
		h.wants("undoing another's", h.undo("nour", m), "withheld")
		h.must(h.undo("huda", m))
		h.wants("undoing it twice", h.undo("salma", m), "fault.not_joined")
		if r := h.report(m.id); r.State != report.Waiting || r.Outcome != "" || !r.ResolvedAt.IsZero() {
			t.Errorf("the report came back as %+v", r)
		}
		back := h.tasks(string(m.id))
		if start := back[triage.TaskStart]; !start.Opened.Equal(h.Now()) || start.Owner != "" || back[triage.TaskAssign].ID == "" {
			t.Errorf("its clocks: %+v", back)
		}
		if h.kept(string(into.id), "omar") || !h.kept(string(m.id), "omar") || !h.kept(string(m.id), "nour") || !h.kept(string(into.id), "nour") {
			t.Error("undoing took away too much, or too little")
		}
		if s := h.standing(into.id); s.Priority != ruleset.P1 {
			t.Errorf("undoing made the target %s", s.Priority)
		}
		if box := h.Box(m.receipt); box.Progress != intake.Received {
			t.Errorf("the reporter sees %s", box.Progress)
		}
		h.Add(m.receipt, "is somebody there?")
		if _, reads := h.tasks(string(m.id))[task.ReadReply]; !reads {
			t.Error("what is said does not reach the report any more")
		}
		h.take("huda", m)
		log := h.texts(joinsTestSQL)
		if !strings.Contains(log, `"into":"`+string(into.id)) || !strings.Contains(log, `"undone":"`+string(into.id)) {
			t.Errorf("the log says %s", log)
		}
	})
}

// TestTheRepeatCounts makes the target of a join a repeat, though no mark told it.
func TestTheRepeatCounts(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		into := h.told()
		before := h.standing(into.id)
		m := h.ready("huda")
		h.must(h.join("huda", m, string(into.id)))
		now := h.standing(into.id)
		if !now.Priority.MoreUrgent(before.Priority) && before.Priority != ruleset.P2 || now.Priority != ruleset.P2 || now.Confirmed {
			t.Errorf("it stood at %+v and stands at %+v", before, now)
		}
	})
}

// TestJoinToACase makes the report a part of it, raises it, and takes it from a case manager who must not know.
func TestJoinToACase(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		file := h.opened("huda", h.ready("huda", "find", "Dalia Farouk"), "Dalia")
		was := h.file(file)
		m := h.ready("huda", "danger", "yes", "find", "داليا فاروق", "must_not_know", "Mona Khoury")
		h.Add(m.receipt, "please hurry")
		h.wants("a duty officer", h.join("huda", m, string(file)), "withheld")
		h.must(h.join("salma", m, string(file)))
		now := h.file(file)
		if now.Priority != ruleset.P1 || was.Priority == ruleset.P1 || now.Version <= was.Version {
			t.Errorf("the case was %+v and is %+v", was, now)
		}
		if !h.kept(string(file), "mona") || h.tasks(string(file))[triage.TaskAssign].ID == "" || h.tasks(string(file))[task.ReadReply].ID == "" {
			t.Errorf("the case manager who must not know: %v", h.tasks(string(file)))
		}
		if box := h.Box(m.receipt); box.Progress != intake.Working {
			t.Errorf("the reporter sees %s", box.Progress)
		}
		p, err := h.Casework.Show(t.Context(), h.Actor("salma"), file, func(*reveal.View, casework.Page) error { return nil })
		if err != nil || len(p.Reports) != 2 {
			t.Fatalf("the case has %v, %v", p.Reports, err)
		}
		h.Advance(25 * time.Hour)
		h.wants("the joiner's right", h.undo("huda", m), "fault.join_regret")
		h.must(h.undo("laila", m))
		p, err = h.Casework.Show(t.Context(), h.Actor("salma"), file, nil)
		h.must(err)
		if last := p.Timeline[len(p.Timeline)-1]; len(p.Reports) != 1 || last.Kind != casework.Left || p.Priority != ruleset.P1 || h.kept(string(file), "mona") {
			t.Errorf("after undoing: %v, %+v, %s", p.Reports, last, p.Priority)
		}
		if h.tasks(string(file))[task.ReadReply].ID != "" || h.tasks(string(m.id))[task.ReadReply].ID == "" {
			t.Error("what waits to be read did not come back with the report")
		}
	})
}

// TestWhatIsJoinedFollows opens a case of a report to which another is joined, and undoes that afterwards.
func TestWhatIsJoinedFollows(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		into, m := h.ready("huda"), h.ready("omar")
		h.must(h.join("omar", m, string(into.id)))
		h.confirm("huda", into)
		h.must(h.Triage.Declare(t.Context(), h.Actor("salma"), into.id, h.ID("laila")))
		if !h.kept(string(m.id), "laila") {
			t.Error("what is joined is not kept from whom the other is kept from")
		}
		file := h.opened("huda", into, "X")
		if box := h.Box(m.receipt); box.Progress != intake.Working || len(box.Replies) != 2 {
			t.Errorf("the reporter of what is joined sees %s, %d replies", box.Progress, len(box.Replies))
		}
		h.Add(m.receipt, "more")
		if h.tasks(string(file))[task.ReadReply].ID == "" {
			t.Error("what is said does not reach the case")
		}
		h.must(h.undo("salma", m))
		p, err := h.Casework.Show(t.Context(), h.Actor("mona"), file, nil)
		if err != nil || len(p.Reports) != 1 || h.kept(string(m.id), "laila") {
			t.Errorf("the case has %v, %v", p.Reports, err)
		}
	})
}

// confirm confirms what is claimed, as it stands.
func (h house) confirm(who string, m matter) {
	h.T.Helper()
	s := h.standing(m.id)
	h.must(h.Triage.Decide(h.T.Context(), h.Actor(who), triage.Decision{Subject: string(m.id), Sequence: s.Sequence, To: s.Priority}))
	for _, item := range h.Pack.Required(string(s.Priority), "") {
		if item.Answer != jurisdiction.Person {
			h.must(h.Triage.Check(h.T.Context(), h.Actor(who), triage.CheckInput{Report: m.id, Item: item.Code, Answer: triage.AnswerNo}))
		}
	}
}

// TestWhatCannotBeJoined holds the refusals.
func TestWhatCannotBeJoined(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m, closed := h.ready("huda"), h.ready("huda")
		h.must(h.Triage.Finish(t.Context(), h.Actor("huda"), triage.Resolution{Report: closed.id, Outcome: report.ContentOnly, Message: "thank you"}))
		hidden := h.told()
		h.keep(string(hidden.id), "huda")
		for into, want := range map[string]string{string(m.id): "withheld", string(closed.id): "fault.join_closed", string(hidden.id): "withheld",
			"nothing": "withheld", "": "withheld"} {
			h.wants("joining to "+into, h.join("huda", m, into), want)
		}
		open := h.told()
		for who, want := range map[string]string{"omar": "forbidden", "nour": "withheld", "mona": "withheld", "adam": "withheld", "aida": "withheld"} {
			h.wants(who, h.join(who, m, string(open.id)), want)
			h.wants(who+" undoing", h.undo(who, m), want)
		}
		h.wants("without words", h.Join.Join(t.Context(), h.Actor("huda"), join.Input{Report: m.id, Into: string(open.id)}), "invalid")
		if h.report(m.id).State != report.InTriage {
			t.Error("a refusal changed the report")
		}
	})
}

// TestJoinOnlyOnce joins one report from many sides to two targets, and two reports to each other, at once.
func TestJoinOnlyOnce(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m, a, b := h.ready("huda"), h.told(), h.told()
		errs := make([]error, 6)
		var group sync.WaitGroup
		for i := range errs {
			into := []string{string(a.id), string(b.id)}[i%2]
			group.Go(func() { errs[i] = h.join("huda", m, into) })
		}
		group.Wait()
		var to string
		h.Read(func(ctx context.Context, tx store.Tx) error {
			j, holds, err := report.JoinOf(ctx, tx, m.id)
			if !holds {
				t.Error("it is not joined")
			}
			to = j.Into
			return err
		})
		for i, err := range errs {
			into := []string{string(a.id), string(b.id)}[i%2]
			if into == to && err != nil && fault.KindOf(err) != fault.Conflict || into != to && fault.KindOf(err) != fault.Conflict {
				t.Errorf("joining to %s gave %v; it is joined to %s", into, err, to)
			}
		}
		x, y := h.ready("huda"), h.ready("huda")
		pair := make([]error, 2)
		group.Go(func() { pair[0] = h.join("huda", x, string(y.id)) })
		group.Go(func() { pair[1] = h.join("huda", y, string(x.id)) })
		group.Wait()
		if (pair[0] == nil) == (pair[1] == nil) {
			t.Errorf("each joined to the other: %v", pair)
		}
	})
}
