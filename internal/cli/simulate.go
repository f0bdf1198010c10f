package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"amparo/internal/app"
	"amparo/internal/config"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
)

// mostMoves is how many moves the command lists; all are counted.
const mostMoves = 10_000

type simulate struct {
	config.Data
	Rules string `arg:"" help:"The changed rule set, a file as the pack's ruleset.yaml; - reads standard input."`
	Pack  string `help:"The folder of the pack that is served; the fictional Demoland without it." env:"AMPARO_PACK"`
	Since string `help:"Only reports received on this day or later, as in 2026-01-31; all without it."`
	JSON  bool   `name:"json" help:"Tell it as JSON."`
}

// Help is what the command's own help says besides its flags.
func (c *simulate) Help() string {
	return "Nothing is changed. That facts were opened, and that this was run, is in the audit log. A supervisor and an administrator " +
		"adopt a rule set together, on the page Rules of the staff side.\n\n" +
		"Exit status: 0 when it has told what would move, much or nothing; 1 when the rule set has problems, each told with its line, or " +
		"when something else was wrong."
}

// simulated is what the command tells as JSON.
type simulated struct {
	OK         bool               `json:"ok"`
	Problems   []simulatedProblem `json:"problems"`
	Simulation *triage.Simulation `json:"simulation,omitempty"`
}

type simulatedProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

// Run tells what the rule set would move, and why.
func (c *simulate) Run(ctx context.Context, t *terminal) error {
	since, err := day(c.Since, time.Time{})
	if err != nil {
		return err
	}
	text, err := c.read(t.in)
	if err != nil {
		return err
	}
	s, problems, err := app.Simulate(ctx, c.Data, c.Pack, text, triage.SimulateInput{Since: since, Moves: mostMoves})
	if err != nil {
		return err
	}
	told := simulated{OK: len(problems) == 0, Problems: []simulatedProblem{}}
	for _, p := range problems {
		told.Problems = append(told.Problems, simulatedProblem{c.Rules, p.Line, p.Message})
	}
	if told.OK {
		told.Simulation = &s
	}
	if c.JSON {
		err = t.json(told)
	} else {
		err = t.saySimulated(told)
	}
	if err == nil && !told.OK {
		err = tell("the rule set has %d problems; mend them and simulate again", len(problems))
	}
	return err
}

func (c *simulate) read(in io.Reader) (string, error) {
	if c.Rules != "-" {
		file, err := os.Open(c.Rules)
		if err != nil {
			return "", tell("cannot read the rule set: %v", err)
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, ruleset.MaxFile+1))
	if err != nil {
		return "", tell("cannot read the rule set: %v", err)
	}
	return string(text), nil
}

// saySimulated tells every problem on a line, or the simulation: how many move, why, and which.
func (t *terminal) saySimulated(told simulated) error {
	for _, p := range told.Problems {
		fmt.Fprintf(t.out, "%s:%d: %s\n", p.File, p.Line, p.Message)
	}
	if !told.OK {
		return nil
	}
	s := told.Simulation
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s, against %s in use: %d reports, %d of them open\n", s.RuleSet, s.Against, s.Reports, s.Open)
	fmt.Fprintf(w, "up\t%d\ndown\t%d\nunchanged\t%d\n", s.Up, s.Down, s.Unchanged)
	if s.Unreadable > 0 {
		fmt.Fprintf(w, "unreadable\t%d\n", s.Unreadable)
	}
	sayCounts(w, s)
	sayReasons(w, s)
	sayMoves(w, s)
	fmt.Fprintf(w, "\nAdopted, it would raise %d open reports at once. %d open reports would go down, and keep their priority until a supervisor lowers them.\n",
		s.Rising, s.Staying)
	return w.Flush()
}

func sayCounts(w io.Writer, s *triage.Simulation) {
	fmt.Fprintf(w, "\nFROM\tTO\tREPORTS\t\n")
	for _, c := range s.Counts {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", c.From, c.To, c.Reports, direction(c.From, c.To))
	}
}

func sayReasons(w io.Writer, s *triage.Simulation) {
	if len(s.Why) == 0 {
		return
	}
	fmt.Fprintf(w, "\nWHY\tUP\tDOWN\n")
	for _, r := range s.Why {
		fmt.Fprintf(w, "%s\t%d\t%d\n", cause(r.Cause, r.Added), r.Up, r.Down)
	}
}

func sayMoves(w io.Writer, s *triage.Simulation) {
	if len(s.Moves) == 0 {
		return
	}
	fmt.Fprintf(w, "\nREPORT\tSTATE\tFROM\tTO\tSTANDS\tWHY\n")
	for _, m := range s.Moves {
		var why []string
		for _, c := range m.Added {
			why = append(why, cause(c, true))
		}
		for _, c := range m.Removed {
			why = append(why, cause(c, false))
		}
		state := map[bool]string{true: "open", false: "resolved"}[m.Open]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", m.Report, state, m.From, m.To, m.Stands, strings.Join(why, "; "))
	}
	if s.Left > 0 {
		fmt.Fprintf(w, "and %d more\n", s.Left)
	}
}

// direction is the word for a move.
func direction(from, to ruleset.Priority) string {
	switch {
	case to.MoreUrgent(from):
		return "up"
	case from.MoreUrgent(to):
		return "down"
	}
	return "unchanged"
}

// cause says a reason that came or went, in the codes of the rule set.
func cause(c ruleset.Cause, added bool) string {
	sign := map[bool]string{true: "+", false: "-"}[added]
	switch c.Kind {
	case ruleset.CauseFactor:
		return fmt.Sprintf("%s %s %s: %s %d -> %d", sign, c.ID, c.Name, c.Code, c.Was, c.Is)
	case ruleset.CauseUnknowns, ruleset.CauseBands:
		return sign + " " + string(c.Kind)
	}
	return fmt.Sprintf("%s %s %s", sign, c.ID, c.Name)
}
