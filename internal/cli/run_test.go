package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"amparo/internal/config"
	"amparo/internal/fault"
)

// settings are the names of all flags that say how the program runs.
func settings(t reflect.Type) (names []string) {
	for field := range t.Fields() {
		switch {
		case field.Anonymous:
			names = append(names, settings(field.Type)...)
		case field.Tag.Get("name") != "":
			names = append(names, field.Tag.Get("name"))
		default:
			names = append(names, dashed(field.Name))
		}
	}
	return names
}

// dashed spells KeyDatabase as key-database.
func dashed(name string) string {
	var out strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			out.WriteByte('-')
		}
		out.WriteRune(r)
	}
	return strings.ToLower(out.String())
}

// TestEverySettingIsAFlagAndAnEnvironmentVariable holds that both have one name, and that everything has its manual.
func TestEverySettingIsAFlagAndAnEnvironmentVariable(t *testing.T) {
	wanted := map[string]bool{}
	for _, name := range settings(reflect.TypeFor[config.Serve]()) {
		wanted[name] = true
	}
	if len(wanted) < 15 {
		t.Fatalf("only %d settings were found", len(wanted))
	}
	seen := map[string]bool{}
	for _, command := range kong.Must(&commands{}).Model.Leaves(true) {
		if command.Help == "" {
			t.Errorf("%s has no help", command.FullPath())
		}
		for _, flag := range command.Flags {
			if flag.Help == "" {
				t.Errorf("%s --%s has no help", command.FullPath(), flag.Name)
			}
			if want := "AMPARO_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_")); wanted[flag.Name] {
				seen[flag.Name] = true
				if fmt.Sprint(flag.Envs) != "["+want+"]" {
					t.Errorf("%s --%s is %v in the environment, not %s", command.FullPath(), flag.Name, flag.Envs, want)
				}
			}
		}
		for _, argument := range command.Positional {
			if argument.Help == "" {
				t.Errorf("%s has no help for %s", command.FullPath(), argument.Name)
			}
		}
	}
	for name := range wanted {
		if !seen[name] {
			t.Errorf("no command has --%s", name)
		}
	}
}

// TestAnErrorIsOneLine gives errors as they come from below.
func TestAnErrorIsOneLine(t *testing.T) {
	wrong := fault.New(fault.Invalid, "fault.user").With("agency", "fault.agency_unknown").With("name", "fault.sign_in_name")
	for want, err := range map[string]error{
		"plain and over two lines": errors.New("plain\nand over\n two lines"),
		"This user cannot be saved as it is. Correct what is marked below. agency: There is no such agency. Choose one from the list, or add the agency first. " +
			"name: Use small letters, digits, dots and hyphens for the name to sign in with, for example n.haddad.": fmt.Errorf("adding: %w", wrong),
		"words of our own": fmt.Errorf("wrapped: %w", tell("words of our %s", "own")),
		"one two":          errors.Join(errors.New("one"), errors.New("two")),
	} {
		if got := oneLine(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestStatus runs commands that need nothing.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		out    string
	}{
		{"", 0, "Usage: amparo"},
		{"--help", 0, "audit verify"},
		{"user add --help", 0, "--display"},
		{"serve --nonsense", 1, ""},
		{"pack check --json", 0, `"ok": true`},
	} {
		var out, errs bytes.Buffer
		status := Run(context.Background(), strings.Fields(c.args), strings.NewReader(""), &out, &errs)
		if status != c.status || !strings.Contains(out.String(), c.out) {
			t.Errorf("amparo %s ends with %d and says %q", c.args, status, out.String())
		}
		if lines := strings.Count(errs.String(), "\n"); lines != c.status || c.status == 1 && !strings.HasPrefix(errs.String(), "amparo: ") {
			t.Errorf("amparo %s complains %q", c.args, errs.String())
		}
	}
}
