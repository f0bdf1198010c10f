package front

import (
	"fmt"
	"io/fs"
	"time"

	"amparo/internal/config"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/packs"
)

// Country loads the pack that is served. One that is not fit for real people is served as a demonstration only.
func Country(c config.Serve) (*jurisdiction.Pack, error) {
	pack, problems := ReadPack(c.Pack)
	if len(problems) > 0 {
		return nil, fmt.Errorf("the pack has %d faults, the first: %s; run: amparo pack check %s", len(problems), problems[0], c.Pack)
	}
	if left := pack.LiveProblems(); !c.Demo && len(left) > 0 {
		return nil, fmt.Errorf("the pack %s may not be served to real people: %s; run: amparo pack check --json %s, or look at it with --demo",
			pack.Code(), left[0], c.Pack)
	}
	return pack, nil
}

// Tongues gives the program's words in the languages that the pack has on each side. It fails when the program does not speak one of
// them: a page is all in one language, or it is not there.
func Tongues(words *lang.Catalog, pack *jurisdiction.Pack) (public, staff *lang.Catalog, err error) {
	var offered []string
	for _, l := range pack.Languages() {
		offered = append(offered, l.Code)
	}
	if public, err = words.Only(offered...); err != nil {
		return nil, nil, fmt.Errorf("the pack %s offers a language that the program does not speak: %w", pack.Code(), err)
	}
	if staff, err = words.Staff().Only(pack.StaffLanguages()...); err != nil {
		return nil, nil, fmt.Errorf("the pack %s has a language of staff that staff pages are not in: %w", pack.Code(), err)
	}
	return public, staff, nil
}

// ReadPack loads the pack of a folder, or the fictional country when none is named.
func ReadPack(dir string) (*jurisdiction.Pack, []jurisdiction.Problem) {
	if dir != "" {
		return jurisdiction.LoadDir(dir, time.Now())
	}
	demo, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		panic(err) // only for a name that is no path
	}
	return jurisdiction.Load(demo, time.Now())
}
