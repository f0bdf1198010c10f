package endure

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/seal"
	"amparo/test/program"
)

// A split is one installation in three processes over one PostgreSQL, each with a database role of its own, and the public one with a folder of its
// own.
type split struct {
	*place
	address string
	roles   map[store.Side]string
	front   string // the data folder of the public side
	running map[store.Side]*program.Program
}

// divided makes a split installation as an operator does, and starts the jobs and the desk.
func divided(t *testing.T) *split {
	t.Helper()
	address, drop, err := program.NewDatabase(t.Context(), storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	p := settled(t, program.House{Dir: filepath.Join(dir, "data"), Database: address})
	s := &split{p, address, storetest.Roles(t, address), filepath.Join(dir, "front"), map[store.Side]*program.Program{}}
	p.command(s.migrate()...)
	p.look()
	s.begin(store.JobsSide)
	s.begin(store.DeskSide)
	key, err := os.ReadFile(filepath.Join(p.house.Dir, "keys", seal.PublicKeyFile))
	if err == nil {
		if err = os.MkdirAll(filepath.Join(s.front, "keys"), 0o700); err == nil {
			err = os.WriteFile(filepath.Join(s.front, "keys", seal.PublicKeyFile), key, 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *split) migrate() []string {
	args := []string{"migrate"}
	for side, role := range s.roles {
		args = append(args, "--grant", string(side)+"="+role)
	}
	return args
}

// args are what starts a side; further ones come after.
func (s *split) args(side store.Side, more ...string) []string {
	dir := s.house.Dir
	if side == store.PublicSide {
		dir = s.front
	}
	return append([]string{"serve", "--only", string(side), "--json", "--demo", "--pack", s.pack, "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0",
		"--data", dir, "--database", storetest.As(s, s.address, s.roles[side])}, more...)
}

// begin starts a side. It ends with the test.
func (s *split) begin(side store.Side) *program.Program {
	s.Helper()
	now, err := program.Start(context.WithoutCancel(s.Context()), program.Config{Binary: amparo, Args: s.args(side), Env: []string{"TMPDIR=" + s.temp}, Log: s.log})
	if err != nil {
		s.Fatalf("%v\n%s", err, s.logged())
	}
	s.Cleanup(func() {
		if err := now.Kill(); err != nil {
			s.Error(err)
		}
	})
	s.running[side] = now
	return now
}

// TestEachOfThreeKilledUnderLoad kills one of the three processes after the other while people report. As long as the public one runs nobody notices;
// whatever was acknowledged is there, once, whichever was killed, and the audit log verifies every time.
func TestEachOfThreeKilledUnderLoad(t *testing.T) {
	t.Parallel()
	s := divided(t)
	s.now = s.begin(store.PublicSide)
	all := make([]*reporter, reporters)
	for i := range all {
		all[i] = &reporter{p: s.place}
	}
	for i := range kills(t) {
		side := store.Sides[i%len(store.Sides)]
		s.loadAndKillSide(all, side)
		if side == store.PublicSide {
			s.now = s.running[side]
		}
		s.holdAudit()
		s.holdWhole()
		for _, r := range all {
			r.holdMailboxes()
		}
	}
	done, leave := context.WithCancel(t.Context())
	leave()
	together(reporters, func(i int) { all[i].work(done) })
	s.holdAll(all)
}

// loadAndKillSide lets all work for a while, kills a side under their hands and starts it again. When it is not the public one they all go on.
func (s *split) loadAndKillSide(all []*reporter, side store.Side) {
	s.Helper()
	done, leave := context.WithCancel(s.Context())
	again := make(chan error, 1)
	go func() {
		defer leave()
		time.Sleep(shortLife + rand.N(longLife-shortLife))
		again <- s.running[side].Kill()
	}()
	before := acknowledged(all)
	together(len(all), func(i int) { all[i].work(done) })
	if err := <-again; err != nil {
		s.Fatal(err)
	}
	s.begin(side)
	if side != store.PublicSide && acknowledged(all) == before {
		s.Errorf("nothing was acknowledged while the %s process was killed", side)
	}
}

func acknowledged(all []*reporter) (n int64) {
	for _, r := range all {
		n += r.taken.Load()
	}
	return n
}

// TestThreeProcesses has a report told to the public side of a split installation, opened by the jobs, and asked after, and holds that neither a
// key nor what was told is where the public side runs.
func TestThreeProcesses(t *testing.T) {
	t.Parallel()
	s := divided(t)
	s.now = s.begin(store.PublicSide)
	v := s.at()
	receipt := s.tellAll(v, "about_me")
	s.write(v, receipt)
	s.settle()
	if all := s.matters(); len(all) != 1 {
		t.Fatalf("%d matters came in", len(all))
	}
	for id, m := range s.matters() {
		if !m.whole() || m.messages != 1 {
			t.Errorf("%s did not arrive whole: %+v", id, m)
		}
	}
	hunt := searchFor(latin, arabic)
	hunt.files(t, s.front, s.temp)
	for _, found := range hunt.find([]byte(s.logged())) {
		t.Errorf("the log has %s", found)
	}
	s.onlyThePublicKey()
	v.Close()
	t.Logf("the memory of the process that took the report has the phrase in %d places: Go's does not forget by itself", bytes.Count(s.memory(s.now), []byte(phrase)))
	if err := s.now.Stop(); err != nil {
		t.Fatal(err)
	}

	s.now = s.begin(store.PublicSide) // for which the report is an older one
	v = s.at()                        // which says nothing of the phrase
	box, err := v.Mailbox(t.Context(), receipt)
	if err != nil || box.Step() == "" {
		t.Fatalf("the mailbox does not open in another process: %v", err)
	}
	if page, err := v.First(t.Context()); err != nil || page.Status != 200 {
		t.Fatal(err)
	}
	memory := s.memory(s.now)
	if len(memory) < 1<<20 || !bytes.Contains(memory, []byte("amparo")) {
		t.Fatalf("only %d bytes of memory were read", len(memory))
	}
	if found := hunt.find(memory); len(found) > 0 {
		t.Errorf("the memory of the public process has an older report: %s", found)
	}
	for name, secret := range s.openingKeys() {
		if bytes.Contains(memory, secret) {
			t.Errorf("the memory of the public process has %s", name)
		}
	}
	s.onlyThePublicKey()
}

// onlyThePublicKey holds that nothing else lies in the public side's folder.
func (s *split) onlyThePublicKey() {
	s.Helper()
	var files []string
	err := filepath.Walk(s.front, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			files = append(files, info.Name())
		}
		return err
	})
	if err != nil || len(files) != 1 || files[0] != seal.PublicKeyFile {
		s.Errorf("the public side has the files %s, %v", files, err)
	}
}

// openingKeys are the keys of the case side, as bytes.
func (s *split) openingKeys() map[string][]byte {
	s.Helper()
	keys := map[string][]byte{}
	for _, name := range []string{"wrapping.key", "audit.key"} {
		text, err := os.ReadFile(filepath.Join(s.house.Dir, "keys", name))
		if err != nil {
			s.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				raw := make([]byte, len(line)/2)
				if _, err := fmt.Sscanf(line, "%x", &raw); err != nil || len(raw) != 32 {
					s.Fatalf("%s: %v", name, err)
				}
				keys[name] = raw
				keys[name+" as text"] = []byte(line)
			}
		}
	}
	return keys
}

// memory is all that a process can read of itself.
func (s *split) memory(p *program.Program) []byte {
	s.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", p.PID()))
	if err != nil {
		s.Fatal(err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", p.PID()))
	if err != nil {
		s.Fatal(err)
	}
	defer mem.Close()
	var all bytes.Buffer
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil || mode[0] != 'r' || strings.Contains(line, "[v") {
			continue
		}
		part := make([]byte, to-from)
		if n, _ := mem.ReadAt(part, from); n > 0 {
			all.Write(part[:n])
		}
	}
	return all.Bytes()
}

// TestASplitThatDoesNotHold is not started: each in one line that says what to do.
func TestASplitThatDoesNotHold(t *testing.T) {
	t.Parallel()
	s := divided(t)
	refused := func(want string, args ...string) {
		t.Helper()
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		said, err := exec.CommandContext(ctx, amparo, args...).CombinedOutput()
		if err == nil || ctx.Err() != nil || !strings.Contains(string(said), want) || strings.Count(string(said), "\n") != 1 {
			t.Errorf("%s: %v: %s", want, err, said)
		}
	}
	refused("which the public side must not", s.args(store.PublicSide, "--database", s.address)...)
	refused("which the public side must not", s.args(store.PublicSide, "--database", storetest.As(t, s.address, s.roles[store.DeskSide]))...)
	refused("may not read", s.args(store.DeskSide, "--database", storetest.As(t, s.address, s.roles[store.PublicSide]))...)
	refused("must not reach the keys", s.args(store.PublicSide, "--key-database", s.address)...)
	refused("needs a PostgreSQL", "serve", "--demo", "--only", "jobs", "--data", s.front)
	refused("must be one of", "serve", "--demo", "--only", "night", "--data", s.front)
	refused("is missing; copy it, and no other file", s.args(store.PublicSide, "--data", t.TempDir())...)
	refused("must hold public.key alone", s.args(store.PublicSide, "--data", s.house.Dir)...)
	refused("is missing, and nothing that is sealed here can be opened without it", s.args(store.DeskSide, "--data", filepath.Join(t.TempDir(), "new"))...)
	refused("expected public=ROLE", "migrate", "--grant", "night=x", "--data", s.house.Dir, "--database", s.address)
	refused("has no roles", "migrate", "--grant", "public=x", "--data", filepath.Join(t.TempDir(), "new"))
}
