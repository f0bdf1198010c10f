package education

import (
	"embed"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed picture/*.svg
var drawings embed.FS

// drawn is every drawing by its name. They are read once and never changed.
var drawn = sync.OnceValue(func() map[string]string {
	files, err := fs.Glob(drawings, "picture/*.svg")
	if err != nil {
		panic(err) // only for a pattern that is none
	}
	all := map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(drawings, file)
		if err != nil {
			panic(err) // what is built in can be read
		}
		all[strings.TrimSuffix(path.Base(file), ".svg")] = strings.TrimSpace(string(text))
	}
	return all
})

// Drawing gives a drawing of easy read as SVG, in the colour of the words beside it; empty for a name of none. A module that was checked names none
// that is not there. Whoever cannot see it misses nothing.
func Drawing(name string) string { return drawn()[name] }

// DrawnName gives the name of a drawing; empty for one that is none.
func DrawnName(name string) string {
	if Drawing(name) == "" {
		return ""
	}
	return name
}

// Drawings are the names of all drawings, in their alphabet's order.
func Drawings() []string { return slices.Sorted(maps.Keys(drawn())) }
