package app

import (
	"fmt"
	"io/fs"
	"time"

	"amparo/internal/config"
	"amparo/internal/jurisdiction"
	"amparo/packs"
)

// country loads the pack that is served. One that is not fit for real people is served as a demonstration only.
func country(c config.Serve) (*jurisdiction.Pack, error) {
	pack, problems := read(c.Pack)
	if len(problems) > 0 {
		return nil, fmt.Errorf("the pack has %d faults, the first: %s; run: amparo pack check %s", len(problems), problems[0], c.Pack)
	}
	if left := pack.LiveProblems(); !c.Demo && len(left) > 0 {
		return nil, fmt.Errorf("the pack %s may not be served to real people: %s; run: amparo pack check --json %s, or look at it with --demo",
			pack.Code(), left[0], c.Pack)
	}
	return pack, nil
}

// read loads the pack of a folder, or the fictional country when none is named.
func read(dir string) (*jurisdiction.Pack, []jurisdiction.Problem) {
	if dir != "" {
		return jurisdiction.LoadDir(dir, time.Now())
	}
	demo, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		panic(err) // only for a name that is no path
	}
	return jurisdiction.Load(demo, time.Now())
}
