package contact

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/jobs"
	"amparo/internal/notify"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Tell is what telling a reporter is called in the log.
const Tell access.Action = "contact.tell"

// TaskFailed is the task to find another safe way, when what tells them did not leave.
const TaskFailed task.Kind = "contact_failed"

// How it is tried.
const (
	Apart     = 20 * time.Hour   // there are so many hours between two
	MostTries = 5                // then it has failed
	Again     = 10 * time.Minute // until the next try
)

// Config is what a Room needs.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	// Clock gives the time; nil is the machine's clock.
	Clock clock.Clock
	// Safe gives the next time from at on that is safe by the codes of times that a reporter chose, which is at itself when it is; false when the
	// country has hours for none of them.
	Safe func(codes []string, at time.Time) (from time.Time, ok bool)
	// Text tells the number in a language that there is a message. notify.ErrRefused is final, any other error is tried again. Nil sends nothing.
	Text func(ctx context.Context, number, language string) error
	// Mail does the same by e-mail.
	Mail func(ctx context.Context, address, language string) error
	// Failed is told inside the transaction that telling the reporter of a report has failed for good.
	Failed func(ctx context.Context, tx store.Tx, by access.Proof, report intake.ReportID) error
}

// A Room keeps the ways and tells. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	return &Room{c}
}

func cell(report intake.ReportID) reveal.Cell {
	return reveal.Cell{Table: "safe_contact", Column: "sealed", Row: string(report)}
}

// Keep keeps the way that a reporter chose, inside the transaction that opens the report. Keeping another later changes nothing.
func (r *Room) Keep(ctx context.Context, tx store.Tx, _ access.Proof, report intake.ReportID, w Way) error {
	raw, err := json.Marshal(w)
	if err != nil {
		return err
	}
	sealed, err := r.Reveal.Seal(ctx, string(report), reveal.Identity, cell(report), raw)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, keepSQL, string(report), sealed, clock.Micro(tx.Now), string(w.Means))
	return err
}

// A Standing says how it is with telling a reporter.
type Standing struct {
	Chosen bool      // they chose to be told
	Sends  bool      // there is something to send by, by the means that they chose
	Told   time.Time // when it was last done; zero when it was not
}

// Of gives how it is with telling the reporter of a report. Nothing is opened. Who may know was decided by the caller.
func (r *Room) Of(ctx context.Context, report intake.ReportID) (s Standing, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		first, err := intake.ReceiptOf(ctx, tx, report)
		if err != nil {
			return err
		}
		w, kept, err := find(ctx, tx, first)
		s.Chosen, s.Told, s.Sends = kept, w.told, r.sends(w.means)
		return err
	})
	return s, err
}

// sends tells whether there is something to send by.
func (r *Room) sends(m Means) bool {
	if m == ByMail {
		return r.Mail != nil
	}
	return r.Text != nil
}

// tell tells one reporter.
func (r *Room) tell(ctx context.Context, w Way) error {
	if w.Means == ByMail {
		return r.Mail(ctx, w.Address, w.Language)
	}
	return r.Text(ctx, w.Number, w.Language)
}

// Tell is the work of intake.ReplyPosted: it tells the reporter that something was written, now when that is safe, else when it next is. done is called
// in the transaction that notes what was done.
func (r *Room) Tell(ctx context.Context, p intake.Posted, done jobs.Done) error {
	var w row
	ends := false
	err := r.Store.Read(ctx, func(tx store.Tx) error {
		kept := false
		burnt, err := intake.Burnt(ctx, tx, p.Report)
		if err == nil {
			w, kept, err = find(ctx, tx, p.Report)
		}
		ends = !kept || !burnt.IsZero() || !r.sends(w.means)
		return err
	})
	if err != nil {
		return err
	}
	if ends {
		return r.note(ctx, done, nil)
	}
	by, err := access.Own(access.System(string(intake.ReplyPosted)), Tell)
	if err != nil {
		return err
	}
	way, err := r.open(ctx, by, p.Report, w)
	if err != nil {
		return err
	}
	now := r.Clock.Now()
	from, safe := r.Safe(way.Times, later(now, w.told.Add(Apart)))
	switch {
	case !safe:
		return r.note(ctx, done, nil)
	case from.After(now):
		return r.note(ctx, done, func(tx store.Tx) error { return again(ctx, tx, p, from) })
	}
	return r.send(ctx, by, p, w, way, done)
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (r *Room) open(ctx context.Context, by access.Proof, report intake.ReportID, w row) (way Way, err error) {
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		raw, err := v.Open(ctx, string(report), reveal.Identity, cell(report), w.sealed)
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &way)
	})
	return way, err
}

// send tells and notes what came of it. When the program ends between the two it is sent once more.
func (r *Room) send(ctx context.Context, by access.Proof, p intake.Posted, w row, way Way, done jobs.Done) error {
	failed := r.tell(ctx, way)
	return r.note(ctx, done, func(tx store.Tx) error {
		report := string(p.Report)
		entry := audit.Entry{Actor: by.Actor(), Action: Tell, Outcome: audit.Done, Subjects: []string{report}}
		switch {
		case failed == nil:
			_, err := tx.Exec(ctx, toldSQL, report, clock.Micro(tx.Now))
			return errors.Join(err, audit.Record(ctx, tx, entry))
		case errors.Is(failed, notify.ErrRefused) || errors.Is(failed, notify.ErrMessage) || w.tries+1 >= MostTries:
			_, err := tx.Exec(ctx, triesSQL, report, 0)
			entry.Detail = map[string]string{"what": "failed"}
			return errors.Join(err, r.Failed(ctx, tx, by, p.Report), audit.Record(ctx, tx, entry))
		}
		_, err := tx.Exec(ctx, triesSQL, report, w.tries+1)
		return errors.Join(err, again(ctx, tx, p, tx.Now.Add(Again)))
	})
}

// again has it tried at another time.
func again(ctx context.Context, tx store.Tx, p intake.Posted, at time.Time) error {
	return jobs.Enqueue(ctx, tx, p.Job(at))
}

// note ends the job, with what else is to be written, if anything.
func (r *Room) note(ctx context.Context, done jobs.Done, also func(tx store.Tx) error) error {
	return r.Store.Write(ctx, func(tx store.Tx) error {
		if err := done(ctx, tx); err != nil || also == nil {
			return err
		}
		return also(tx)
	})
}
