package triage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
)

// flood makes every report from now on one of a burst, and gives the receipts by report.
func (d *desk) flood() (tell func(answers map[string][]string) report.ID, receipts map[report.ID]seal.Receipt) {
	room := intake.New(intake.Config{Store: d.main, Pepper: d.intake.Pepper, Burst: 1})
	receipts = map[report.ID]seal.Receipt{}
	d.told(map[string][]string{"danger": {"no"}}) // the one of this minute that is not marked
	return func(answers map[string][]string) report.ID {
		receipt := seal.NewReceipt()
		_, err := room.Submit(d.t.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{Instrument: "test", Pack: "demo", Language: "en",
			Reader: intake.Child, Channel: intake.WebForm, Answers: answers}})
		d.must(err)
		id := d.openOne()
		receipts[id] = receipt
		return id
	}, receipts
}

func (d *desk) kept(id report.ID) (r report.Report) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) (err error) { r, _, err = report.Load(ctx, tx, id); return err })
	return r
}

// queued gives the reports in the order of the queue.
func (d *desk) queued() (ids []report.ID) {
	d.t.Helper()
	page, err := d.room.Queue(d.t.Context(), d.huda(), 0, 50)
	d.must(err)
	for _, l := range page.Lines {
		ids = append(ids, l.ID)
	}
	return ids
}

func (d *desk) clocks(id report.ID) map[task.Kind]time.Time {
	d.t.Helper()
	open := map[task.Kind]time.Time{}
	d.read(func(ctx context.Context, tx store.Tx) error {
		list, err := task.OpenFor(ctx, tx, string(id))
		for _, one := range list {
			open[one.Kind] = one.Due
		}
		return err
	})
	return open
}

func (d *desk) bulk(ids ...report.ID) triage.Bulk {
	return triage.Bulk{ID: triage.NewBulkID(*d.now), Outcome: report.NotInScope, Reports: ids,
		Words: func(l triage.Line) (string, error) { return "Thank you. " + l.Language, nil }}
}

// TestNobodyDrownsInABurst has a report of a burst, one beside it and an urgent one of the burst: the urgent one is first, and within the
// priority the one that came by itself. Paying, or a person's decision, puts the other where it belongs.
func TestNobodyDrownsInABurst(t *testing.T) {
	each(t, func(d *desk) {
		tell, receipts := d.flood()
		urgent, plain := tell(map[string][]string{"danger": {"yes"}}), tell(map[string][]string{"danger": {"no"}})
		*d.now = d.now.Add(2 * time.Minute)
		alone := d.told(map[string][]string{"danger": {"no"}})
		place := func(id report.ID) int { return slices.Index(d.queued(), id) }
		if place(urgent) != 0 || place(alone) > place(plain) || place(plain) < 0 {
			d.t.Errorf("the urgent one of the burst is number %d, the other %d, what came by itself %d", place(urgent), place(plain), place(alone))
		}
		d.must(d.room.Settle(d.t.Context(), intake.Settled{Report: plain}, nothing))
		if !d.kept(plain).Quarantined {
			d.t.Error("a job alone made it count as paid")
		}
		if left, err := d.intake.Settle(d.t.Context(), receipts[plain], ""); err != nil || left != 0 {
			d.t.Errorf("after two minutes %v are left, %v", left, err)
		}
		for range 2 { // a job may come twice
			d.must(d.room.Settle(d.t.Context(), intake.Settled{Report: plain}, nothing))
		}
		if place(plain) > place(alone) || d.kept(plain).Quarantined {
			d.t.Errorf("it has paid, and is number %d after %d", place(plain), place(alone))
		}
		other := tell(map[string][]string{"danger": {"no"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), other))
		s := d.standing(other)
		d.must(d.room.Decide(d.t.Context(), d.huda(), triage.Decision{Subject: string(other), Sequence: s.Sequence, To: s.Priority}))
		page, err := d.room.Filtered(d.t.Context(), d.huda(), triage.Filter{Priority: s.Priority, Burst: true}, triage.Stretch{Most: 10})
		if err != nil || len(page.Lines) != 1 || page.Lines[0].ID != other || page.Flood != 1 {
			d.t.Errorf("the filter shows %d, %v; %d wait", len(page.Lines), err, page.Flood)
		}
	})
}

// TestPaidBeforeItIsOpened pays while the envelope still waits: the report is opened as any other.
func TestPaidBeforeItIsOpened(t *testing.T) {
	each(t, func(d *desk) {
		d.told(nil)
		room := intake.New(intake.Config{Store: d.main, Pepper: d.intake.Pepper, Burst: 1})
		receipt := seal.NewReceipt()
		_, err := room.Submit(d.t.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{Instrument: "test", Pack: "demo", Language: "en",
			Reader: intake.Child, Channel: intake.WebForm}})
		d.must(err)
		*d.now = d.now.Add(time.Minute)
		left, err := room.Settle(d.t.Context(), receipt, "")
		if err != nil || left != 0 {
			d.t.Fatal(left, err)
		}
		if d.kept(d.openOne()).Quarantined {
			d.t.Error("it was paid for, and is marked")
		}
	})
}

// TestOneOutcomeForMany gives many one outcome, with ids among them that must not have it, and takes it back.
func TestOneOutcomeForMany(t *testing.T) {
	each(t, func(d *desk) {
		tell, receipts := d.flood()
		plain := []report.ID{tell(nil), tell(map[string][]string{"pressure": {"none"}})}
		before := d.clocks(plain[0])
		words, urgent := tell(map[string][]string{"words": {"help"}}), tell(map[string][]string{"danger": {"yes"}})
		names := tell(map[string][]string{"must_not_know": {"Somebody Else"}})
		begun, decided, hidden := tell(nil), tell(nil), tell(nil)
		d.must(d.room.Claim(d.t.Context(), d.huda(), begun))
		d.must(d.room.Release(d.t.Context(), d.huda(), begun))
		d.must(d.room.Decide(d.t.Context(), d.salma(), triage.Decision{Subject: string(decided), Sequence: 1, To: ruleset.P2}))
		by, err := access.Own(access.System("test"), access.ReportDeclare)
		d.must(err)
		d.must(d.main.Write(d.t.Context(), func(tx store.Tx) error {
			return grant.Exclude(d.t.Context(), tx, by, string(hidden), "salma", grant.Named)
		}))
		*d.now = d.now.Add(2 * time.Minute)
		calm := d.told(nil)
		in := d.bulk(append(plain, words, urgent, names, begun, decided, hidden, calm)...)
		for range 2 { // sent twice it is done once
			result, err := d.room.FinishMany(d.t.Context(), d.salma(), in)
			if err != nil || !slices.Equal(result.Done, plain) {
				d.t.Fatalf("done %v, refused %v, %v", result.Done, result.Refused, err)
			}
			for id, want := range map[report.ID]fault.Code{words: triage.CodeBulkWords, names: triage.CodeBulkWords, urgent: triage.CodeBulkTrigger,
				begun: "fault.bulk_begun", decided: triage.CodeBulkDecided, hidden: fault.CodeWithheld, calm: "fault.bulk_begun"} {
				if got := fault.CodeOf(result.Refused[id]); got != want {
					d.t.Errorf("refused with %q, not %q", got, want)
				}
				if d.kept(id).State != report.Waiting {
					d.t.Error("what was refused was ended")
				}
			}
		}
		for _, id := range plain {
			box, err := d.intake.Open(d.t.Context(), receipts[id])
			if r := d.kept(id); err != nil || r.Outcome != report.NotInScope || len(d.clocks(id)) != 0 || len(box.Replies) != 1 || box.Progress != intake.Finished {
				d.t.Errorf("it is %+v with mailbox %+v", r, box)
			}
		}
		d.undone(in.ID, plain, receipts, before)
	})
}

// undone takes a bulk outcome back, and holds that all is as it was.
func (d *desk) undone(id triage.BulkID, plain []report.ID, receipts map[report.ID]seal.Receipt, before map[task.Kind]time.Time) {
	d.t.Helper()
	again := func(report.Report) string { return "We are looking again." }
	if _, err := d.room.UndoMany(d.t.Context(), d.huda(), id, again); fault.KindOf(err) != fault.Forbidden {
		d.t.Errorf("a duty officer took it back: %v", err)
	}
	list, err := d.room.Bulks(d.t.Context(), d.salma())
	if err != nil || len(list) != 1 || list[0].Count != 2 || list[0].By != "salma" {
		d.t.Errorf("what can be taken back is %+v, %v", list, err)
	}
	if n, err := d.room.UndoMany(d.t.Context(), d.salma(), id, again); n != 2 || err != nil {
		d.t.Errorf("%d taken back, %v", n, err)
	}
	for _, one := range plain {
		box, err := d.intake.Open(d.t.Context(), receipts[one])
		if r := d.kept(one); err != nil || r.State != report.Waiting || r.Outcome != "" || !r.Quarantined || len(box.Replies) != 2 || box.Progress != intake.Received {
			d.t.Errorf("it is %+v with mailbox %+v", r, box)
		}
	}
	after := d.clocks(plain[0])
	for kind, due := range before {
		if !after[kind].Equal(due) {
			d.t.Errorf("the clock %s runs until %v, not %v", kind, after[kind], due)
		}
	}
	if _, err := d.room.UndoMany(d.t.Context(), d.salma(), id, again); fault.CodeOf(err) != triage.CodeBulkLate {
		d.t.Errorf("taken back twice: %v", err)
	}
}

// TestABulkTakenBackInPart: whoever may see one of the reports takes that one back, and the others can still be taken back by whoever may see them.
func TestABulkTakenBackInPart(t *testing.T) {
	each(t, func(d *desk) {
		tell, _ := d.flood()
		all := []report.ID{tell(nil), tell(nil), tell(nil)}
		rana := access.Actor{Kind: access.Staff, ID: "rana", Agency: d.agency, Roles: []access.Role{access.Supervisor}}
		by, err := access.Own(access.System("test"), access.ReportDeclare)
		d.must(err)
		for _, id := range all[1:] {
			d.must(d.main.Write(t.Context(), func(tx store.Tx) error {
				return grant.Exclude(t.Context(), tx, by, string(id), rana.ID, grant.Named)
			}))
		}
		in := d.bulk(all...)
		if r, err := d.room.FinishMany(t.Context(), d.salma(), in); err != nil || len(r.Done) != 3 {
			t.Fatal(r, err)
		}
		again := func(report.Report) string { return "again" }
		if n, err := d.room.UndoMany(t.Context(), rana, in.ID, again); n != 1 || err != nil {
			t.Errorf("of the one that she may see %d were taken back, %v", n, err)
		}
		for i, who := range []access.Actor{d.salma(), rana} {
			if list, err := d.room.Bulks(t.Context(), who); err != nil || len(list) != 1 || list[0].Left != []int{2, 0}[i] || list[0].UndoneBy != "rana" {
				t.Errorf("%s can take back %+v, %v", who.ID, list, err)
			}
		}
		if r, err := d.room.FinishMany(t.Context(), d.salma(), in); fault.CodeOf(err) != fault.CodeStale {
			t.Errorf("it went on after it was taken back: %+v, %v", r, err)
		}
		if n, err := d.room.UndoMany(t.Context(), d.salma(), in.ID, again); n != 2 || err != nil {
			t.Errorf("of the rest %d were taken back, %v", n, err)
		}
	})
}

// TestWhoHasJustWrittenIsRead: a message that nobody has opened yet keeps its report from being ended with many.
func TestWhoHasJustWrittenIsRead(t *testing.T) {
	each(t, func(d *desk) {
		tell, receipts := d.flood()
		id := tell(nil)
		d.must(d.intake.Add(t.Context(), intake.Addition{Receipt: receipts[id], ID: intake.NewMessageID(*d.now), Text: "please help"}))
		r, err := d.room.FinishMany(t.Context(), d.salma(), d.bulk(id))
		if err != nil || len(r.Done) != 0 || fault.CodeOf(r.Refused[id]) != triage.CodeBulkWrote {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// TestBulkIsTheSupervisors tries it as others, with what it does not allow, and takes it back too late.
func TestBulkIsTheSupervisors(t *testing.T) {
	each(t, func(d *desk) {
		tell, _ := d.flood()
		id := tell(nil)
		if _, err := d.room.FinishMany(d.t.Context(), d.huda(), d.bulk(id)); fault.KindOf(err) != fault.Forbidden {
			d.t.Errorf("a duty officer gave it: %v", err)
		}
		case_, none, many := d.bulk(id), d.bulk(), d.bulk(slices.Repeat([]report.ID{id}, triage.MostBulk+1)...)
		case_.Outcome = report.OpenedCase
		for _, in := range []triage.Bulk{case_, none, many} {
			if _, err := d.room.FinishMany(d.t.Context(), d.salma(), in); fault.KindOf(err) != fault.Invalid {
				d.t.Errorf("it gave %v", err)
			}
		}
		in := d.bulk(id)
		if r, err := d.room.FinishMany(d.t.Context(), d.salma(), in); err != nil || len(r.Done) != 1 {
			d.t.Fatal(r, err)
		}
		*d.now = d.now.Add(triage.UndoWithin + time.Minute)
		if _, err := d.room.UndoMany(d.t.Context(), d.salma(), in.ID, func(report.Report) string { return "again" }); fault.CodeOf(err) != triage.CodeBulkLate {
			d.t.Errorf("too late, and %v", err)
		}
	})
}
