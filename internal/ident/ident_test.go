package ident

import (
	"testing"
	"time"
)

type thingID string

func TestIdsSortByTimeAndNeverRepeat(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	seen := map[thingID]bool{}
	var before thingID
	for i := range 5_000 {
		id := New[thingID](at.Add(time.Duration(i) * time.Millisecond))
		if err := Check(string(id)); err != nil {
			t.Fatal(err)
		}
		if seen[id] || id <= before {
			t.Fatalf("%s after %s: repeated or out of order", id, before)
		}
		seen[id], before = true, id
	}
}

func TestOfIsOneForTheTwo(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	one, two := New[thingID](at), New[thingID](at)
	seen := map[thingID]bool{Of(one, "a"): true, Of(one, "b"): true, Of(two, "a"): true, Of(one, ""): true, one: true, two: true}
	if again := Of(one, "a"); len(seen) != 6 || again != Of(one, "a") {
		t.Errorf("%d ids of 6", len(seen))
	}
	for id := range seen {
		if Check(string(id)) != nil || id[:9] != one[:9] {
			t.Errorf("%s is no id of that time", id)
		}
	}
	if Of(thingID("none"), "a") != "none" {
		t.Error("an id was made of none")
	}
}

func TestOneFormIsOneThing(t *testing.T) {
	draft := New[string](time.Now())
	of := func(draft string, sent ...any) string {
		t.Helper()
		id, err := OfForm(draft, sent...)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	one := of(draft, "mona", map[string]string{"a": "b"})
	if of(draft, "mona", map[string]string{"a": "b"}) != one || Check(one) != nil {
		t.Error("the same form sent again is another thing")
	}
	for _, other := range []string{of(draft, "huda", map[string]string{"a": "b"}), of(draft, "mona", map[string]string{"a": "c"}), of(New[string](time.Now()), "mona", map[string]string{"a": "b"})} {
		if other == one {
			t.Error("another form is the same thing")
		}
	}
	if of("no id", "mona") != "no id" {
		t.Error("what is no id became one")
	}
	if _, err := OfForm(draft, func() {}); err == nil {
		t.Error("what cannot be held together has an id")
	}
}

func TestCheckRefusesWhatIsNoId(t *testing.T) {
	good := string(New[thingID](time.Now()))
	for _, bad := range []string{"", "short", good + "0", good[:25] + "U", good[:25] + "u", good[:25] + "\n", "../../../../etc/passwd0000"} {
		if Check(bad) == nil {
			t.Errorf("%q was taken for an id", bad)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(string(New[thingID](time.Now())))
	f.Fuzz(func(t *testing.T, s string) {
		if Check(s) == nil && len(s) != Length {
			t.Fatal("wrong length accepted")
		}
	})
}
