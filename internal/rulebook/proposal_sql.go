package rulebook

import (
	"context"
	"errors"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

const (
	proposalColumns   = `id, kind, name, pack_rules, state, why, proposed_at, proposed_by, decided_at, decided_by, reason, number`
	insertProposalSQL = `INSERT INTO rule_proposal (` + proposalColumns + `, rules) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	updateProposalSQL = `UPDATE rule_proposal SET state = $2, decided_at = $3, decided_by = $4, reason = $5, number = $6 WHERE id = $1 AND state = 'proposed'`
	proposalSQL       = `SELECT ` + proposalColumns + `, rules FROM rule_proposal WHERE id = $1`
	proposalsSQL      = `SELECT ` + proposalColumns + `, '' FROM rule_proposal ORDER BY proposed_at DESC, id DESC LIMIT 100`
	waitingSQL        = `SELECT count(*) FROM rule_proposal WHERE state = 'proposed'`
	lastAdoptedSQL    = `SELECT id FROM rule_proposal WHERE number > 0 ORDER BY number DESC LIMIT 1`
	lastNumberSQL     = `SELECT COALESCE(MAX(number), 0) FROM rule_proposal WHERE number > 0`
	nameTakenSQL      = `SELECT count(*) FROM rule_proposal WHERE (number > 0 AND name = $1 AND kind = 'adopt' AND rules <> $2) OR (number > 0 AND pack_rules = $1)`
)

func insertProposal(ctx context.Context, tx store.Tx, p Proposal) error {
	_, err := tx.Exec(ctx, insertProposalSQL, string(p.ID), string(p.Kind), p.Name, p.PackRules, string(p.State), p.Why, clock.Micro(p.Proposed),
		p.ProposedBy, clock.Micro(p.Decided), p.DecidedBy, p.Reason, p.Number, p.Rules)
	return err
}

func updateProposal(ctx context.Context, tx store.Tx, p Proposal) error {
	rows, err := tx.Exec(ctx, updateProposalSQL, string(p.ID), string(p.State), clock.Micro(p.Decided), p.DecidedBy, p.Reason, p.Number)
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, fault.CodeStale)
	}
	return err
}

func proposal(ctx context.Context, tx store.Tx, id ProposalID) (Proposal, error) {
	p, err := scanProposal(func(dest ...any) error { return tx.One(ctx, proposalSQL, []any{string(id)}, dest...) })
	if errors.Is(err, store.ErrNoRow) {
		return p, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return p, err
}

func proposals(ctx context.Context, tx store.Tx) (list []Proposal, err error) {
	err = tx.Each(ctx, proposalsSQL, nil, func(scan func(...any) error) error {
		p, err := scanProposal(scan)
		list = append(list, p)
		return err
	})
	return list, err
}

func scanProposal(scan func(dest ...any) error) (p Proposal, err error) {
	var proposed, decided int64
	err = scan(&p.ID, &p.Kind, &p.Name, &p.PackRules, &p.State, &p.Why, &proposed, &p.ProposedBy, &decided, &p.DecidedBy, &p.Reason, &p.Number, &p.Rules)
	p.Proposed, p.Decided = clock.FromMicro(proposed), clock.FromMicro(decided)
	return p, err
}

// waiting tells whether a proposal waits to be decided.
func waiting(ctx context.Context, tx store.Tx) (bool, error) {
	var n int
	err := tx.One(ctx, waitingSQL, nil, &n)
	return n > 0, err
}

// lastAdopted gives the proposal that was adopted last.
func lastAdopted(ctx context.Context, tx store.Tx) (id ProposalID, found bool, err error) {
	err = tx.One(ctx, lastAdoptedSQL, nil, &id)
	if errors.Is(err, store.ErrNoRow) {
		return "", false, nil
	}
	return id, err == nil, err
}

func lastNumber(ctx context.Context, tx store.Tx) (n int64, err error) {
	err = tx.One(ctx, lastNumberSQL, nil, &n)
	return n, err
}

// nameTaken tells whether another rule set, adopted or a pack's at that time, has or had the name.
func nameTaken(ctx context.Context, tx store.Tx, name, text string) (bool, error) {
	var n int
	err := tx.One(ctx, nameTakenSQL, []any{name, text}, &n)
	return n > 0, err
}
