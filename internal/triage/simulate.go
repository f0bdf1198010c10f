package triage

import (
	"context"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// batch is how many reports a simulation opens under one audit entry.
const batch = 100

// SimulateInput says what is simulated, over which reports.
type SimulateInput struct {
	Set     *ruleset.Set // of CheckRules, or the pack's
	Since   time.Time    // only reports received then or later; zero for all
	Reports int          // go over at most this many; 0 for all
	Moves   int          // list at most this many; all are counted
}

// A Simulation is what a rule set would move among the stored reports, against the one in use. Nothing was changed by it.
type Simulation struct {
	RuleSet    string `json:"rule_set"`   // id and version
	Against    string `json:"against"`    // those in use
	Reports    int    `json:"reports"`    // that were scored with both
	Open       int    `json:"open"`       // of them, without an outcome
	Up         int    `json:"up"`         // become more urgent
	Down       int    `json:"down"`       // become less urgent
	Unchanged  int    `json:"unchanged"`  // keep their priority
	Unreadable int    `json:"unreadable"` // could not be opened, and are in no other number
	More       bool   `json:"more"`       // there are reports that it did not go over
	// Rising are the open reports that adopting it raises at once; Staying those that it would put lower and that keep their
	// priority until a supervisor lowers them.
	Rising  int             `json:"rising"`
	Staying int             `json:"staying"`
	Counts  []Moved         `json:"counts"`          // by the priorities from and to, the most urgent first; none that is 0
	Why     []ReasonMoved   `json:"why"`             // in the order in which they were met
	Moves   []SimulatedMove `json:"moves"`           // of reports that the actor may read, those without an outcome first
	Left    int             `json:"moves_left_out"`  // of those
	Others  int             `json:"moves_of_others"` // of reports that are not the actor's to read
}

// Moved is how many reports go from a priority to a priority.
type Moved struct {
	From    ruleset.Priority `json:"from"`
	To      ruleset.Priority `json:"to"`
	Reports int              `json:"reports"`
}

// A ReasonMoved is a reason that comes or goes, with how many of the reports in which it does move up and down.
type ReasonMoved struct {
	ruleset.Cause
	Added bool `json:"added"` // it comes, or weighs more
	Up    int  `json:"up"`
	Down  int  `json:"down"`
}

// A SimulatedMove is one report that would move, with what moves it.
type SimulatedMove struct {
	Report  report.ID        `json:"report"`
	Open    bool             `json:"open"`
	From    ruleset.Priority `json:"from"`
	To      ruleset.Priority `json:"to"`
	SumWas  int              `json:"sum_was"`
	SumIs   int              `json:"sum_is"`
	Stands  ruleset.Priority `json:"stands"`  // where it stands now, a person's decision counted
	Added   []ruleset.Cause  `json:"added"`   // reasons that come or weigh more
	Removed []ruleset.Cause  `json:"removed"` // reasons that go or weigh less
}

// Simulate scores the stored reports with the rule set in use and with another, those without an outcome first, and tells what
// moves and why. An open report is scored as of now, another as of its last assessment. Nothing is changed; that facts were
// opened is one audit entry for each hundred, and the simulation is one more, without anything of what a report says.
//
// A report with which the actor has a conflict of interest is in none of the numbers. One that the actor may not read is
// counted, and its move is not listed.
func (r *Room) Simulate(ctx context.Context, actor access.Actor, in SimulateInput) (Simulation, error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.RulesSimulate})
	if err != nil {
		return Simulation{}, err
	}
	s := &simulating{room: r, by: by, in: in, reasons: map[reasonKey]int{}, counts: map[Moved]int{}}
	if err := s.run(ctx); err != nil {
		return Simulation{}, err
	}
	out := s.tell()
	err = door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.RulesSimulate},
		func(context.Context, store.Tx, access.Proof) (map[string]string, error) {
			return map[string]string{"rule_set": out.RuleSet, "against": out.Against, "reports": strconv.Itoa(out.Reports),
				"up": strconv.Itoa(out.Up), "down": strconv.Itoa(out.Down)}, nil
		})
	return out, err
}

// A simulating is a simulation under way.
type simulating struct {
	room    *Room
	by      access.Proof
	in      SimulateInput
	now     time.Time
	base    *ruleset.Set
	out     Simulation
	counts  map[Moved]int     // without Reports
	reasons map[reasonKey]int // index into out.Why
}

// a reasonKey tells reasons apart.
type reasonKey struct {
	ruleset.Cause
	added bool
}

// A stored is a report on its way through a simulation, its facts still sealed.
type stored struct {
	id   report.ID
	open bool
	mine bool // the actor may read it
	row  row
}

func (s *simulating) run(ctx context.Context) error {
	err := s.room.Store.Read(ctx, func(tx store.Tx) (err error) {
		s.now = tx.Now
		s.base, err = s.room.Rulebook.Rules(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	s.out.RuleSet, s.out.Against = s.in.Set.Name(), s.base.Name()
	walk := report.NewWalk(s.in.Since, s.now, false)
	for left := s.in.Reports; ; left -= batch {
		size := batch
		if s.in.Reports > 0 {
			size = min(batch, left)
		}
		list, ids, err := s.next(ctx, walk, max(size, 1))
		if err != nil || len(ids) == 0 {
			return err
		}
		if size <= 0 {
			s.out.More = true
			return nil
		}
		walk.Passed(ids)
		if err := s.score(ctx, list); err != nil {
			return err
		}
	}
}

// next reads a batch: the ids that it went over, and what of them is scored.
func (s *simulating) next(ctx context.Context, walk *report.Walk, most int) (list []stored, ids []report.ID, err error) {
	err = s.room.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		var open bool
		if ids, open, err = walk.Next(ctx, tx, s.by, most); err != nil {
			return err
		}
		for _, id := range ids {
			one, seen, err := s.load(ctx, tx, id)
			if err != nil {
				return err
			}
			if one.open = open; seen {
				list = append(list, one)
			}
		}
		return nil
	})
	return list, ids, err
}

// load reads one report's latest assessment, unless the actor has a conflict of interest with it.
func (s *simulating) load(ctx context.Context, tx store.Tx, id report.ID) (one stored, seen bool, err error) {
	one = stored{id: id, mine: true}
	if actor := s.by.Actor(); actor.Kind == access.Staff {
		relations, err := grant.Relations(ctx, tx, actor, string(id))
		if err != nil || conflicted(relations) {
			return one, false, err
		}
		one.mine = access.May(actor, access.ReportRead, relations...)
	}
	one.row, err = latestRow(ctx, tx, string(id))
	return one, err == nil, err
}

func conflicted(relations []access.Relation) bool {
	for _, r := range relations {
		if r == access.Conflicted {
			return true
		}
	}
	return false
}

// score opens a batch, under one audit entry. One that cannot be opened holds up no other.
func (s *simulating) score(ctx context.Context, list []stored) error {
	return s.room.Reveal.Show(ctx, s.by, func(v *reveal.View) error {
		for _, one := range list {
			a, err := one.row.open(ctx, v, s.room.pack, string(one.id))
			if err != nil {
				s.out.Unreadable++
				continue
			}
			s.count(one, a)
		}
		return ctx.Err()
	})
}

func (s *simulating) count(one stored, a Assessment) {
	at := a.Made
	if one.open {
		at = s.now
		s.out.Open++
	}
	c := ruleset.Compare(s.base.Evaluate(a.Facts, a.Told, at), s.in.Set.Evaluate(a.Facts, a.Told, at))
	s.out.Reports++
	s.counts[Moved{From: c.From, To: c.To}]++
	switch {
	case c.Up():
		s.out.Up++
		if one.open && c.To.MoreUrgent(a.Priority) {
			s.out.Rising++
		}
	case c.Down():
		s.out.Down++
		if one.open && a.Priority.MoreUrgent(c.To) {
			s.out.Staying++
		}
	default:
		s.out.Unchanged++
	}
	s.note(c.Came, true, c)
	s.note(c.Went, false, c)
	if c.Up() || c.Down() {
		s.list(one, a, c)
	}
}

func (s *simulating) note(causes []ruleset.Cause, added bool, c ruleset.Comparison) {
	for _, cause := range causes {
		key := reasonKey{cause, added}
		i, known := s.reasons[key]
		if !known {
			i = len(s.out.Why)
			s.reasons[key] = i
			s.out.Why = append(s.out.Why, ReasonMoved{Cause: cause, Added: added})
		}
		switch {
		case c.Up():
			s.out.Why[i].Up++
		case c.Down():
			s.out.Why[i].Down++
		}
	}
}

func (s *simulating) list(one stored, a Assessment, c ruleset.Comparison) {
	switch {
	case !one.mine:
		s.out.Others++
	case len(s.out.Moves) >= s.in.Moves:
		s.out.Left++
	default:
		s.out.Moves = append(s.out.Moves, SimulatedMove{Report: one.id, Open: one.open, From: c.From, To: c.To, SumWas: c.SumWas, SumIs: c.SumIs,
			Stands: a.Priority, Added: append([]ruleset.Cause{}, c.Came...), Removed: append([]ruleset.Cause{}, c.Went...)})
	}
}

// tell gives the simulation with its counts in order; no list is nil.
func (s *simulating) tell() Simulation {
	out := s.out
	out.Counts = []Moved{}
	for _, from := range ruleset.Priorities() {
		for _, to := range ruleset.Priorities() {
			if n := s.counts[Moved{From: from, To: to}]; n > 0 {
				out.Counts = append(out.Counts, Moved{from, to, n})
			}
		}
	}
	out.Why = append([]ReasonMoved{}, out.Why...)
	out.Moves = append([]SimulatedMove{}, out.Moves...)
	return out
}
