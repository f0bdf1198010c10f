package rulebook

import (
	"context"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/jobs"
	"amparo/internal/store"
)

// A ProposalID names a proposal.
type ProposalID string

// A ProposalKind says what is proposed.
type ProposalKind string

// The kinds of proposal.
const (
	Adopt    ProposalKind = "adopt"    // that a rule set counts in the place of the pack's
	Withdraw ProposalKind = "withdraw" // that the pack's counts again
)

// A ProposalState says where a proposal stands.
type ProposalState string

// The states of a proposal. Only the first is not final.
const (
	Proposed  ProposalState = "proposed"
	Adopted   ProposalState = "adopted"
	Declined  ProposalState = "declined"
	TakenBack ProposalState = "taken_back"
)

// A Proposal is a change of the rules of priority that one person has proposed and another decides.
type Proposal struct {
	ID         ProposalID
	Kind       ProposalKind
	Name       string // id and version of the rule set
	PackRules  string // id and version of the pack's rule set at that time
	Rules      string // the rule set's text; empty for a withdrawal
	State      ProposalState
	Why        string // the proposer's words
	Proposed   time.Time
	ProposedBy string
	Decided    time.Time // zero while it waits
	DecidedBy  string
	Reason     string // why it was declined
	Number     int64  // of the adoption, from 1; 0 for what was not adopted
}

// Rescore is enqueued when a rule set is adopted or withdrawn: open reports that it puts higher are raised.
const Rescore jobs.Kind = "rules.rescore"

// The messages of proposals.
const (
	CodeRulesInvalid   fault.Code = "fault.rules_invalid"     // what is proposed has problems
	CodeRulesWait      fault.Code = "fault.rules_wait"        // another proposal waits
	CodeTwoPeople      fault.Code = "fault.rules_two_people"  // who proposed does not decide
	CodeNotYourOwn     fault.Code = "fault.rules_not_yours"   // only who proposed takes back
	CodeNothingAdopted fault.Code = "fault.rules_none"        // the pack's counts already
	CodeRulesInUse     fault.Code = "fault.rules_same"        // it is in use already
	CodeRulesUnfit     fault.Code = "fault.rules_no_more_fit" // the pack has changed since it was proposed
)

// ProposeInput is a rule set with the reason for it.
type ProposeInput struct{ Rules, Why string }

// Propose proposes a rule set. One with problems (CheckRules tells which) or without a reason is fault.Invalid; while
// another proposal waits it is fault.Conflict.
func (r *Room) Propose(ctx context.Context, actor access.Actor, in ProposeInput) (id ProposalID, err error) {
	in.Why, _ = instrument.CleanText(in.Why, 0)
	err = door.Do(ctx, r.store, door.Request{Actor: actor, Action: access.RulesPropose}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		set, problems, err := r.candidate(ctx, tx, in.Rules)
		if err != nil {
			return nil, err
		}
		wrong := reasoned("why", in.Why)
		if len(problems) > 0 {
			wrong.With("rules", CodeRulesInvalid, "Count", len(problems))
		}
		if wrong.Wrong() {
			return nil, wrong
		}
		now, err := r.Rules(ctx, tx)
		if err == nil && now.Name() == set.Name() {
			err = fault.New(fault.Conflict, CodeRulesInUse)
		}
		if err != nil {
			return nil, err
		}
		id, err = r.propose(ctx, tx, by, Proposal{Kind: Adopt, Name: set.Name(), Rules: plainLines(in.Rules), Why: in.Why})
		return map[string]string{"kind": string(Adopt), "proposal": string(id), "rule_set": set.Name()}, err
	})
	return id, err
}

// ProposeWithdrawal proposes to go back to the pack's rule set. While that counts anyway, or another proposal waits, it is
// fault.Conflict.
func (r *Room) ProposeWithdrawal(ctx context.Context, actor access.Actor, why string) (id ProposalID, err error) {
	why, _ = instrument.CleanText(why, 0)
	err = door.Do(ctx, r.store, door.Request{Actor: actor, Action: access.RulesPropose}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if wrong := reasoned("why", why); wrong.Wrong() {
			return nil, wrong
		}
		now, err := r.adopted(ctx, tx)
		if err == nil && now.set == nil && now.unfit == "" {
			err = fault.New(fault.Conflict, CodeNothingAdopted)
		}
		if err != nil {
			return nil, err
		}
		id, err = r.propose(ctx, tx, by, Proposal{Kind: Withdraw, Name: r.pack.Name(), Why: why})
		return map[string]string{"kind": string(Withdraw), "proposal": string(id), "rule_set": r.pack.Name()}, err
	})
	return id, err
}

// reasoned is a refusal of the form when its reason is missing or too long.
func reasoned(field, words string) *fault.Error {
	wrong := fault.New(fault.Invalid, "fault.form")
	switch n := len([]rune(words)); {
	case n == 0:
		wrong.With(field, "fault.reason_required")
	case n > LongestReason:
		wrong.With(field, "fault.long", "Max", LongestReason)
	}
	return wrong
}

func (r *Room) propose(ctx context.Context, tx store.Tx, by access.Proof, p Proposal) (ProposalID, error) {
	waits, err := waiting(ctx, tx)
	if err != nil {
		return "", err
	}
	if waits {
		return "", fault.New(fault.Conflict, CodeRulesWait)
	}
	p.ID, p.PackRules, p.State = ident.New[ProposalID](tx.Now), r.pack.Name(), Proposed
	p.Proposed, p.ProposedBy = tx.Now, by.Actor().ID
	return p.ID, insertProposal(ctx, tx, p)
}

// Adopt makes what was proposed count from the next assessment on, and has open reports that it puts higher raised. Who proposed
// it is refused, whatever their roles: it takes two people. One that does not wait any more is fault.Conflict.
func (r *Room) Adopt(ctx context.Context, actor access.Actor, id ProposalID) error {
	return r.decide(ctx, actor, access.RulesAdopt, id, Adopted, "", func(ctx context.Context, tx store.Tx, p *Proposal) error {
		if p.ProposedBy == actor.ID {
			return fault.New(fault.Forbidden, CodeTwoPeople)
		}
		if r.judge(*p).unfit != "" {
			return fault.New(fault.Conflict, CodeRulesUnfit)
		}
		last, err := lastNumber(ctx, tx)
		if err != nil {
			return err
		}
		p.Number = last + 1
		return jobs.Enqueue(ctx, tx, jobs.Job{Kind: Rescore, Key: string(Rescore) + ":" + string(id)})
	})
}

// Decline ends a proposal with a reason; nothing else changes. Who proposed it takes it back instead.
func (r *Room) Decline(ctx context.Context, actor access.Actor, id ProposalID, reason string) error {
	reason, _ = instrument.CleanText(reason, 0)
	return r.decide(ctx, actor, access.RulesAdopt, id, Declined, reason, func(_ context.Context, _ store.Tx, p *Proposal) error {
		if p.ProposedBy == actor.ID {
			return fault.New(fault.Forbidden, CodeTwoPeople)
		}
		if wrong := reasoned("reason", reason); wrong.Wrong() {
			return wrong
		}
		return nil
	})
}

// TakeBack ends one's own proposal; nothing else changes.
func (r *Room) TakeBack(ctx context.Context, actor access.Actor, id ProposalID) error {
	return r.decide(ctx, actor, access.RulesPropose, id, TakenBack, "", func(_ context.Context, _ store.Tx, p *Proposal) error {
		if p.ProposedBy != actor.ID {
			return fault.New(fault.Forbidden, CodeNotYourOwn)
		}
		return nil
	})
}

// decide ends a proposal that waits.
func (r *Room) decide(ctx context.Context, actor access.Actor, action access.Action, id ProposalID, to ProposalState, reason string,
	check func(ctx context.Context, tx store.Tx, p *Proposal) error,
) error {
	q := door.Request{Actor: actor, Action: action, Subject: string(id)}
	return door.Do(ctx, r.store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		p, err := proposal(ctx, tx, id)
		if err == nil && p.State != Proposed {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		if err != nil {
			return nil, err
		}
		if err := check(ctx, tx, &p); err != nil {
			return nil, err
		}
		p.State, p.Decided, p.DecidedBy, p.Reason = to, tx.Now, by.Actor().ID, reason
		detail := map[string]string{"kind": string(p.Kind), "rule_set": p.Name, "state": string(to)}
		if p.Number > 0 {
			detail["number"] = strconv.FormatInt(p.Number, 10)
		}
		return detail, updateProposal(ctx, tx, p)
	})
}

// Proposals gives the last hundred proposals without their texts, the latest first, to whoever may simulate.
func (r *Room) Proposals(ctx context.Context, actor access.Actor) (list []Proposal, err error) {
	if _, err := door.See(ctx, r.store, door.Request{Actor: actor, Action: access.RulesSimulate}); err != nil {
		return nil, err
	}
	err = r.store.Read(ctx, func(tx store.Tx) (err error) {
		list, err = proposals(ctx, tx)
		return err
	})
	return list, err
}

// Proposal gives one with its text. One that is not there is fault.Withheld.
func (r *Room) Proposal(ctx context.Context, actor access.Actor, id ProposalID) (p Proposal, err error) {
	if _, err := door.See(ctx, r.store, door.Request{Actor: actor, Action: access.RulesSimulate}); err != nil {
		return p, err
	}
	err = r.store.Read(ctx, func(tx store.Tx) (err error) {
		p, err = proposal(ctx, tx, id)
		return err
	})
	return p, err
}

// ProposalsWaiting is how many proposals wait to be decided: 0 or 1, and 0 for who may not see them.
func (r *Room) ProposalsWaiting(ctx context.Context, actor access.Actor) (n int, err error) {
	if !access.May(actor, access.RulesSimulate) {
		return 0, nil
	}
	err = r.store.Read(ctx, func(tx store.Tx) error {
		waits, err := waiting(ctx, tx)
		if waits {
			n = 1
		}
		return err
	})
	return n, err
}
