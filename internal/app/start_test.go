package app

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amparo/internal/config"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

// cannot wants opening to fail with all of the words, on one line, and to leave nothing open.
func cannot(t *testing.T, c config.Serve, words ...string) {
	t.Helper()
	log, _ := logger()
	a, err := Open(t.Context(), c, log)
	if err == nil {
		t.Fatal("it opened nevertheless", a.Close())
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not say %q: %v", word, err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has several lines: %q", err)
	}
}

func TestWithoutALiveVerifiedPackNobodyIsServed(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		c := plain(t, d)
		c.Public = freeAddress(t)
		for what, change := range map[string]func(text string) string{
			"live: this pack is for demonstration": jurisdictiontest.Reviewed,
			"nobody has reviewed the words": func(text string) string {
				return strings.Replace(text, "live: false", "live: true", 1)
			},
		} {
			not := c
			not.Pack = packWith(t, change)
			cannot(t, not, "may not be served to real people", what, "amparo pack check --json", "--demo")
			if conn, err := net.Dial("tcp", c.Public); err == nil {
				conn.Close()
				t.Error("the public listener was opened")
			}
			if _, err := os.Stat(d.Dir); err == nil {
				t.Error("data was written")
			}
		}
		cannot(t, config.Serve{Data: d, Public: c.Public, Desk: "127.0.0.1:0"}, "--demo", "--pack DIR")
		a, _ := opened(t, c)
		serve(t, a)
		public, _ := a.Addresses()
		status, text := ask(t, public)
		if status != 200 || strings.Contains(text, a.words.For("en").T("page.demo")) {
			t.Errorf("a live pack is served with %d, or as a demonstration", status)
		}
	})
}

// freeAddress is a loopback address that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

func TestAPackWithFaultsIsNotServed(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		c := demonstration(d)
		c.Pack = packWith(t, func(text string) string {
			return strings.Replace(text, "time_zone: Asia/Nicosia", "time_zone: Mars", 1)
		})
		cannot(t, c, "the pack has 1 faults", "profile.yaml:", "amparo pack check "+c.Pack)
		c.Pack = filepath.Join(t.TempDir(), "none")
		cannot(t, c, "the pack has", "amparo pack check")
	})
}

func TestATakenPortIsTold(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		defer l.Close()
		for side, set := range map[string]func(c *config.Serve, address string){
			"--public": func(c *config.Serve, address string) { c.Public = address },
			"--desk":   func(c *config.Serve, address string) { c.Desk = address },
		} {
			c := demonstration(d)
			set(&c, l.Addr().String())
			cannot(t, c, l.Addr().String(), "address already in use", side)
		}
		a, _ := opened(t, demonstration(d)) // what failed before has filled nothing in
		if len(a.Demo().Users) == 0 {
			t.Error("the users of the demonstration were made by a start that failed, and nobody knows their passwords")
		}
	})
}

func TestWhatOthersCanReadIsRefused(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		c := plain(t, d)
		a, _ := opened(t, c)
		must(t, a.Close())
		must(t, os.Chmod(d.Dir, 0o750))
		cannot(t, c, "can be read by others", "chmod 700 "+d.Dir)
		must(t, os.Chmod(d.Dir, 0o700))
		for _, name := range []string{open.WrappingFile, open.AuditFile, seal.PublicKeyFile} {
			path := filepath.Join(d.Keys(), name)
			must(t, os.Chmod(path, 0o640))
			cannot(t, c, path, "chmod 600")
			must(t, os.Chmod(path, 0o600))
		}
		a, _ = opened(t, c)
		must(t, a.Close())
		must(t, os.Remove(filepath.Join(d.Keys(), open.WrappingFile)))
		cannot(t, c, open.WrappingFile+" is missing", "put it back from the key export")
	})
}

func TestAnUnreachableDatabaseIsTold(t *testing.T) {
	c := plain(t, config.Data{Dir: filepath.Join(t.TempDir(), "data"), Database: "postgres://amparo:a-canary@127.0.0.1:1/none?sslmode=disable&connect_timeout=2"})
	log, _ := logger()
	_, err := Open(t.Context(), c, log)
	if err == nil || strings.Contains(err.Error(), "a-canary") {
		t.Errorf("unreachable: %v", err)
	}
	cannot(t, c, "the database does not answer", "see that PostgreSQL is running", "AMPARO_DATABASE")
	c.Database = "postgres://amparo:a-canary@[::1/none"
	_, err = Open(t.Context(), c, log)
	if err == nil || strings.Contains(err.Error(), "a-canary") {
		t.Errorf("no address: %v", err)
	}
	cannot(t, c, "the database address cannot be read", "AMPARO_DATABASE")
	must(t, os.Mkdir(filepath.Join(c.Dir, "amparo.db"), 0o700))
	c.Database = ""
	cannot(t, c, "cannot open the database file", "see that "+c.Dir)
}

const futureTestSQL = `INSERT INTO schema_version (version_id, is_applied) VALUES (9999, true)`

func TestADatabaseOfANewerProgramIsLeftAlone(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		c := plain(t, d)
		a, _ := opened(t, c)
		write(t, a.stores.main, func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, futureTestSQL); return err })
		must(t, a.Close())
		const told = "made by a newer version of this program; start that version"
		cannot(t, c, told)
		if _, err := Migrate(t.Context(), d, nil); err == nil || !strings.Contains(err.Error(), told) {
			t.Errorf("migrate: %v", err)
		}
		if err := WithVault(t.Context(), d, func(*open.Vault) error { return nil }); err == nil || !strings.Contains(err.Error(), told) {
			t.Errorf("a command about keys: %v", err)
		}
		if _, err := VerifyAudit(t.Context(), d, "", ""); err == nil || !strings.Contains(err.Error(), told) {
			t.Errorf("audit verify: %v", err)
		}
	})
}

func TestAnOlderDatabaseIsBroughtUpOrTold(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		if d.Database != "" {
			d.Database = storetest.Fresh(t) // without a table
		}
		must(t, d.Make())
		must(t, os.Mkdir(d.Keys(), 0o700))
		if err := WithVault(t.Context(), d, func(*open.Vault) error { return nil }); err == nil || !strings.Contains(err.Error(), "run: amparo migrate") {
			t.Errorf("a command about keys: %v", err)
		}
		opened(t, plain(t, d))
		must(t, WithVault(t.Context(), d, func(*open.Vault) error { return nil }))
	})
}

func TestMailThatCannotWorkIsToldAtTheStart(t *testing.T) {
	c := plain(t, config.Data{Dir: filepath.Join(t.TempDir(), "data")})
	c.Mail = config.Mail{SMTPHost: "mail.example.org", MailFrom: "desk@example.org", DeskURL: "https://desk.example.org/?case=1"}
	cannot(t, c, "the desk's address is not like https://desk.example.org/")
	c.DeskURL = "https://desk.example.org/"
	c.SMTPUser, c.SMTPPassword = "desk", filepath.Join(t.TempDir(), "password")
	cannot(t, c, "cannot read the secret", c.SMTPPassword)
	must(t, os.WriteFile(c.SMTPPassword, []byte("a-canary\n"), 0o644))
	cannot(t, c, "chmod 600 "+c.SMTPPassword)
	must(t, os.Chmod(c.SMTPPassword, 0o600))
	a, _ := opened(t, c)
	must(t, a.Close())
}
