package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/front"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
)

// Simulate runs a rule set over the stored reports of an installation and tells what it would move; every problem of the rule set,
// with its line, when it cannot be used. pack is the folder of the country that is served. It works while the installation is
// serving and changes nothing; who ran it, and whose facts were opened, is in the log.
func Simulate(ctx context.Context, d config.Data, pack, rules string, in triage.SimulateInput) (
	told triage.Simulation, problems []ruleset.Problem, err error,
) {
	country, faults := front.ReadPack(pack)
	if len(faults) > 0 {
		return told, nil, errors.New("the pack has faults, the first: " + faults[0].String() + "; run: amparo pack check " + pack)
	}
	err = with(ctx, d, func(s stores, v *open.Vault) error {
		if err := s.main.Read(ctx, func(tx store.Tx) error { return servedUnder(ctx, tx, country.Code()) }); err != nil {
			return err
		}
		room := triage.New(triage.Config{Store: s.main, Reveal: reveal.New(s.main, v), Pack: country})
		if in.Set, problems, err = room.Rulebook.CheckRules(ctx, access.Console, rules); err != nil || len(problems) > 0 {
			return err
		}
		told, err = room.Simulate(ctx, access.Console, in)
		return err
	})
	return told, problems, err
}

// servedUnder refuses a country that is not the one under which reports come in: its rules would be compared with no one's.
func servedUnder(ctx context.Context, tx store.Tx, code string) error {
	latest, err := report.LatestPack(ctx, tx)
	if there, _, _ := strings.Cut(latest, " "); err == nil && there != "" && there != code {
		err = fmt.Errorf("reports come in under the pack %s here, not under %s; name the folder of the pack that is served with --pack", there, code)
	}
	return err
}

// adoptedRules tells of an adopted rule set that does not count, and of one that a newer pack has overtaken.
func (d *doctor) adoptedRules(ctx context.Context, c config.Serve, s stores) error {
	country, faults := front.ReadPack(c.Pack)
	if len(faults) > 0 || c.Pack == "" && !c.Demo { // which is told elsewhere
		return nil
	}
	return s.main.Read(ctx, func(tx store.Tx) error {
		use, err := rulebook.New(s.main, country.RuleSet()).RulesInUse(ctx, tx)
		if err != nil {
			return err
		}
		switch {
		case use.Unfit != "":
			d.find("country", true, "The adopted rule set "+use.Adopted.Name+" no longer fits the pack, whose own "+use.Pack+" counts: "+use.Unfit+".",
				"Have a supervisor and an administrator adopt one that fits, or go back to the pack's, on the page Rules.")
		case use.PackMoved():
			d.find("country", false, "The pack brings the rule set "+use.Pack+", and the adopted "+use.RuleSet+" still counts in its place.",
				"Have a supervisor and an administrator decide which is to count, on the page Rules.")
		}
		return nil
	})
}
