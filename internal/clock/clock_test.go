package clock

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestStoredTimeComesBackEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := Trim(time.Unix(rapid.Int64Range(1, 1<<33).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")))
		if back := FromMicro(Micro(at)); !back.Equal(at) || back != at {
			t.Fatalf("%v came back as %v", at, back)
		}
	})
	if !FromMicro(Micro(time.Time{})).IsZero() {
		t.Fatal("the zero time must come back as the zero time")
	}
}

func TestDayFollowsTheZone(t *testing.T) {
	at := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	if got := Day(at, time.FixedZone("east", 3600)); got != "2026-03-02" {
		t.Fatalf("got %s", got)
	}
	if got := Day(at, time.UTC); got != "2026-03-01" {
		t.Fatalf("got %s", got)
	}
}
