package submission

import (
	"context"
	"errors"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// Config is what a Room needs; all of it.
type Config struct {
	Store  *store.Store
	Pack   *jurisdiction.Pack
	Intake *intake.Room
	// Key is what digests and receipts are made under: seal.PublicKey.Submissions.
	Key secret.Bytes
}

// codeUsed says that the key was used for other words.
const codeUsed fault.Code = "fault.partner_key_used"

// A Room takes reports of partners. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// Taken tells what became of one report.
type Taken struct {
	Reference intake.ReportID
	Receipt   seal.Receipt
	Received  time.Time
	Fresh     bool     // false: it was handed in before, and nothing was changed
	LeftOut   []string // ids of questions that were answered and that the other answers do not lead to
	Cut       []string // ids of questions from whose words a file was taken out
	Err       error    // why it was not taken; everything else is empty then
}

// Take takes reports in one transaction and tells of each what became of it, in their order. One that fails alone, or is wrong and was not taken
// before, is told of in its place; when nothing can be stored, each has the same fault.Unavailable and can be handed in again. It needs access.PartnerReport.
func (r *Room) Take(ctx context.Context, actor access.Actor, list []Ready) []Taken {
	all, err := r.take(ctx, actor, list)
	switch {
	case err == nil:
		return all
	case len(list) == 1, fault.KindOf(err) != fault.Internal, ctx.Err() != nil:
		for range list {
			all = append(all, Taken{Err: err})
		}
		return all
	}
	for _, one := range list { // something is the matter with one of them: the others must not suffer for it
		all = append(all, r.Take(ctx, actor, []Ready{one})...)
	}
	return all
}

// take takes all reports or none. When somebody else has taken one of them meanwhile, it is found taken the next time.
func (r *Room) take(ctx context.Context, actor access.Actor, list []Ready) (all []Taken, err error) {
	for range 3 {
		if all, err = r.together(ctx, actor, list); !errors.Is(err, store.ErrUnique) {
			return all, err
		}
	}
	return nil, err
}

func (r *Room) together(ctx context.Context, actor access.Actor, list []Ready) (all []Taken, err error) {
	fresh := 0
	err = door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.PartnerReport}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		all, fresh = make([]Taken, len(list)), 0
		for i, one := range list {
			taken, err := r.one(ctx, tx, by, one)
			if err != nil && !errors.Is(err, one.wrong) && fault.CodeOf(err) != codeUsed {
				return nil, err
			}
			if all[i] = taken; taken.Fresh {
				fresh++
			}
			all[i].Err = err
		}
		return map[string]string{"reports": strconv.Itoa(len(list)), "new": strconv.Itoa(fresh)}, nil
	})
	if err != nil {
		return nil, err
	}
	if fresh > 0 {
		r.Intake.Wake()
	}
	return all, nil
}

// one takes one report, or finds it taken.
func (r *Room) one(ctx context.Context, tx store.Tx, by access.Proof, in Ready) (Taken, error) {
	out := Taken{Receipt: in.receipt, Received: tx.Now, LeftOut: in.leftOut, Cut: in.cut}
	before, err := find(ctx, tx, by.Actor().ID, in.key)
	if err == nil {
		if before.body != in.body {
			return Taken{}, fault.New(fault.Conflict, codeUsed)
		}
		out.Reference, out.Received = before.report, before.received
		return out, nil
	}
	if !errors.Is(err, store.ErrNoRow) {
		return Taken{}, err
	}
	if in.wrong != nil {
		return Taken{}, in.wrong
	}
	taken, err := r.Intake.Take(ctx, tx, by, intake.Submission{Receipt: in.receipt, Told: in.told})
	if err != nil {
		return Taken{}, err
	}
	out.Reference, out.Fresh = taken.Report, taken.Fresh
	return out, keep(ctx, tx, by, row{report: taken.Report, key: in.key, body: in.body})
}

// A Status is how far a report is.
type Status struct {
	Reference intake.ReportID
	Received  time.Time
	Progress  intake.Progress
	Since     time.Time // when it came so far
}

// Status tells a partner how far one of its own reports is. Any other is fault.Withheld. It needs access.PartnerStatus.
func (r *Room) Status(ctx context.Context, actor access.Actor, report intake.ReportID) (Status, error) {
	q := door.Request{Actor: actor, Action: access.PartnerStatus, Subject: string(report)}
	if ident.Check(string(report)) != nil {
		q.Subject = "" // it cannot be that of anything, and an engine may not take it as a text
		return Status{}, r.withhold(ctx, q)
	}
	by, err := door.See(ctx, r.Store, q)
	if err != nil {
		return Status{}, err
	}
	s := Status{Reference: report}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if s.Received, err = receivedFrom(ctx, tx, actor.ID, report); err != nil {
			return err
		}
		s.Progress, s.Since, err = intake.Shown(ctx, tx, by, report)
		return err
	})
	if errors.Is(err, store.ErrNoRow) {
		return Status{}, r.withhold(ctx, q)
	}
	return s, err
}

// withhold refuses what is not there; the door records that it was asked for.
func (r *Room) withhold(ctx context.Context, q door.Request) error {
	return door.Do(ctx, r.Store, q, func(context.Context, store.Tx, access.Proof) (map[string]string, error) {
		return nil, fault.New(fault.Withheld, fault.CodeWithheld)
	})
}

// From tells which partner handed a report in; empty for one that came in otherwise. It decides nothing: it is for whoever is shown the report.
func (r *Room) From(ctx context.Context, report intake.ReportID) (partner string, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, fromSQL, []any{string(report)}, &partner) })
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return partner, err
}
