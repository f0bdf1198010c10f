package retention_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/retention"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
	"amparo/internal/web/staff/stafftest"
)

// An office is a house in which matters are ended.
type office struct{ *stafftest.House }

func each(t *testing.T, f func(o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) { f(office{h}) })
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

// ended is a report out of scope, with a name, that has its outcome; and what its reporter holds.
func (o office) ended() (report.ID, seal.Receipt) {
	o.T.Helper()
	id, receipt := o.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}, "find": {"Dalia Farouk"}, "words": {"the house with the blue door"}}})
	o.finish(id)
	return id, receipt
}

func (o office) finish(id report.ID) {
	o.T.Helper()
	ctx, huda := o.T.Context(), o.Actor("huda")
	o.must(o.Triage.Claim(ctx, huda, id))
	now := o.standing(string(id))
	o.must(o.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: now.Sequence, To: now.Priority}))
	for _, item := range o.Pack.Required(string(now.Priority), "") {
		o.must(o.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: item.Code, Answer: triage.AnswerNo}))
	}
	o.must(o.Triage.Finish(ctx, huda, triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "Thank you."}))
}

func (o office) standing(subject string) (s triage.Standing) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) (err error) { s, err = triage.Now(ctx, tx, subject); return err })
	return s
}

// closed is a case that is closed.
func (o office) closed() casework.ID {
	o.T.Helper()
	id := o.Case()
	o.close(id)
	return id
}

func (o office) close(id casework.ID) {
	o.T.Helper()
	o.must(o.Casework.Close(o.T.Context(), o.Actor("salma"), casework.CloseInput{Case: id, Reason: o.Pack.ClosureReasons("")[0].Code, Note: "All is well.", ChildTold: true,
		Override: "Nothing is left to do.", Version: o.version(id)}))
}

const versionTestSQL = `SELECT version FROM case_file WHERE id = $1`

func (o office) version(id casework.ID) (n int64) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, versionTestSQL, []any{string(id)}, &n)
	})
	return n
}

func (o office) count(statement string, args ...any) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

func (o office) see(who, subject string) retention.Standing {
	o.T.Helper()
	s, err := o.Retention.See(o.T.Context(), o.Actor(who), subject)
	o.must(err)
	return s
}

// erase is asked for by Salma and confirmed by Laila.
func (o office) erase(subject string) {
	o.T.Helper()
	o.must(o.Retention.Ask(o.T.Context(), o.Actor("salma"), subject, retention.AskedFor))
	o.must(o.Retention.Confirm(o.T.Context(), o.Actor("laila"), subject, o.see("laila", subject).Erasure.ID, true))
}

const (
	followTestSQL  = `SELECT count(*) FROM mailbox_follow WHERE report = $1 OR subject = $1`
	marksTestSQL   = `SELECT count(*) FROM match_mark WHERE subject = $1`
	grantsTestSQL  = `SELECT count(*) FROM access_grant WHERE subject = $1 AND ended_at = 0`
	receiptTestSQL = `SELECT count(*) FROM receipt WHERE report = $1`
	threadTestSQL  = `SELECT count(*) FROM mailbox_message WHERE report = $1`
	logTestSQL     = `SELECT count(*) FROM audit_entry WHERE action = $1 AND outcome = $2 AND subjects LIKE '%' || $3 || '%'`
	jobTestSQL     = `SELECT count(*) FROM job WHERE kind = 'erasure.destroy'`
	wordsTestSQL   = `SELECT count(*) FROM audit_entry WHERE detail LIKE '%blue door%' OR detail LIKE '%Dalia%' OR reason LIKE '%court%' OR detail LIKE '%court%'`
	stateTestSQL   = `SELECT count(*) FROM report WHERE id = $1 AND state = 'resolved' AND outcome = 'not_in_scope' AND length(content) = 0 AND length(identity) = 0`
)

// TestAnErasedReportIsGone for everybody: its words open nowhere, nobody finds it, its code opens nothing; that there was one, and who erased it, stays.
func TestAnErasedReportIsGone(t *testing.T) {
	each(t, func(o office) {
		ctx, t := o.T.Context(), o.T
		id, receipt := o.ended()
		subject := string(id)
		var kept report.Sealed
		o.Read(func(ctx context.Context, tx store.Tx) (err error) {
			_, kept, err = report.Load(ctx, tx, id)
			return err
		})
		told := func() error {
			_, err := o.Vault.Open(ctx, subject, open.Content, reveal.Cell{Table: "report", Column: "content", Row: subject}, kept.Content)
			return err
		}
		o.must(told())
		if o.count(marksTestSQL, subject) == 0 || o.count(threadTestSQL, subject) == 0 {
			t.Fatal("there is nothing to erase")
		}
		o.erase(subject)
		for name, statement := range map[string]string{"marks": marksTestSQL, "grants": grantsTestSQL, "a receipt": receiptTestSQL, "a thread": threadTestSQL} {
			if n := o.count(statement, subject); n != 0 {
				t.Errorf("it still has %s: %d", name, n)
			}
		}
		if o.count(stateTestSQL, subject) != 1 || o.count(jobTestSQL) != 1 {
			t.Error("what is left is not as it should be")
		}
		if list := o.Destroy(); len(list) != 1 || list[0].Subject != subject || !list[0].At.Equal(o.Now()) {
			t.Errorf("the erasure list is %+v", list)
		}
		if err := told(); !errors.Is(err, open.ErrNoKey) {
			t.Errorf("what was kept from before still opens: %v", err)
		}
		again, err := open.Open(ctx, open.Config{Dir: t.TempDir() + "/keys", Main: o.Main, Keys: o.Keys})
		if err == nil || again != nil {
			t.Error("other keys fit") // the house's own key files alone fit its stores
		}
		for _, who := range []string{"huda", "salma", "laila"} {
			if _, err := o.Triage.Read(ctx, o.Actor(who), id, nil); fault.KindOf(err) != fault.Withheld {
				t.Errorf("%s reads it: %v", who, err)
			}
			if found, err := o.Join.Search(ctx, o.Actor(who), "Dalia Farouk"); err != nil || len(found.Hits) != 0 {
				t.Errorf("%s finds it: %+v, %v", who, found.Hits, err)
			}
		}
		if err := o.Intake.Burn(ctx, receipt); fault.KindOf(err) == fault.Internal {
			t.Errorf("its code: %v", err)
		}
		for action, outcome := range map[string]string{"erasure.ask": "done", "erasure.confirm": "done", "erasure.destroy": "done", "report.resolve": "done"} {
			if n := o.count(logTestSQL, action, outcome, subject); n != 1 {
				t.Errorf("%d entries say %s", n, action)
			}
		}
		if n := o.count(wordsTestSQL); n != 0 {
			t.Errorf("%d entries have words", n)
		}
		_, err = o.Triage.Simulate(ctx, o.Actor("salma"), triage.SimulateInput{Set: o.Pack.RuleSet()})
		if fault.KindOf(err) == fault.Internal {
			t.Errorf("a simulation stumbles over it: %v", err)
		}
	})
}

// TestAnErasedCaseTakesAllAlong: its reports and what was handed on; but what was also told of another child is kept for that one.
func TestAnErasedCaseTakesAllAlong(t *testing.T) {
	each(t, func(o office) {
		ctx, t := o.T.Context(), o.T
		id := o.closed()
		var reports []report.ID
		o.Read(func(ctx context.Context, tx store.Tx) (err error) {
			reports, err = casework.Reports(ctx, tx, id)
			return err
		})
		_, err := o.Retention.See(ctx, o.Actor("salma"), string(reports[0]))
		o.must(err)
		o.refused(o.Retention.Ask(ctx, o.Actor("salma"), string(reports[0]), retention.Due), retention.CodeTied)
		if s := o.see("salma", string(id)); s.With != 1 || s.Wrong != nil || s.Class != "closed_case" || !s.Due.Equal(s.Ended.AddDate(10, 0, 0)) {
			t.Errorf("it stands as %+v", s)
		}
		o.erase(string(id))
		list := o.Destroy()
		if len(list) != 2 {
			t.Errorf("the list is %+v", list)
		}
		for _, subject := range []string{string(id), string(reports[0])} {
			if !slices.ContainsFunc(list, func(e retention.Erased) bool { return e.Subject == subject }) || o.count(grantsTestSQL, subject) != 0 || o.count(followTestSQL, subject) != 0 {
				t.Errorf("%s is not erased", subject)
			}
		}
		if err := o.Casework.Reopen(ctx, o.Actor("salma"), casework.ReopenInput{Case: id, Reason: "x"}); fault.KindOf(err) != fault.Withheld {
			t.Errorf("it can be reopened: %v", err)
		}
	})
}

// TestItTakesTwo, of those who may, and what was asked for; everybody else is refused, and the log says so.
func TestItTakesTwo(t *testing.T) {
	each(t, func(o office) {
		ctx, t := o.T.Context(), o.T
		id, _ := o.ended()
		subject := string(id)
		for _, who := range []string{"huda", "mona", "nour", "dana", "adam", "aida"} {
			err := o.Retention.Ask(ctx, o.Actor(who), subject, retention.Due)
			if kind := fault.KindOf(err); kind != fault.Withheld && kind != fault.Forbidden {
				t.Errorf("%s asks: %v", who, err)
			}
		}
		o.refused(o.Retention.Ask(ctx, o.Actor("salma"), subject, "because"), "fault.form")
		o.must(o.Retention.Ask(ctx, o.Actor("salma"), subject, retention.Due))
		o.refused(o.Retention.Ask(ctx, o.Actor("laila"), subject, retention.Due), retention.CodeAsked)
		e := o.see("salma", subject).Erasure
		o.refused(o.Retention.Confirm(ctx, o.Actor("salma"), subject, e.ID, true), retention.CodeYourself)
		o.refused(o.Retention.Confirm(ctx, o.Actor("laila"), subject, "another", true), fault.CodeStale)
		if err := o.Retention.Confirm(ctx, o.Actor("huda"), subject, e.ID, true); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a duty officer confirms: %v", err)
		}
		if n := o.count(logTestSQL, "erasure.confirm", "refused", subject); n != 2 {
			t.Errorf("%d refusals are in the log", n)
		}
		o.refused(o.Retention.Confirm(ctx, o.Actor("laila"), subject, e.ID, false), "fault.form")
		o.must(o.Retention.TakeBack(ctx, o.Actor("salma"), subject, e.ID))
		o.refused(o.Retention.Confirm(ctx, o.Actor("laila"), subject, e.ID, true), fault.CodeStale)
		o.refused(o.Retention.TakeBack(ctx, o.Actor("salma"), subject, e.ID), fault.CodeStale)
		if o.count(marksTestSQL, subject) == 0 || len(o.Destroy()) != 0 {
			t.Error("something was erased")
		}
	})
}

// TestWhoMustNotKnow of a matter sees nothing of it here either.
func TestWhoMustNotKnow(t *testing.T) {
	each(t, func(o office) {
		ctx, t := o.T.Context(), o.T
		id, _ := o.ended()
		by, err := access.Own(access.System("test"), access.ReportClaim)
		o.must(err)
		o.must(o.Retention.HoldOn(ctx, o.Actor("salma"), string(id), "A court wants it."))
		o.Advance(91 * 24 * time.Hour)
		o.Write(func(ctx context.Context, tx store.Tx) error {
			return grant.Exclude(ctx, tx, by, string(id), o.ID("laila"), grant.Named)
		})
		if _, err := o.Retention.See(ctx, o.Actor("laila"), string(id)); fault.KindOf(err) != fault.Withheld {
			t.Errorf("she sees it: %v", err)
		}
		if look, err := o.Retention.Look(ctx, o.Actor("laila")); err != nil || len(look.Held)+len(look.Due)+len(look.Asked) != 0 {
			t.Errorf("she is told of %+v, %v", look, err)
		}
	})
}

// TestWhatMustBeKept is not erased: what is open, held, or not read.
func TestWhatMustBeKept(t *testing.T) {
	each(t, func(o office) {
		ctx, t, salma := o.T.Context(), o.T, o.Actor("salma")
		open := o.Report(map[string][]string{"danger": {"no"}})
		o.refused(o.Retention.Ask(ctx, salma, string(open), retention.AskedFor), retention.CodeOpen)
		o.must(o.Retention.HoldOn(ctx, salma, string(open), "The court asks for it."))

		id, _ := o.ended()
		subject := string(id)
		o.must(o.Retention.Ask(ctx, salma, subject, retention.Due))
		for _, words := range []string{"", "  ", strings.Repeat("no ", retention.LongestHold)} {
			o.refused(o.Retention.HoldOn(ctx, salma, subject, words), "fault.form")
		}
		if err := o.Retention.HoldOn(ctx, o.Actor("huda"), subject, "no"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a duty officer holds it: %v", err)
		}
		o.must(o.Retention.HoldOn(ctx, salma, subject, "The court asks for it."))
		o.refused(o.Retention.HoldOn(ctx, salma, subject, "Once more."), retention.CodeOnHold)
		s := o.see("laila", subject)
		if s.Hold == nil || s.Hold.Words != "The court asks for it." || fault.CodeOf(s.Wrong) != retention.CodeHeld {
			t.Errorf("it stands as %+v", s)
		}
		o.refused(o.Retention.Confirm(ctx, o.Actor("laila"), subject, s.Erasure.ID, true), retention.CodeHeld)
		o.must(o.Retention.Lift(ctx, o.Actor("laila"), subject, s.Hold.ID))
		o.refused(o.Retention.Lift(ctx, o.Actor("laila"), subject, s.Hold.ID), fault.CodeStale)
		o.must(o.Retention.Confirm(ctx, o.Actor("laila"), subject, s.Erasure.ID, true))
		if n := o.count(wordsTestSQL); n != 0 {
			t.Errorf("%d entries have the words of a hold", n)
		}
	})
}

// TestAHoldOnAPartHoldsAll: what a court wants of a report is not erased with its case.
func TestAHoldOnAPartHoldsAll(t *testing.T) {
	each(t, func(o office) {
		ctx, salma := o.T.Context(), o.Actor("salma")
		id := o.closed()
		var reports []report.ID
		o.Read(func(ctx context.Context, tx store.Tx) (err error) {
			reports, err = casework.Reports(ctx, tx, id)
			return err
		})
		o.must(o.Retention.HoldOn(ctx, salma, string(reports[0]), "The court asks for it."))
		o.refused(o.Retention.Ask(ctx, salma, string(id), retention.Due), retention.CodeHeld)
	})
}

// TestWhatIsDue is what the country no longer keeps; what is held or asked for already stands elsewhere.
func TestWhatIsDue(t *testing.T) {
	each(t, func(o office) {
		ctx, t, salma := o.T.Context(), o.T, o.Actor("salma")
		look := func() retention.Overview {
			t.Helper()
			l, err := o.Retention.Look(ctx, o.Actor("salma"))
			o.must(err)
			return l
		}
		id, _ := o.ended()
		file := o.closed()
		if l := look(); len(l.Due) != 0 {
			t.Errorf("today, %+v", l.Due)
		}
		o.Advance(90*24*time.Hour - time.Minute)
		if l := look(); len(l.Due) != 0 {
			t.Errorf("a minute before, %+v", l.Due)
		}
		o.Advance(2 * time.Minute)
		if l := look(); len(l.Due) != 1 || l.Due[0].Subject != string(id) || l.Due[0].Class != "not_in_scope" || l.Due[0].Kind != retention.OfReport {
			t.Errorf("after ninety days, %+v", l.Due)
		}
		o.Advance(10 * 366 * 24 * time.Hour)
		if l := look(); len(l.Due) != 2 || l.Due[1].Subject != string(file) { // and not the report that is a part of it
			t.Errorf("after ten years, %+v", l.Due)
		}
		o.must(o.Retention.HoldOn(ctx, salma, string(file), "The court asks for it."))
		o.must(o.Retention.Ask(ctx, salma, string(id), retention.Due))
		if l := look(); len(l.Due) != 0 || len(l.Held) != 1 || len(l.Asked) != 1 || l.Asked[0].Reason != retention.Due {
			t.Errorf("then, %+v", l)
		}
		if _, err := o.Retention.Look(ctx, o.Actor("huda")); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a duty officer looks: %v", err)
		}
	})
}

// TestErasedAnew does to a store that knows nothing of it what was done elsewhere, also to what is open there, and to what it has not got.
func TestErasedAnew(t *testing.T) {
	each(t, func(o office) {
		ctx, t := o.T.Context(), o.T
		waiting := o.Report(map[string][]string{"danger": {"now"}, "find": {"Dalia Farouk"}})
		file := o.Case()
		by, err := access.Decide(access.Console, access.BackupRestore)
		o.must(err)
		at := o.Now().Add(-time.Hour)
		known := []retention.Erased{{Subject: string(waiting), At: at}, {Subject: string(file), At: at}, {Subject: "made-later", At: at}}
		for range 2 { // a restore that was cut short begins anew
			var dropped []string
			all, err := retention.Again(ctx, o.Main, by, known, func(subjects []string) error { dropped = subjects; return open.EraseIn(ctx, o.Keys, subjects) })
			if err != nil || len(all) != 3 || len(dropped) != 3 {
				t.Fatalf("%+v, %v, %v", all, dropped, err)
			}
		}
		for _, subject := range []string{string(waiting), string(file)} {
			if o.count(grantsTestSQL, subject) != 0 || o.count(openTasksTestSQL, subject) != 0 {
				t.Errorf("%s is still somebody's", subject)
			}
			if err := o.Vault.Warm(ctx, []string{subject}); err != nil {
				t.Error(err)
			}
		}
		if n := o.count(pagedTestSQL); n != 0 {
			t.Errorf("%d reports would be paged", n)
		}
		if _, err := o.Triage.Recheck(ctx, access.System("triage.lapse")); err != nil {
			t.Errorf("triggers lapse: %v", err)
		}
	})
}

const (
	openTasksTestSQL = `SELECT count(*) FROM task WHERE subject = $1 AND state = 'open'`
	pagedTestSQL     = `SELECT count(*) FROM report WHERE state = 'waiting'`
)

// TestTheList is read as it was written, and not when it is not whole.
func TestTheList(t *testing.T) {
	at := time.Date(2031, 3, 3, 9, 0, 0, 1000, time.UTC)
	list := []retention.Erased{{Subject: "01JABC-1", At: at}, {Subject: "b", At: at.Add(time.Hour)}}
	var text bytes.Buffer
	if err := retention.WriteList(&text, list); err != nil {
		t.Fatal(err)
	}
	got, err := retention.ReadList(bytes.NewReader(text.Bytes()))
	if err != nil || !slices.Equal(got, list) {
		t.Errorf("it came back as %+v, %v", got, err)
	}
	lines := strings.SplitAfter(text.String(), "\n")
	for name, broken := range map[string]string{"empty": "", "cut": strings.Join(lines[:2], ""), "without its end": strings.Join(lines[:3], ""),
		"one left out": lines[0] + lines[1] + lines[3], "one after the end": text.String() + "c 2031-03-03T09:00:00Z\n", "no time": lines[0] + "a yesterday\n# end 1\n", "no id": "a b c\n# end 1\n"} {
		if got, err := retention.ReadList(strings.NewReader(broken)); err == nil {
			t.Errorf("%s was read as %+v", name, got)
		}
	}
}

// TestAReporterWhoWrites keeps a matter from being erased until it was read.
func TestAReporterWhoWrites(t *testing.T) {
	each(t, func(o office) {
		id, receipt := o.ended()
		o.Add(receipt, "Please wait.")
		s := o.see("salma", string(id))
		if fault.CodeOf(s.Wrong) != retention.CodeWaits {
			o.T.Errorf("it stands as %+v", s)
		}
	})
}

// TestWhatIsAlsoToldOfAnother child is kept for that one, until its case is erased, too.
func TestWhatIsAlsoToldOfAnother(t *testing.T) {
	each(t, func(o office) {
		ctx, t, huda := o.T.Context(), o.T, o.Actor("huda")
		id, _ := o.ReportAs(intake.Told{Answers: map[string][]string{"danger": {"no"}, "words": {"Both of us want to talk."}}})
		o.must(o.Triage.Claim(ctx, huda, id))
		o.must(o.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: o.standing(string(id)).Sequence, To: "P2"}))
		o.must(o.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: "suicide_risk_asked", Answer: "no"}))
		files, err := o.Casework.Open(ctx, huda, casework.OpenInput{Report: id, Agency: o.Agency, Manager: o.ID("mona"), Children: []string{"Sami", "Rana"}, Message: "We are here."})
		o.must(err)
		for _, file := range files {
			o.close(file)
		}
		if s := o.see("salma", string(files[0])); s.With != 0 {
			t.Errorf("%d go with the first", s.With)
		}
		o.erase(string(files[0]))
		if list := o.Destroy(); len(list) != 1 || o.count(receiptTestSQL, string(id)) != 1 {
			t.Errorf("with the first went %+v", list)
		}
		if s := o.see("salma", string(files[1])); s.With != 1 {
			t.Errorf("%d go with the second", s.With)
		}
		o.erase(string(files[1]))
		if list := o.Destroy(); len(list) != 3 || o.count(receiptTestSQL, string(id)) != 0 {
			t.Errorf("in the end the list is %+v", list)
		}
	})
}
