package page

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed picture/*.svg
var drawings embed.FS

// drawn is every drawing by its name. They are read once and never changed.
var drawn = sync.OnceValues(func() (map[string]template.HTML, error) {
	files, err := fs.Glob(drawings, "picture/*.svg")
	if err != nil {
		return nil, err
	}
	all := map[string]template.HTML{}
	for _, file := range files {
		text, err := fs.ReadFile(drawings, file)
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(path.Base(file), ".svg")] = template.HTML(strings.TrimSpace(string(text)))
	}
	return all, nil
})

// Pictures gives the names of the drawings that a page may set beside words, sorted: small, calm, of one line, in the colour of the
// words around them. None has a meaning of its own: whoever cannot see them misses nothing.
func Pictures() []string {
	all, _ := drawn() // what is built in can be read
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// picture gives a drawing for a template.
func picture(name string) (template.HTML, error) {
	all, err := drawn()
	if err != nil {
		return "", err
	}
	drawing, ok := all[name]
	if !ok {
		return "", fmt.Errorf("there is no picture %q", name)
	}
	return drawing, nil
}
