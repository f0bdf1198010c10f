package endure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"amparo/test/program"
	"amparo/test/visitor"
)

// What the person in front of it is told while nothing can be kept: that it is not working now, and whom to call meanwhile.
var sorry = []string{"This is not working right now", "555-0116"}

const (
	sorryWithin = 45 * time.Second // is how soon they are told, on a machine that has much else to do: before the connection would be cut
	faultTime   = 3 * time.Minute  // is how long what is waited for may take there
)

// outage is how long a database is gone.
func outage(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("AMPARO_ENDURE_OUTAGE")
	if text == "" {
		return 4 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A crowd are reporters who go on while something is wrong: what was not taken they send again, from the page that they have.
type crowd struct {
	p       *place
	all     []*reporter
	leave   context.CancelFunc
	gone    chan struct{} // closed when all have ended
	refused atomic.Int64
	slowest atomic.Int64 // answer that said sorry, in nanoseconds
}

// crowd starts one.
func (p *place) crowd() *crowd {
	c := &crowd{p: p, all: make([]*reporter, reporters), gone: make(chan struct{})}
	ctx, leave := context.WithCancel(p.Context())
	c.leave = leave
	for i := range c.all {
		c.all[i] = &reporter{p: p, refused: c.hear}
	}
	go func() {
		defer close(c.gone)
		together(len(c.all), func(i int) { c.all[i].work(ctx) })
	}()
	p.Cleanup(leave)
	return c
}

// hear looks at a page that says that nothing was taken.
func (c *crowd) hear(page visitor.Page) {
	c.refused.Add(1)
	for _, words := range sorry {
		if !strings.Contains(page.Text, words) {
			c.p.Errorf("who is refused is not told %q", words)
		}
	}
	for took := int64(page.Took); ; {
		was := c.slowest.Load()
		if took <= was || c.slowest.CompareAndSwap(was, took) {
			break
		}
	}
	time.Sleep(100 * time.Millisecond)
}

// goesOn waits until something more is acknowledged.
func (c *crowd) goesOn(after string) {
	c.p.Helper()
	before := acknowledged(c.all)
	c.p.soon("reports are acknowledged again after "+after, faultTime, func() bool { return acknowledged(c.all) > before+reporters })
}

// isRefused waits until somebody was told that nothing was taken.
func (c *crowd) isRefused(while string) {
	c.p.Helper()
	before := c.refused.Load()
	c.p.soon("somebody is told that nothing is taken while "+while, faultTime, func() bool { return c.refused.Load() > before })
}

// ends has all finish what they are at, and holds all that was acknowledged.
func (c *crowd) ends() {
	c.p.Helper()
	c.leave()
	<-c.gone
	c.p.Logf("%d times somebody was told to try again, at the slowest after %v", c.refused.Load(), time.Duration(c.slowest.Load()).Round(time.Millisecond))
	if slow := time.Duration(c.slowest.Load()); slow > sorryWithin {
		c.p.Errorf("somebody was told only after %v", slow)
	}
	c.p.holdWhole()
	c.p.holdAll(c.all)
}

// disk mounts a file system of its own at a new folder, which takes root. kind is "tmpfs" or "ext4".
func disk(t *testing.T, kind string, megabytes int) (dir, source string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "disk")
	err := os.Mkdir(dir, 0o755)
	args := []string{"-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=1777", megabytes), "tmpfs", dir}
	if kind == "ext4" && err == nil {
		source = filepath.Join(filepath.Dir(dir), "image")
		if err = os.WriteFile(source, nil, 0o600); err == nil {
			err = errors.Join(os.Truncate(source, int64(megabytes)<<20), exec.CommandContext(t.Context(), sbin("mkfs.ext4"), "-q", "-E", fmt.Sprintf("root_owner=%d:%d", os.Geteuid(), os.Getegid()), source).Run())
		}
		args = []string{"-o", "loop", source, dir}
	}
	if err != nil {
		t.Fatal(err)
	}
	mount(t, args...)
	t.Cleanup(func() { unmount(t, dir) })
	return dir, source
}

func mount(t *testing.T, args ...string) {
	t.Helper()
	if said, err := asRoot(t.Context(), "mount", args...); err != nil {
		t.Fatalf("a disk of its own cannot be had; run this as root, or as who may use sudo: %v: %s", err, said)
	}
}

// sbin finds a program that is not on everybody's path.
func sbin(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return "/sbin/" + name
}

func asRoot(ctx context.Context, name string, args ...string) (said []byte, err error) {
	if os.Geteuid() != 0 {
		name, args = "sudo", append([]string{"-n", name}, args...)
	}
	return exec.CommandContext(ctx, name, args...).CombinedOutput()
}

// unmount does nothing when nothing is mounted.
func unmount(t *testing.T, dir string) {
	t.Helper()
	if said, err := asRoot(context.WithoutCancel(t.Context()), "umount", dir); err != nil && !strings.Contains(string(said), "not mounted") {
		t.Errorf("%v: %s", err, said)
	}
}

// fill takes all that is left of a disk, and gives what gives it back.
func fill(t *testing.T, dir string) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = file.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// TestFullDisk fills the disk under the program while people report, and gives the room back: nobody starts anything again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir, _ := disk(t, "tmpfs", 64)
	p := found(t, program.House{Dir: filepath.Join(dir, "data")})
	c := p.crowd()
	c.goesOn("the start")
	empty := fill(t, dir)
	c.isRefused("the disk is full")
	p.soon("it says that it is not ready", faultTime, func() bool { return p.ready() == http.StatusServiceUnavailable })
	empty()
	c.goesOn("there is room again")
	p.soon("it is ready again", faultTime, func() bool { return p.ready() == http.StatusOK })
	c.ends()
}

// ready is what /readyz answers.
func (p *place) ready() int {
	p.Helper()
	answer, err := http.Get(p.now.Public + "readyz")
	if err != nil {
		p.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		p.Fatal(err)
	}
	return answer.StatusCode
}

// TestReadOnlyDisk has the disk go read-only under the program, as a broken one does. It stays up and says so; on a mended disk it starts, and all
// that was acknowledged is there. Nobody reports in the very instant: ext4 says of what is being synced while its writing is taken away that it is on the disk,
// though it is not, and then no program can know (docs/decisions/0023).
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	dir, image := disk(t, "ext4", 96)
	p := found(t, program.House{Dir: filepath.Join(dir, "data")})
	before := p.crowd()
	before.goesOn("the start")
	before.leave()
	<-before.gone
	p.settle()
	mount(t, "-o", "remount,abort", dir)
	c := p.crowd()
	c.isRefused("the disk is read-only")
	must(t, p.now.Kill())
	<-c.gone // each when the program was not there
	c.all = append(c.all, before.all...)
	must(t, p.db.Close())
	unmount(t, dir)
	mended := &exec.ExitError{} // with status 1
	if said, err := exec.CommandContext(t.Context(), sbin("e2fsck"), "-p", image).CombinedOutput(); err != nil && (!errors.As(err, &mended) || mended.ExitCode() != 1) {
		t.Fatalf("the disk cannot be mended: %v: %s", err, said)
	}
	mount(t, "-o", "loop", image, dir)
	p.look()
	p.start()
	done, leave := context.WithCancel(t.Context())
	leave()
	together(len(c.all), func(i int) { c.all[i].work(done) })
	c.ends()
}

// A server is a PostgreSQL that belongs to one test, in a folder of the one given; empty for where such folders are.
func server(t *testing.T, in string, make func(dir string) (*program.Postgres, error)) *program.Postgres {
	t.Helper()
	dir, err := os.MkdirTemp(in, "amparo-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	s, err := make(dir)
	if err != nil {
		t.Fatal(err)
	}
	must(t, s.Start(t.Context()))
	t.Cleanup(func() { _ = s.Crash(context.WithoutCancel(t.Context())) }) // which may have happened already
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func alone(t *testing.T, in string, init ...string) *program.Postgres {
	t.Helper()
	return server(t, in, func(dir string) (*program.Postgres, error) { return program.NewPostgres(t.Context(), dir, init...) })
}

// TestLostDatabase has the database crash and be away for a while, then be there and swallow everything for as long, and at last take no writes: nobody starts
// the program again.
func TestLostDatabase(t *testing.T) {
	t.Parallel()
	s := alone(t, "")
	w, err := program.NewWire(s.Port)
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	through := strings.Replace(s.Address(), fmt.Sprint(s.Port), fmt.Sprint(w.Port), 1)
	p := found(t, program.House{Dir: filepath.Join(t.TempDir(), "data"), Database: through})
	c := p.crowd()
	c.goesOn("the start")

	must(t, s.Crash(t.Context()))
	c.isRefused("the database is gone")
	time.Sleep(outage(t))
	must(t, s.Start(t.Context()))
	c.goesOn("the database came back")

	w.Hold()
	c.isRefused("the database is silent")
	time.Sleep(outage(t))
	w.Release()
	c.goesOn("the database is heard again")

	for _, set := range []string{"on", "off"} {
		for _, statement := range []string{"ALTER SYSTEM SET default_transaction_read_only = " + set, "SELECT pg_reload_conf()"} {
			_, err := p.db.ExecContext(t.Context(), statement)
			must(t, err)
		}
		if set == "on" {
			c.isRefused("the database takes no writes")
		}
	}
	c.goesOn("the database takes writes again")
	c.ends()
}

// TestFullDatabase fills the disk of the database while people report, and gives the room back. A server that has ended by it is started again, as what watches
// servers does; nobody starts the program again.
func TestFullDatabase(t *testing.T) {
	t.Parallel()
	dir, _ := disk(t, "tmpfs", 256)
	must(t, os.Chmod(filepath.Dir(filepath.Dir(dir)), 0o711)) // whom the server belongs to comes through
	s := alone(t, dir, "--wal-segsize=1")                     // so that the journal, too, needs room while it lasts
	p := found(t, program.House{Dir: filepath.Join(t.TempDir(), "data"), Database: s.Address()})
	c := p.crowd()
	c.goesOn("the start")
	empty := fill(t, dir)
	c.isRefused("the disk of the database is full")
	p.soon("it says that it is not ready", faultTime, func() bool { return p.ready() == http.StatusServiceUnavailable })
	time.Sleep(outage(t))
	t.Logf("the server is there: %t", s.Running(t.Context()))
	empty()
	began := time.Now()
	if !s.Running(t.Context()) {
		must(t, s.Start(t.Context()))
	}
	c.goesOn("there is room again")
	t.Logf("reports are taken again after %v", time.Since(began).Round(100*time.Millisecond))
	p.soon("it is ready again", faultTime, func() bool { return p.ready() == http.StatusOK })
	c.ends()
}

// TestFailOver has the database crash for good, and a standby that has all that was committed take its place, as it is told to.
func TestFailOver(t *testing.T) {
	t.Parallel()
	first := alone(t, "")
	second := server(t, "", func(dir string) (*program.Postgres, error) { return first.Standby(t.Context(), dir, "second") })
	db, err := program.House{Database: first.Address()}.Look()
	must(t, err)
	for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = 'second'", "ALTER SYSTEM SET synchronous_commit = 'on'", "SELECT pg_reload_conf()"} {
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	must(t, db.Close())
	both := fmt.Sprintf("postgres://amparo@127.0.0.1:%d,127.0.0.1:%d/postgres?sslmode=disable&target_session_attrs=read-write", first.Port, second.Port)
	p := found(t, program.House{Dir: filepath.Join(t.TempDir(), "data"), Database: both})
	c := p.crowd()
	c.goesOn("the start")
	must(t, first.Crash(t.Context()))
	c.isRefused("the database is gone")
	must(t, second.Promote(t.Context()))
	c.goesOn("the standby took over")
	c.ends()
}
