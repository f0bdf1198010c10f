package rulebook

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// rulesFile is what problems of a rule set call its text.
const rulesFile = "rules.yaml"

// LongestReason is the number of characters of a reason that somebody gives.
const LongestReason = 1000

// A Room tells by which rules reports are assessed, and has two people change them. It is safe for use by many goroutines.
type Room struct {
	store *store.Store
	pack  *ruleset.Set            // the pack's: every rule set in use has its names, so that facts are read with it
	kept  atomic.Pointer[adopted] // what the last adoption says
}

// New makes a Room over the pack's own rule set.
func New(s *store.Store, pack *ruleset.Set) *Room { return &Room{store: s, pack: pack} }

// An adopted is what the last adoption says, read once.
type adopted struct {
	proposal ProposalID
	set      *ruleset.Set // nil when the pack's counts
	unfit    string       // why an adopted rule set does not count; empty when it does
}

// Rules gives the rule set in use: the adopted one, or the pack's while none is adopted. Every transaction asks anew, so that an
// adoption counts from the next assessment on, in every process.
func (r *Room) Rules(ctx context.Context, tx store.Tx) (*ruleset.Set, error) {
	now, err := r.adopted(ctx, tx)
	if err != nil || now.set == nil {
		return r.pack, err
	}
	return now.set, nil
}

// adopted gives what the last adoption says. The text is read and checked once a process, since a proposal never changes.
func (r *Room) adopted(ctx context.Context, tx store.Tx) (*adopted, error) {
	last, found, err := lastAdopted(ctx, tx)
	if err != nil || !found {
		return &adopted{}, err
	}
	if kept := r.kept.Load(); kept != nil && kept.proposal == last {
		return kept, nil
	}
	p, err := proposal(ctx, tx, last)
	if err != nil {
		return nil, err
	}
	now := r.judge(p)
	r.kept.Store(now)
	return now, nil
}

// judge tells what an adoption means under the pack as it is now. A rule set that the pack itself brings by now, under the same
// name, is the pack's; one that no longer fits the pack does not count.
func (r *Room) judge(p Proposal) *adopted {
	now := &adopted{proposal: p.ID}
	if p.Kind == Withdraw || p.Name == r.pack.Name() {
		return now
	}
	set, problems := ruleset.LoadOver(r.pack, rulesFile, []byte(p.Rules))
	if set == nil {
		now.unfit = problems[0].Message
		return now
	}
	now.set = set
	return now
}

// InUse is by which rule set reports are assessed.
type InUse struct {
	RuleSet string // id and version
	Pack    string // the pack's own
	// Adopted is what was adopted last, to count or to go back to the pack's; nil when nothing ever was.
	Adopted *Proposal
	// Unfit is why the adopted rule set does not count: the pack has changed, and it no longer fits. Empty when it counts.
	Unfit string
}

// FromPack tells whether the pack's own rule set counts.
func (u InUse) FromPack() bool { return u.RuleSet == u.Pack }

// PackMoved tells whether the pack brings another rule set now than when the one in use was adopted.
func (u InUse) PackMoved() bool {
	return u.Adopted != nil && u.Adopted.Kind == Adopt && !u.FromPack() && u.Adopted.PackRules != u.Pack
}

// RulesInUse tells by which rule set reports are assessed.
func (r *Room) RulesInUse(ctx context.Context, tx store.Tx) (InUse, error) {
	u := InUse{Pack: r.pack.Name()}
	set, err := r.Rules(ctx, tx)
	if err != nil {
		return u, err
	}
	now, err := r.adopted(ctx, tx)
	if err != nil {
		return u, err
	}
	u.RuleSet, u.Unfit = set.Name(), now.unfit
	if now.proposal == "" {
		return u, nil
	}
	p, err := proposal(ctx, tx, now.proposal)
	u.Adopted = &p
	return u, err
}

// Now is Rules in a transaction of its own, for the public side to fit its words to what was told.
func (r *Room) Now(ctx context.Context) (set *ruleset.Set, err error) {
	err = r.store.Read(ctx, func(tx store.Tx) (err error) {
		set, err = r.Rules(ctx, tx)
		return err
	})
	return set, err
}

// CheckRules reads the text of a rule set that is to count in the place of the pack's: every problem with its line, or a set and
// none. It writes nothing but a refusal.
func (r *Room) CheckRules(ctx context.Context, actor access.Actor, text string) (set *ruleset.Set, problems []ruleset.Problem, err error) {
	if _, err := door.See(ctx, r.store, door.Request{Actor: actor, Action: access.RulesSimulate}); err != nil {
		return nil, nil, err
	}
	err = r.store.Read(ctx, func(tx store.Tx) (err error) {
		set, problems, err = r.candidate(ctx, tx, text)
		return err
	})
	return set, problems, err
}

// candidate reads a rule set. Its name must be its own: an assessment keeps the name of the rule set that made it.
func (r *Room) candidate(ctx context.Context, tx store.Tx, text string) (*ruleset.Set, []ruleset.Problem, error) {
	text = plainLines(text)
	set, problems := ruleset.LoadOver(r.pack, rulesFile, []byte(text))
	if set == nil {
		return nil, problems, nil
	}
	taken, err := nameTaken(ctx, tx, set.Name(), text)
	if err != nil {
		return nil, nil, err
	}
	if taken || set.Name() == r.pack.Name() {
		message := fmt.Sprintf("version: %s is the name of a rule set that is or was in use: give the changed one a version of its own", set.Name())
		return nil, []ruleset.Problem{{File: rulesFile, Line: ruleset.KeyLine([]byte(text), "version"), Message: message}}, nil
	}
	return set, nil, nil
}

// plainLines gives the text with the line ends of files: a form sends others.
func plainLines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// PackRules is the pack's own rule set, for a simulation of going back to it.
func (r *Room) PackRules() *ruleset.Set { return r.pack }
