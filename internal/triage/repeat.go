package triage

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// repeated is the fact that somebody told of the same child, account, page or number within twelve months (FL7).
const repeated = "repeat_within_12_months"

// clues gives what the answers tell apart: the child, accounts and pages, how to reach whoever reports. Who must not know is
// no clue to anybody.
func clues(in *instrument.Instrument, a instrument.Answers) (list []match.Clue) {
	for meaning, read := range map[instrument.Meaning]func(string) []match.Clue{
		instrument.TheChild: match.Person, instrument.Online: match.Online, instrument.Reach: match.Reach,
	} {
		for _, line := range meant(in, a, meaning) {
			list = append(list, read(line)...)
		}
	}
	return list
}

// exact gives the clues by which all addresses that were told are known again; none when one of them leads to no one page, or is none.
func exact(in *instrument.Instrument, a instrument.Answers) (list []match.Clue) {
	for _, line := range meant(in, a, instrument.Online) {
		found := match.Exact(line)
		if len(found) == 0 {
			return nil
		}
		list = append(list, found...)
	}
	return list
}

// seenBefore is the fact that what was found was told before.
const seenBefore = "known_or_duplicate"

// recall marks a report with its clues and gives its facts, with the one that it is a repeat when that is so and the rule
// set knows of it. Whoever asks again for the same child is not to wait longer for it. Of content alone it also says that all of it was told
// before, at any time. What is behind the same receipt is no repeat.
func (r *Room) recall(ctx context.Context, tx store.Tx, by access.Proof, kept report.Report, facts ruleset.Facts, found, exact []match.Clue) (ruleset.Facts, error) {
	subject := string(kept.ID)
	if err := r.Match.Keep(ctx, tx, by, subject, found); err != nil {
		return facts, err
	}
	behind, err := intake.Parts(ctx, tx, kept.ID)
	if err != nil {
		return facts, err
	}
	var without []string
	for _, one := range behind {
		without = append(without, string(one))
	}
	if facts.ByContent() {
		known, err := r.Match.Known(ctx, tx, subject, exact, without...)
		if err != nil {
			return facts, err
		}
		if known {
			facts = facts.Merge(ruleset.Facts{Content: []string{seenBefore}, ContentOnly: true})
		}
	}
	again, err := match.Repeat(ctx, tx, subject, kept.Received.AddDate(-1, 0, 0), without...)
	_, known := r.pack.Floor(repeated)
	if err != nil || !again || !known || slices.Contains(facts.Floors, repeated) {
		return facts, err
	}
	facts.Floors = append(slices.Clone(facts.Floors), repeated)
	slices.Sort(facts.Floors)
	return facts, nil
}
