package app

import (
	"context"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"amparo/internal/metrics"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestEveryAlertIsOnANumberThatIsTold, and every number that somebody must act on has an alert.
func TestEveryAlertIsOnANumberThatIsTold(t *testing.T) {
	text, err := os.ReadFile("../../docs/examples/operations/alerts.yml")
	must(t, err)
	var told []string
	for name := range maps.Keys(watched) {
		told = append(told, name)
	}
	asked := regexp.MustCompile(`\bamparo_\w+`).FindAllString(string(text), -1)
	for _, name := range asked {
		if !slices.Contains(append(told, "amparo_up", "amparo_request_seconds_count"), name) {
			t.Errorf("an alert asks for %s, which nobody tells", name)
		}
	}
	for _, name := range told {
		if !slices.Contains(asked, name) {
			t.Errorf("no alert asks for %s", name)
		}
	}
}

// TestNumbersAreLookedUp on both engines, before there is anything to count.
func TestNumbersAreLookedUp(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		n := metrics.Numbers{}
		must(t, main.Read(t.Context(), func(tx store.Tx) error { return tally(context.Background(), tx, n) }))
		for _, name := range []string{numberLag, numberDead, numberOverdue, numberPending} {
			if v, told := n[name]; !told || v != 0 {
				t.Errorf("%s is %v, told: %t", name, v, told)
			}
		}
		if _, told := n[numberKeys]; told {
			t.Error("there was never a backup, and it has an age")
		}
	})
}
