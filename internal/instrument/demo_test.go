package instrument

import (
	"os"
	"path/filepath"
	"testing"
)

const demoFolder = "../../packs/demo/instruments"

func demo(t testing.TB, name string) *Instrument {
	t.Helper()
	file := filepath.Join(demoFolder, name+".yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in, problems := Load(name+".yaml", data)
	for _, p := range problems {
		t.Error(p)
	}
	if in == nil {
		t.FailNow()
	}
	return in
}

// ways are the lists of questions by which people come in.
var ways = []string{"under_13", "about_me", "worried", "past", "professional"}

func TestDemoLoads(t *testing.T) {
	for _, name := range ways {
		in := demo(t, name)
		if n := len(in.Pages); in.ID != name || n < 14 || n > 22 {
			t.Errorf("%s is called %s and has %d pages", name, in.ID, n)
		}
	}
}
