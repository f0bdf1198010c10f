package app

import (
	"context"
	"slices"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
)

const (
	clocklessTestSQL = `SELECT count(*) FROM report r WHERE r.state <> 'resolved' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.subject = r.id AND t.state = 'open')`
	ownerlessTestSQL = `SELECT count(*) FROM case_file c WHERE c.state = 'open' AND 1 <> (SELECT count(*) FROM access_grant g
		WHERE g.subject = c.id AND g.relation = 'manager' AND g.ended_at = 0)`
	unfollowedTestSQL = `SELECT count(*) FROM referral r WHERE r.ended_at = 0 AND (NOT EXISTS (SELECT 1 FROM task t WHERE t.subject = r.id AND t.state = 'open')
		OR NOT EXISTS (SELECT 1 FROM task t WHERE t.id = r.case_task AND t.subject = r.case_id AND t.state = 'open'))`
	handedTestSQL  = `SELECT count(*) FROM referral WHERE state = 'completed'`
	unheardTestSQL = `SELECT count(*) FROM task WHERE state = 'open' AND due_at <= $1 AND paused_until <= $1 AND step < 100`
)

func (d *day) number(statement string, args ...any) (n int) {
	d.t.Helper()
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

// holds is what is true at every step.
func (d *day) holds() {
	d.t.Helper()
	when := d.now().In(d.pack.Zone()).Format("15:04")
	for what, n := range map[string]int{
		"reports without a clock":                       d.number(clocklessTestSQL),
		"open cases without exactly one case manager":   d.number(ownerlessTestSQL),
		"referrals without a clock on both sides":       d.number(unfollowedTestSQL),
		"clocks that ran out of which nobody was told":  d.number(unheardTestSQL, clock.Micro(d.now())),
		"reports that wait beside somebody who is free": d.overlooked(),
	} {
		if n != 0 {
			d.t.Fatalf("at %s there are %d %s", when, n, what)
		}
	}
}

// overlooked counts the reports that wait although somebody at a desk where they lie is free.
func (d *day) overlooked() (n int) {
	for _, desk := range []string{d.pack.DeskFor(""), d.pack.DeskFor("XD-N")} {
		people, atDesk := d.onDuty(desk)
		for _, u := range people[:atDesk] {
			if _, works := d.busy[string(u.ID)]; works {
				continue
			}
			q, err := d.rooms.triage.Queue(d.t.Context(), u.Actor(), 0, 0)
			must(d.t, err)
			if q.First != "" {
				n++
			}
		}
	}
	return n
}

const (
	dayReportsTestSQL = `SELECT count(*) FROM report`
	envelopesTestSQL  = `SELECT count(*) FROM envelope`
	deadTestSQL       = `SELECT count(*) FROM job WHERE state = 'dead'`
	namingTestSQL     = `SELECT subject FROM conflict_of_interest WHERE user_id = $1 AND subject IN (SELECT id FROM report)`
	missedTestSQL     = `SELECT kind, agency, due_at, opened_at FROM task WHERE state = 'open' AND due_at < $1 OR state = 'done' AND closed_at > due_at`
	coveredTestSQL    = `SELECT count(*) FROM task WHERE state = 'done' AND owner = $1 AND closed_by = $2`
	casesMadeTestSQL  = `SELECT count(*) FROM case_file`
)

// isWhole looks at the end of the day: nothing is lost, the accused saw nothing, and every late clock has its cause.
func (d *day) isWhole() {
	d.t.Helper()
	if got := d.number(dayReportsTestSQL); got != dayReports || len(d.receipts) != dayReports {
		d.t.Errorf("of %d reports sent %d are there", len(d.receipts), got)
	}
	if e, dead := d.number(envelopesTestSQL), d.number(deadTestSQL); e+dead != 0 {
		d.t.Errorf("%d envelopes are still closed, %d jobs were given up", e, dead)
	}
	for _, receipt := range d.receipts {
		box, err := d.in.Open(d.t.Context(), receipt)
		if err != nil || box.Progress == "" {
			d.t.Fatalf("a reporter does not find what they sent: %+v, %v", box, err)
		}
	}
	if d.number(coveredTestSQL, string(d.who["manager00"].ID), string(d.who["manager01"].ID)) == 0 {
		d.t.Error("nobody did anything for the case manager who is away")
	}
	if d.number(handedTestSQL) == 0 {
		d.t.Error("nothing that was handed on has come to its end")
	}
	d.accusedSawNothing()
	late := map[string]int{}
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) error {
		clear(late)
		return tx.Each(ctx, missedTestSQL, []any{clock.Micro(d.now())}, func(scan func(...any) error) error {
			var kind, agency string
			var due, opened int64
			err := scan(&kind, &agency, &due, &opened)
			late[kind+", "+d.cause(agency, clock.FromMicro(due))]++
			return err
		})
	})
	d.t.Logf("%d had their outcome by midnight, %d cases were opened, a part of %d was done elsewhere, %d urgent letters were sent; late clocks: %v", d.done,
		d.number(casesMadeTestSQL), d.number(handedTestSQL), total(d.letters), late)
	if len(late) == 0 {
		d.t.Error("no clock was late: the flood was none")
	}
}

// cause says why something was not done in time: nobody was at the desk, or all who were had something in their hands, which holds has
// seen to at every step.
func (d *day) cause(agency string, due time.Time) string {
	if hour := due.In(d.pack.Zone()).Hour(); agency == d.pack.DeskFor("XD-N") && (hour < 8 || hour >= 20) {
		return "nobody at the desk"
	}
	return "all busy"
}

func total(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// accusedSawNothing has the supervisor whom reporters name look for what is about her, and those of the other desk read it.
func (d *day) accusedSawNothing() {
	d.t.Helper()
	her, other := d.who["harbour00"], d.who["super00"]
	var hidden []report.ID
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) error {
		hidden = nil
		return tx.Each(ctx, namingTestSQL, []any{string(her.ID)}, func(scan func(...any) error) error {
			var id report.ID
			err := scan(&id)
			hidden = append(hidden, id)
			return err
		})
	})
	if len(hidden) < 3 {
		d.t.Fatalf("only %d reports name her", len(hidden))
	}
	q, err := d.rooms.triage.Queue(d.t.Context(), her.Actor(), 0, dayReports)
	must(d.t, err)
	for _, id := range hidden {
		if slices.ContainsFunc(q.Lines, func(l triage.Line) bool { return l.ID == id }) {
			d.t.Errorf("she is shown %s", id)
		}
		if _, err := d.rooms.triage.Read(d.t.Context(), her.Actor(), id, nil); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("reading %s gave her %v", id, err)
		}
		if _, err := d.rooms.triage.Read(d.t.Context(), other.Actor(), id, nil); err != nil {
			d.t.Errorf("reading %s gave the independent contact %v", id, err)
		}
	}
}
