// Package endure holds what an installation must bear: many at once, being killed, being stopped, and never a word of
// what was told where somebody could read it. Everything runs against the real binary, on both engines.
//
// AMPARO_ENDURE_KILLS is how often the program is killed on each engine; 8 when it is empty.
package endure

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"amparo/internal/store/storetest"
	"amparo/internal/vault/seal"
	"amparo/packs"
	"amparo/test/program"
)

// root is the top of the source tree.
const root = "../.."

// amparo is the program, built by TestMain.
var amparo string

func TestMain(m *testing.M) {
	os.Exit(build(m))
}

// build builds the program as operators get it and runs the tests with it.
func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "amparo-endure-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	amparo = filepath.Join(dir, "amparo")
	make := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", amparo, "./cmd/amparo")
	make.Dir, make.Env, make.Stderr = root, append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := make.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the program cannot be built:", err)
		return 1
	}
	return m.Run()
}

// A place is one installation under test.
type place struct {
	*testing.T
	house program.House
	log   string // the file with all that the program wrote
	temp  string // its folder for temporary files
	pack  string // its country's folder
	db    *sql.DB
	now   *program.Program // that serves; nil when none does
}

// each runs f on a fresh installation of each engine. The tests of this package run beside each other: much of their time
// they wait.
func each(t *testing.T, f func(p *place)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(found(t, program.House{Dir: filepath.Join(t.TempDir(), "data")}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		address, drop, err := program.NewDatabase(t.Context(), storetest.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := drop(); err != nil {
				t.Error(err)
			}
		})
		f(found(t, program.House{Dir: filepath.Join(t.TempDir(), "data"), Database: address}))
	})
}

// found makes an installation and starts it.
func found(t *testing.T, house program.House) *place {
	t.Helper()
	p := settled(t, house)
	p.start()
	p.look()
	return p
}

// settled prepares an installation, with its country.
func settled(t *testing.T, house program.House) *place {
	t.Helper()
	dir := t.TempDir()
	p := &place{T: t, house: house, log: filepath.Join(dir, "log"), temp: filepath.Join(dir, "temp"), pack: filepath.Join(dir, "pack")}
	if err := os.Mkdir(p.temp, 0o700); err != nil {
		t.Fatal(err)
	}
	p.settleIn()
	return p
}

// look opens its tables for the test to read.
func (p *place) look() {
	p.Helper()
	db, err := p.house.Look()
	if err != nil {
		p.Fatal(err)
	}
	p.db = db
	p.Cleanup(func() {
		if err := db.Close(); err != nil {
			p.Error(err)
		}
	})
}

// settleIn writes down the fictional country with somebody at every desk at every hour: which desks a report is given to
// depends on that, and must not depend on when the tests run.
func (p *place) settleIn() {
	p.Helper()
	demo, err := fs.Sub(packs.FS, "demo")
	if err == nil {
		err = os.CopyFS(p.pack, demo)
	}
	if err != nil {
		p.Fatal(err)
	}
	file := filepath.Join(p.pack, "profile.yaml")
	profile := map[string]any{}
	text, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(text, &profile)
	}
	if err != nil {
		p.Fatal(err)
	}
	hours := map[string][]string{}
	for day := time.Sunday; day <= time.Saturday; day++ {
		hours[strings.ToLower(day.String())] = []string{"00:00-24:00"}
	}
	profile["service_hours"], profile["holidays"] = hours, []any{}
	if text, err = yaml.Marshal(profile); err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		p.Fatal(err)
	}
}

// start starts the program: a demonstration of the fictional country without its made-up matters. It ends with the test.
func (p *place) start() {
	p.Helper()
	args := append([]string{"serve", "--json", "--demo", "--pack", p.pack,
		"--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, p.house.Args()...)
	now, err := program.Start(context.WithoutCancel(p.Context()), program.Config{Binary: amparo, Args: args,
		Env: []string{"TMPDIR=" + p.temp}, Log: p.log})
	if err != nil {
		p.Fatalf("%v\n%s", err, p.logged())
	}
	p.now = now
	p.Cleanup(func() {
		if err := now.Kill(); err != nil {
			p.Error(err)
		}
	})
}

// logged is all that the program wrote until now.
func (p *place) logged() string {
	p.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil {
		p.Fatal(err)
	}
	return string(text)
}

// command runs another command of the program over the installation and gives what it says.
func (p *place) command(args ...string) string {
	p.Helper()
	said, err := exec.CommandContext(p.Context(), amparo, append(args, p.house.Args()...)...).CombinedOutput()
	if err != nil {
		p.Fatalf("%s: %v: %s", strings.Join(args, " "), err, said)
	}
	return string(said)
}

// lookup gives the id under which the receipt is stored.
func (p *place) lookup(receipt string) string {
	p.Helper()
	key, err := seal.ReadPublicKey(filepath.Join(p.house.Dir, "keys", seal.PublicKeyFile))
	if err != nil {
		p.Fatal(err)
	}
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		p.Fatal(err)
	}
	return r.LookupID(key.Pepper())
}

// soon waits until what is asked for is so, for at most the time given.
func (p *place) soon(what string, within time.Duration, is func() bool) {
	p.Helper()
	for end := time.Now().Add(within); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			p.Fatalf("not within %s: %s", within, what)
		}
	}
}
