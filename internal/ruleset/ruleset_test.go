package ruleset

import (
	"os"
	"testing"
)

const demoFile = "../../packs/demo/ruleset.yaml"

func demoText(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(demoFile)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func demo(t testing.TB) *Set {
	t.Helper()
	s, problems := Load(demoFile, demoText(t))
	for _, p := range problems {
		t.Error(p)
	}
	if s == nil {
		t.FailNow()
	}
	return s
}

func facts(t testing.TB, s *Set, text string) Facts {
	t.Helper()
	f, err := s.ParseFacts([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}
