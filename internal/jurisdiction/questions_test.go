package jurisdiction

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/instrument"
)

func TestInstrumentsOfTheDemo(t *testing.T) {
	pack, problems := Load(demoFiles(t), time.Now())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := slices.Sorted(maps.Keys(pack.instruments)); !slices.Equal(got, []string{"about_me", "past", "professional", "under_13", "worried"}) {
		t.Fatalf("lists of questions: %v", got)
	}
	if pack.Instrument("none") != nil {
		t.Error("found a list of questions that is not there")
	}
	for id := range pack.instruments {
		if !offersAreas(pack.Instrument(id), pack) {
			t.Errorf("%s does not offer the country's areas", id)
		}
	}
}

// offersAreas tells whether a question for the area offers one that may be coded.
func offersAreas(in *instrument.Instrument, pack *Pack) bool {
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			for _, c := range q.Codes {
				if q.Kind == instrument.Area && pack.AreaKnown(c.Name) {
					return true
				}
			}
		}
	}
	return false
}

func TestBrokenInstruments(t *testing.T) {
	for want, change := range map[string]func(fstest.MapFS){
		"instruments/worried.yaml:": func(f fstest.MapFS) {
			f["instruments/worried.yaml"].Data = []byte(strings.Replace(string(f["instruments/worried.yaml"].Data), "danger_now", "danger_sometime", 1))
		},
		"expected an id of its own":  func(f fstest.MapFS) { f["instruments/x.yaml"] = f["instruments/worried.yaml"] },
		"instruments/about_me.yaml:": func(f fstest.MapFS) { f["instruments/about_me.yaml"].Data = []byte("id: about_me\n") },
	} {
		files := demoFiles(t)
		change(files)
		pack, problems := Load(files, time.Now())
		found := slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.String(), want) })
		if pack != nil || !found {
			t.Errorf("%q is not among %v", want, problems)
		}
	}
}
