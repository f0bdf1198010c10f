// Command partner measures how fast a partner's stream of reports is on the disk, sealed and audited, and how fast it is triaged, on both engines; beside it,
// in the same run, the bare driver writes the very rows that came of it, with the same durability. It writes bench/PARTNER.md.
//
// Run it with: make bench-partner
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"amparo/client"
	"amparo/test/program"
)

// The aims, on two cores.
const (
	aimRatio = 0.5
	aimSpeed = 1000.0
)

const waitingSQL = `SELECT count(*) FROM envelope`

func main() {
	b := &bench{postgres: os.Getenv("AMPARO_TEST_POSTGRES")}
	flag.StringVar(&b.amparo, "binary", "bin/amparo", "the program to measure")
	flag.IntVar(&b.reports, "reports", 5000, "how many reports a round hands in")
	flag.IntVar(&b.rounds, "rounds", 3, "how often it is measured; the median counts")
	out := flag.String("out", "bench/PARTNER.md", "where to write the figures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := b.run(ctx, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-partner:", err)
		os.Exit(1)
	}
}

// A bench is one run.
type bench struct {
	amparo, postgres string // without an address of PostgreSQL only SQLite is measured
	dir              string // temporary
	reports, rounds  int
}

// A sample is one round on one engine.
type sample struct {
	taken, triaged, bare time.Duration
	rows                 int // that came of the reports
}

func (b *bench) run(ctx context.Context, out string) (err error) {
	if b.dir, err = os.MkdirTemp("", "amparo-bench-partner-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	var figures []engine
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		if name == "PostgreSQL" && b.postgres == "" {
			continue
		}
		e := engine{name: name}
		for range b.rounds {
			s, err := b.round(ctx, name == "PostgreSQL")
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			fmt.Printf("%-10s %5.0f/s on the disk, %5.0f/s triaged, %5.0f/s by the bare driver (%d rows)\n", name, b.speed(s.taken), b.speed(s.triaged), b.speed(s.bare), s.rows)
			e.samples = append(e.samples, s)
		}
		figures = append(figures, e)
	}
	return os.WriteFile(out, []byte(b.markdown(figures)), 0o644)
}

func (b *bench) speed(took time.Duration) float64 { return float64(b.reports) / took.Seconds() }

// round hands reports in to a new installation, and writes what came of them anew.
func (b *bench) round(ctx context.Context, postgres bool) (s sample, err error) {
	dir, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return s, err
	}
	h := program.House{Dir: filepath.Join(dir, "data")}
	if postgres {
		address, drop, err := program.NewDatabase(ctx, b.postgres)
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, drop()) }()
		h.Database = address
	}
	before, after, err := b.measure(ctx, h, &s)
	if err != nil {
		return s, err
	}
	fresh := after.without(before)
	s.rows = fresh.count()
	s.bare, err = b.writeBare(ctx, h, fresh)
	return s, err
}

// measure serves the installation and hands reports in; it gives the rows before and after.
func (b *bench) measure(ctx context.Context, h program.House, s *sample) (before, after rows, err error) {
	args := append([]string{"serve", "--json", "--demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, h.Args()...)
	p, err := program.Start(ctx, program.Config{Binary: b.amparo, Args: args, Log: filepath.Join(b.dir, "log")})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, p.Stop()) }()
	db, err := h.Look()
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	c, err := b.partner(ctx, h, p.Desk)
	if err != nil {
		return nil, nil, err
	}
	if err := drain(ctx, db); err != nil {
		return nil, nil, err
	}
	if before, err = read(ctx, db, h.Database != ""); err != nil {
		return nil, nil, err
	}
	begun := time.Now()
	if err := b.handIn(ctx, c); err != nil {
		return nil, nil, err
	}
	s.taken = time.Since(begun)
	if err := drain(ctx, db); err != nil {
		return nil, nil, err
	}
	s.triaged = time.Since(begun)
	after, err = read(ctx, db, h.Database != "")
	return before, after, err
}

// partner makes a key by the command line, and a client with it.
func (b *bench) partner(ctx context.Context, h program.House, desk string) (*client.Client, error) {
	add := exec.CommandContext(ctx, b.amparo, append([]string{"partner", "key", "add", "bench", "--name", "Bench", "--json"}, h.Args()...)...)
	add.Stderr = os.Stderr
	text, err := add.Output()
	if err != nil {
		return nil, err
	}
	var key struct{ Key string }
	if err := json.Unmarshal(text, &key); err != nil {
		return nil, err
	}
	return client.New(desk, key.Key)
}

// handIn hands all reports in by one stream, until each is on the disk.
func (b *bench) handIn(ctx context.Context, c *client.Client) error {
	reports := make(chan client.Report, b.reports)
	for i := range b.reports {
		reports <- client.Report{Key: "bench-" + strconv.Itoa(i), Instrument: "professional", Language: "en", Answers: map[string][]string{
			"danger": {"no"}, "source": {"child_told"}, "words": {"I would like somebody to look at this with me, please. It is number " + strconv.Itoa(i) + "."}}}
	}
	close(reports)
	n := 0
	for r := range c.Stream(ctx, reports) {
		if r.Err != nil {
			return r.Err
		}
		n++
	}
	if n != b.reports {
		return fmt.Errorf("%d of %d reports have a result", n, b.reports)
	}
	return nil
}

// drain waits until no report waits for the desk.
func drain(ctx context.Context, db *sql.DB) error {
	for {
		left := 0
		if err := db.QueryRowContext(ctx, waitingSQL).Scan(&left); err != nil || left == 0 {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// An engine has its samples.
type engine struct {
	name    string
	samples []sample
}

// median is the middle one of a figure of all samples.
func (e engine) median(of func(sample) time.Duration) time.Duration {
	var all []time.Duration
	for _, s := range e.samples {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
