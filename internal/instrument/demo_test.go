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

func TestDemoLoads(t *testing.T) {
	demo(t, "about_me")
}
