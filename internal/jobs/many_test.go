package jobs

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// named makes n jobs with names of their own.
func named(n int) []Job {
	list := make([]Job, n)
	for i := range list {
		list[i] = Job{Kind: "x", Payload: fmt.Sprintf("job%d", i)}
	}
	return list
}

// eachOnce fails the test unless every one of the n named jobs was done exactly once.
func eachOnce(w writer, n int) {
	w.t.Helper()
	got := w.tallies()
	if len(got) != n {
		w.t.Errorf("%d of %d jobs were done", len(got), n)
	}
	for name, times := range got {
		if times != 1 {
			w.t.Errorf("%s was done %d times", name, times)
		}
	}
}

// TestManyWorkers has two runners with 16 workers each share one database and 2000 jobs; 200 when it must be short.
func TestManyWorkers(t *testing.T) {
	all := 2000
	if testing.Short() {
		all = 200
	}
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.makeTally()
		w.enqueue(named(all)...)
		began := time.Now()
		var stops []func() error
		for range 2 {
			r := NewRunner(Config{Store: main, Log: quiet(), Workers: 16, Poll: 10 * time.Millisecond})
			r.Handle("x", tallying(main))
			stops = append(stops, start(t, r))
		}
		for w.waiting() > 0 {
			if time.Since(began) > 2*time.Minute {
				t.Fatalf("%d jobs wait", w.waiting())
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Logf("%d jobs in %v", all, time.Since(began).Round(time.Millisecond))
		for _, stop := range stops {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
		eachOnce(w, all)
	})
}

// TestMain lets this program be the process that TestKilled kills.
func TestMain(m *testing.M) {
	if database := os.Getenv("AMPARO_JOBS_CHILD"); database != "" {
		if err := child(store.Config{Database: database, Schema: os.Getenv("AMPARO_JOBS_SCHEMA")}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child runs jobs until it is told to stop or killed, and says when it begins.
func child(c store.Config) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	main, err := store.Open(ctx, c)
	if err != nil {
		return err
	}
	defer main.Close()
	r := NewRunner(Config{Store: main, Workers: 4, Poll: 10 * time.Millisecond, Lease: 400 * time.Millisecond})
	work := tallying(main)
	r.Handle("x", func(ctx context.Context, payload json.RawMessage, done Done) error {
		time.Sleep(2 * time.Millisecond) // so that a kill comes in the middle
		return work(ctx, payload, done)
	})
	fmt.Println("running")
	return r.Run(ctx)
}

// TestKilled kills a running process five times in the middle of its work; every job is still done exactly once.
func TestKilled(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			c := store.Config{Database: filepath.Join(t.TempDir(), "amparo.db")}
			if engine == store.Postgres {
				c.Database = storetest.Postgres(t)
				c.Schema = storetest.Schema(t, c.Database)
			}
			killRepeatedly(t, c)
		})
	}
}

func killRepeatedly(t *testing.T, c store.Config) {
	const kills, batch = 5, 300
	main, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { main.Close() })
	if _, err := main.Migrate(t.Context(), store.Main); err != nil {
		t.Fatal(err)
	}
	w := in(main, t)
	w.makeTally()
	jobs := named(kills * batch)
	for i := range kills {
		w.enqueue(jobs[i*batch : (i+1)*batch]...)
		before := len(w.tallies())
		p := spawn(t, c)
		until(t, "some work", func() bool { return len(w.tallies()) >= before+20 })
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := p.Wait(); err == nil {
			t.Fatal("the process ended by itself")
		}
		if w.waiting() == 0 {
			t.Error("all work was done before the kill: this test proves nothing")
		}
	}
	p := spawn(t, c)
	until(t, "the rest", func() bool { return w.waiting() == 0 })
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("the last process did not stop well: %v", err)
	}
	eachOnce(w, len(jobs))
}

// spawn starts a child and waits until it runs.
func spawn(t *testing.T, c store.Config) *exec.Cmd {
	t.Helper()
	p := exec.Command(os.Args[0])
	p.Env = append(os.Environ(), "AMPARO_JOBS_CHILD="+c.Database, "AMPARO_JOBS_SCHEMA="+c.Schema)
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() }) // does nothing when it has ended
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the child did not start: %v", err)
	}
	return p
}
