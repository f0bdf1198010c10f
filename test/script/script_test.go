// Package script tells stories: what a person types, and what the program answers.
package script

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // looks into PostgreSQL beside the program
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // looks into SQLite beside the program

	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/store/storetest"
	"amparo/packs"
)

// binary is the folder with the program, built as it is shipped.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "amparo-script-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "amparo"), "../../cmd/amparo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "the program cannot be built: %v\n%s", err, out)
		return 1
	}
	binary = dir
	return m.Run()
}

func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", binary+string(filepath.ListSeparator)+os.Getenv("PATH"))
			e.Values[workersKey{}] = workers{}
			e.Setenv("POSTGRES", storetest.Fresh(t))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"ports": ports, "await": await, "get": get, "sql": change, "livepack": livepack, "keep": keep, "rules": rules, "logged": logged,
			"staff": staff, "as": as, "one": one,
		},
	})
}

// ports NAME… gives each name the address of a free port of this machine.
func ports(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Setenv(name, l.Addr().String())
		ts.Check(l.Close())
	}
}

// await URL waits until it answers 200.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get(args[0])
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(end) {
			ts.Fatalf("%s did not answer: %v", args[0], err)
		}
	}
}

// get URL prints the status and the body of the answer; ! get wants none.
func get(ts *testscript.TestScript, neg bool, args []string) {
	answer, err := http.Get(args[0])
	if neg {
		if err == nil {
			ts.Fatalf("%s answers", args[0])
		}
		return
	}
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	_, err = fmt.Fprintf(ts.Stdout(), "%d\n%s\n", answer.StatusCode, body)
	ts.Check(err)
}

// sql DATABASE STATEMENT changes a database behind the program's back. The database is a file or an address.
func change(ts *testscript.TestScript, _ bool, args []string) {
	driver, address := "sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=busy_timeout(10000)"
	if strings.HasPrefix(args[0], "postgres://") {
		driver, address = "pgx", args[0]+"&search_path=amparo"
	}
	db, err := sql.Open(driver, address)
	ts.Check(err)
	defer db.Close()
	done, err := db.ExecContext(context.Background(), args[1])
	ts.Check(err)
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("nothing was changed: %v", err)
	}
}

// livepack DIR [CODE] writes the fictional country's pack as one that is reviewed, verified and live, under another code if one is given.
func livepack(ts *testscript.TestScript, _ bool, args []string) {
	files, err := fs.Sub(packs.FS, "demo")
	ts.Check(err)
	ts.Check(fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		text := jurisdictiontest.Live(string(raw))
		if len(args) > 1 {
			text = strings.Replace(text, "\ncode: demo\n", "\ncode: "+args[1]+"\n", 1)
		}
		to := filepath.Join(ts.MkAbs(args[0]), path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, []byte(text), 0o644)
	}))
}

// keep NAME PATTERN gives the name what the pattern's group finds in the output of the last command.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("%q is not in the output", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// rules FILE [OLD NEW]… writes the fictional country's rule set with pieces of its text replaced.
func rules(ts *testscript.TestScript, _ bool, args []string) {
	raw, err := fs.ReadFile(packs.FS, "demo/ruleset.yaml")
	ts.Check(err)
	text := string(raw)
	for i := 1; i+1 < len(args); i += 2 {
		if !strings.Contains(text, args[i]) {
			ts.Fatalf("the rule set does not say %q", args[i])
		}
		text = strings.Replace(text, args[i], args[i+1], 1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// logged FILE WHAT N wants N entries of a SQLite database's audit log that say WHAT: action, actor and outcome.
func logged(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=busy_timeout(10000)")
	ts.Check(err)
	defer db.Close()
	var n int
	ts.Check(db.QueryRowContext(context.Background(), "SELECT count(*) FROM audit_entry WHERE action || ' ' || actor_id || ' ' || outcome = $1", args[1]).Scan(&n))
	if fmt.Sprint(n) != args[2] {
		ts.Fatalf("%d entries say %q", n, args[1])
	}
}
