package jurisdiction

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"amparo/packs"
)

// begin is when the program starts in these tests: a Wednesday, at the desk.
var begin = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// demoFiles is a copy of the demo pack that a test may break.
func demoFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	sub, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(sub, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(sub, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func demo(t testing.TB) *Pack {
	t.Helper()
	return load(t, demoFiles(t))
}

func load(t testing.TB, files fstest.MapFS) *Pack {
	t.Helper()
	pack, problems := Load(files, begin)
	for _, p := range problems {
		t.Error(p)
	}
	if pack == nil {
		t.Fatal("the pack did not load")
	}
	return pack
}

// edit puts new in the place of the first old in a file, and gives the line on which old stood.
func edit(t testing.TB, files fstest.MapFS, file, old, new string) int {
	t.Helper()
	before, after, found := strings.Cut(string(files[file].Data), old)
	if !found {
		t.Fatalf("%s does not hold %q", file, old)
	}
	files[file] = &fstest.MapFile{Data: []byte(before + new + after)}
	return strings.Count(before, "\n") + 1
}

func TestDemoLoads(t *testing.T) {
	p := demo(t)
	if p.Code() != "demo" || p.Live() || len(p.Hash()) != 64 || p.Version() == "" {
		t.Errorf("got %q live=%v version %q hash %q", p.Code(), p.Live(), p.Version(), p.Hash())
	}
	if p.Name("ar") != "ديمولاند" || p.Name("fr") != "Demoland" || p.Name("ar-EG") != "ديمولاند" {
		t.Errorf("names %q %q", p.Name("ar"), p.Name("fr"))
	}
}
