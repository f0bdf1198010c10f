package archtest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// arrows reads the drawing in ARCHITECTURE.md: the lines of its block "arrows", each "room → room room".
func arrows(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(root + "/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(text), "```arrows\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatal("ARCHITECTURE.md has no block ```arrows")
	}
	drawn := map[string][]string{}
	for line := range strings.Lines(block) {
		from, to, ok := strings.Cut(strings.TrimSpace(line), "→")
		if !ok {
			t.Fatalf("ARCHITECTURE.md, arrows: %q is not of the form: room → room room", line)
		}
		name := strings.TrimSpace(from)
		if _, twice := drawn[name]; twice {
			t.Fatalf("ARCHITECTURE.md, arrows: %s is drawn twice", name)
		}
		drawn[name] = strings.Fields(to)
	}
	return drawn
}

func TestArrows(t *testing.T) {
	drawn, rooms := arrows(t), house(t)
	for name, r := range rooms {
		allowed, ok := drawn[name]
		if !ok && name != "archtest" {
			t.Errorf("%s is not drawn in ARCHITECTURE.md", name)
		}
		for _, to := range r.imports {
			if !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s; ARCHITECTURE.md draws no such arrow. Take the import away, or redraw the house and say why", name, to)
			}
		}
		for _, to := range allowed {
			if !slices.Contains(r.imports, to) {
				t.Errorf("ARCHITECTURE.md draws %s → %s and the code does not need it", name, to)
			}
		}
	}
	for name := range drawn {
		if rooms[name] == nil {
			t.Errorf("ARCHITECTURE.md draws %s, which is not there", name)
		}
	}
}

// reach gives every room that a room can get to, with one way to it.
func reach(rooms map[string]*room, from string) map[string]string {
	way := map[string]string{from: from}
	next := []string{from}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		for _, to := range rooms[at].imports {
			if _, seen := way[to]; !seen && rooms[to] != nil {
				way[to] = way[at] + " → " + to
				next = append(next, to)
			}
		}
	}
	return way
}

// TestPublicCodeCannotReachTheKeys holds DESIGN section 5: what serves the public seals and never opens. front is the whole process of a split
// installation.
func TestPublicCodeCannotReachTheKeys(t *testing.T) {
	rooms := house(t)
	for name := range rooms {
		if name != "intake" && name != "web/public" && name != "front" {
			continue
		}
		if way, ok := reach(rooms, name)["vault/open"]; ok {
			t.Errorf("public code reaches the keys: %s", way)
		}
	}
}

// TestNothingSealedIsReadUnseen holds that the keys are known to the room that audits each opening, and to the wiring: that of
// the program and that of the house for tests of staff pages.
func TestNothingSealedIsReadUnseen(t *testing.T) {
	for name, r := range house(t) {
		if slices.Contains(r.imports, "vault/open") && !slices.Contains([]string{"reveal", "app", "cli", "web/staff/stafftest"}, name) {
			t.Errorf("%s imports vault/open; only reveal, and the key commands, may", name)
		}
	}
}
