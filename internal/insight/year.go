package insight

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/suppress"
	"amparo/internal/tale"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// YearJob names the job that counts the year.
const YearJob = "insight.year"

// The parts of a year.
const (
	Received   = "received"
	InTime     = "in_time"
	Later      = "later" // or it is erased, so that it is not known any more: that there is such a one is news of one
	NotYet     = "not_yet"
	CaseOpened = "case_opened"
	PassedOn   = "passed_on" // to another service, or to the hotline
	Other      = "other"
	Working    = "working" // it has no outcome yet
	Cases      = "cases"
	UntilRead  = "until_read"
	UntilReply = "until_answer"
)

const (
	countedSQL = `SELECT received FROM year_counted WHERE year = $1`
	countSQL   = `INSERT INTO year_counted (year, received) VALUES ($1, $2) ON CONFLICT (year) DO UPDATE SET received = excluded.received`
)

// TellYear counts the reports that came in this year until yesterday, by the clocks of the country, and keeps what the public may know of it. While fewer
// than Least have come in since it was last kept nothing changes: two counts of which the difference is one report would tell of that one.
func (r *Room) TellYear(ctx context.Context, actor access.Actor) error {
	by, err := access.Own(actor, YearJob)
	if err != nil {
		return err
	}
	today := r.Clock.Now().In(r.Zone)
	to := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, r.Zone)
	last := to.AddDate(0, 0, -1)
	from := time.Date(last.Year(), 1, 1, 0, 0, 0, 0, r.Zone)
	var c counting
	err = r.Store.Read(ctx, func(tx store.Tx) error { // nobody who hands in a report waits for it
		c = counting{year: tale.Year{Year: last.Year(), Through: last.Format(time.DateOnly)}, parts: map[string]int{}}
		return c.read(ctx, tx, by, from, to)
	})
	if err != nil {
		return err
	}
	c.tell()
	return r.Store.Write(ctx, func(tx store.Tx) error {
		former := -Least
		if err := tx.One(ctx, countedSQL, []any{c.year.Year}, &former); err != nil && !errors.Is(err, store.ErrNoRow) {
			return err
		}
		if c.parts[Received]-former < Least {
			return nil
		}
		if _, err := tx.Exec(ctx, countSQL, c.year.Year, c.parts[Received]); err != nil {
			return err
		}
		return tale.KeepYear(ctx, tx, by, c.year)
	})
}

// A counting is a year as it is counted.
type counting struct {
	year                 tale.Year
	parts                map[string]int
	untilRead, untilTold []time.Duration // how long until somebody began to read, and wrote
}

func (c *counting) read(ctx context.Context, tx store.Tx, by access.Proof, from, to time.Time) error {
	courses, err := report.Courses(ctx, tx, by, from, to)
	if err != nil {
		return err
	}
	answered, err := mailbox.Answered(ctx, tx, by, from, to)
	if err != nil {
		return err
	}
	kept, err := task.Kept(ctx, tx, by, triage.TaskStart, from)
	if err != nil {
		return err
	}
	if c.parts[Cases], err = casework.CountOpened(ctx, tx, by, from, to); err != nil {
		return err
	}
	for _, one := range courses {
		c.parts[Received]++
		intime, known := kept[string(one.ID)]
		c.parts[began(one, to, intime, known)]++
		c.parts[became(one)]++
		if !one.Begun.IsZero() && one.Begun.Before(to) {
			c.untilRead = append(c.untilRead, one.Begun.Sub(one.Received))
		}
		if at, ok := answered[string(one.ID)]; ok {
			c.untilTold = append(c.untilTold, max(0, at.Sub(one.Received)))
		}
	}
	return nil
}

// began tells in which part a report is by when somebody began to read it.
func began(one report.Course, to time.Time, intime, known bool) string {
	switch {
	case one.Begun.IsZero() || !one.Begun.Before(to):
		return NotYet
	case known && intime:
		return InTime
	}
	return Later
}

// became tells in which part a report is by what became of it.
func became(one report.Course) string {
	switch one.Outcome {
	case "":
		return Working
	case report.OpenedCase:
		return CaseOpened
	case report.ReferredOut, report.ContentOnly:
		return PassedOn
	}
	return Other
}

// Least is the smallest count of people's matters that is ever shown to the public.
const Least = 5

// tell writes down what may be known.
func (c *counting) tell() {
	list := func(names ...string) (parts []tale.Part, whole bool) {
		counts := make([]int, len(names))
		for i, name := range names {
			counts[i] = c.parts[name]
		}
		left := suppress.WithNought(counts, Least)
		for i, name := range names {
			parts = append(parts, tale.Part{Name: name, Count: counts[i]})
			if left.Cells[i] {
				parts[i] = tale.Part{Name: name, Few: true}
			}
		}
		return parts, left.Total
	}
	var few [3]bool
	c.year.Read, few[0] = list(InTime, Later, NotYet)
	c.year.Outcome, few[1] = list(CaseOpened, PassedOn, Other, Working)
	var received, cases []tale.Part
	received, few[2] = list(Received)
	cases, _ = list(Cases)
	c.year.Received, c.year.Cases = received[0], cases[0]
	if slices.Contains(few[:], true) { // the other list would tell the sum
		c.year.Received = tale.Part{Name: Received, Few: true}
		for _, parts := range [][]tale.Part{c.year.Read, c.year.Outcome} {
			for i := range parts {
				parts[i] = tale.Part{Name: parts[i].Name, Few: true}
			}
		}
	}
	if more := c.parts[Cases] - c.parts[CaseOpened]; c.year.Outcome[0].Few || more > 0 && more < Least { // a case came of each of these, of some of them two
		c.year.Cases = tale.Part{Name: Cases, Few: true}
	}
	c.year.Times = []tale.Time{span(UntilRead, c.untilRead), span(UntilReply, c.untilTold)}
}

// span gives a time, rounded so that it is nobody's own.
func span(name string, list []time.Duration) tale.Time {
	w := of(list)
	if w.Count < Few {
		return tale.Time{Name: name, Few: true}
	}
	return tale.Time{Name: name, Half: rounded(w.Half), Most: rounded(w.Most)}
}

// rounded rounds up: to five minutes below two hours, to hours below two days, to days above.
func rounded(d time.Duration) time.Duration {
	unit := 24 * time.Hour
	switch {
	case d < 2*time.Hour:
		unit = 5 * time.Minute
	case d < 48*time.Hour:
		unit = time.Hour
	}
	return max(unit, (d+unit-1)/unit*unit)
}
