package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"amparo/internal/front"
	"amparo/internal/jurisdiction"
)

// pack loads the pack in the folder, or the fictional country when none is named.
func pack(dir string) (*jurisdiction.Pack, error) {
	p, problems := front.ReadPack(dir)
	if len(problems) > 0 {
		return nil, tell("the pack has %d faults, the first: %s; run: amparo pack check %s", len(problems), problems[0], dir)
	}
	return p, nil
}

type packCheck struct {
	Dir  string `arg:"" optional:"" help:"The folder of the pack; the fictional Demoland without it." env:"AMPARO_PACK"`
	JSON bool   `name:"json" help:"Tell it as JSON."`
}

// checked is what pack check tells as JSON.
type checked struct {
	OK       bool                   `json:"ok"`
	Code     string                 `json:"code,omitempty"`
	Version  string                 `json:"version,omitempty"`
	Live     bool                   `json:"live"`
	Problems []jurisdiction.Problem `json:"problems"`
	NotLive  []jurisdiction.Problem `json:"not_ready_to_go_live"`
}

// Run prints every fault, one a line, and fails when there is any.
func (c *packCheck) Run(t *terminal) error {
	p, problems := front.ReadPack(c.Dir)
	told := checked{OK: len(problems) == 0, Problems: []jurisdiction.Problem{}, NotLive: []jurisdiction.Problem{}}
	for _, problem := range problems {
		told.Problems = append(told.Problems, problem.Under(c.Dir))
	}
	if p != nil {
		told.Code, told.Version, told.Live = p.Code(), p.Version(), p.Live()
		told.NotLive = append(told.NotLive, p.LiveProblems()...)
	}
	if c.JSON {
		if err := t.json(told); err != nil {
			return err
		}
	} else {
		t.sayPack(told)
	}
	if !told.OK {
		return tell("the pack has %d faults; mend them and check again", len(problems))
	}
	return nil
}

// sayPack tells every fault on a line, or that there is none.
func (t *terminal) sayPack(told checked) {
	for _, problem := range told.Problems {
		fmt.Fprintln(t.out, problem)
	}
	if told.OK {
		fmt.Fprintf(t.out, "pack %s %s: no fault", told.Code, told.Version)
		if n := len(told.NotLive); n > 0 {
			fmt.Fprintf(t.out, "; %d things keep it from going live (--json names them)", n)
		}
		fmt.Fprintln(t.out)
	}
}

type packSchema struct {
	Dir string `arg:"" help:"The folder to write the schemas into. It is made when it is not there."`
}

// Run writes every schema.
func (c *packSchema) Run(t *terminal) error {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return tell("cannot make the folder: %v", err)
	}
	return fs.WalkDir(jurisdiction.Schemas(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(jurisdiction.Schemas(), path)
		if err != nil {
			return err
		}
		to := filepath.Join(c.Dir, filepath.Base(path))
		fmt.Fprintln(t.out, to)
		return os.WriteFile(to, text, 0o644)
	})
}
