// Command large measures the real program's rooms over as many reports, people and log entries as a country gathers in years, at
// three sizes, on both engines, beside a bare statement over the same rows in the same run. It writes bench/LARGE.md and the picture
// bench/large.svg. It stops by itself at its limit, and says of what it has not come to that it was not measured.
//
// Run it with: make bench-large
package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"amparo/test/program"
)

func main() {
	b := &bench{postgres: os.Getenv("AMPARO_TEST_POSTGRES")}
	sizes, entries := "", ""
	flag.StringVar(&b.amparo, "binary", "bin/amparo", "the program to measure")
	flag.StringVar(&sizes, "sizes", "10000,100000,1000000", "how many reports with an outcome, each about a child of its own; a tenth as many are open")
	flag.StringVar(&entries, "entries", "10000,100000,1000000", "how many audit entries are verified; 10000000 takes long to write")
	flag.IntVar(&b.rounds, "rounds", 3, "how often each measure is made; the median counts")
	profile := flag.String("profile", "", "where to write what the processor did; empty for nowhere")
	flag.StringVar(&b.only, "only", "SQLite,PostgreSQL", "which engines")
	flag.StringVar(&b.kept, "keep", "", "a file that figures are kept in from run to run, so that engines can be measured one by one; empty for none")
	flag.StringVar(&b.over, "over", "", "the data folder, on SQLite, that a run has left which was killed while it filled: it is measured as far as it was filled, and nothing is filled")
	flag.BoolVar(&b.noLog, "no-log", false, "leave the audit log out")
	limit := flag.Duration("limit", 90*time.Minute, "when to stop, whatever is done")
	out := flag.String("out", "bench", "the folder for LARGE.md and large.svg")
	flag.Parse()
	if *profile != "" {
		if f, err := os.Create(*profile); err == nil && pprof.StartCPUProfile(f) == nil {
			defer pprof.StopCPUProfile()
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, end := context.WithTimeout(ctx, *limit)
	var err error
	if b.sizes, err = numbers(sizes); err == nil {
		if b.entries, err = numbers(entries); err == nil {
			err = b.run(ctx, *out)
		}
	}
	end()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-large:", err)
		os.Exit(1)
	}
}

func numbers(list string) (all []int, err error) {
	for _, s := range strings.Split(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// A bench is one run.
type bench struct {
	amparo, postgres, dir, only string
	kept, over                  string
	noLog                       bool
	sizes, entries              []int
	rounds                      int
	page                        page
}

func (b *bench) run(ctx context.Context, out string) (err error) {
	if b.dir, err = os.MkdirTemp("", "amparo-large-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	b.page = page{sizes: slices.Clone(b.sizes), entries: b.entries, rounds: b.rounds, kept: kept{Values: map[string]float64{}}}
	if err := b.page.recall(b.kept); err != nil {
		return err
	}
	begun, before := time.Now().UTC(), load()
	failed := b.measure(ctx)
	if ctx.Err() == nil && failed != nil {
		return failed
	}
	what := b.only
	if !b.noLog {
		what += " and the audit log"
	}
	b.page.Runs = append(b.page.Runs, fmt.Sprintf("%s: %s, %s; load before %s, after %s", begun.Format(time.DateTime+" UTC"), what, time.Since(begun).Round(time.Second), before, load()))
	b.page.Cut = b.page.Cut || failed != nil
	return errors.Join(b.page.keep(b.kept), os.WriteFile(filepath.Join(out, "LARGE.md"), []byte(b.page.markdown()), 0o644),
		os.WriteFile(filepath.Join(out, "large.svg"), []byte(b.page.picture()), 0o644))
}

func (b *bench) measure(ctx context.Context) error {
	if b.over != "" {
		return b.measureOver(ctx)
	}
	if !b.noLog {
		if err := b.logs(ctx); err != nil {
			return err
		}
	}
	return b.engines(ctx)
}

// note keeps a figure and tells that there is one.
func (b *bench) note(engine, what string, size int, value float64) {
	b.page.Values[key(engine, what, size)] = value
	fmt.Fprintf(os.Stderr, "%s %s at %d: %.2f\n", engine, what, size, value)
}

func (b *bench) engines(ctx context.Context) error {
	for _, engine := range []string{"SQLite", "PostgreSQL"} {
		if !strings.Contains(b.only, engine) || engine == "PostgreSQL" && b.postgres == "" {
			continue
		}
		dir, err := os.MkdirTemp(b.dir, "house-")
		if err != nil {
			return err
		}
		h := program.House{Dir: filepath.Join(dir, "data")}
		drop := func() error { return nil }
		if engine == "PostgreSQL" {
			if h.Database, drop, err = program.NewDatabase(ctx, b.postgres); err != nil {
				return err
			}
		}
		err = b.engine(ctx, engine, h)
		if err := errors.Join(err, drop(), os.RemoveAll(dir)); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

// engine measures one engine, at each of the sizes.
func (b *bench) engine(ctx context.Context, engine string, h program.House) error {
	p, err := b.serve(ctx, h)
	if err != nil {
		return err
	}
	if err := p.Stop(); err != nil {
		return err
	}
	bare, err := b.start(ctx, h, 5)
	if err != nil {
		return err
	}
	g, err := openGround(ctx, engine, h)
	if err != nil {
		return err
	}
	defer g.close()
	if err := g.told(ctx, realReports); err != nil {
		return err
	}
	for i, size := range b.sizes {
		before := 0
		if i > 0 {
			before = b.sizes[i-1]
		}
		begun := time.Now()
		if err := g.fill(ctx, uint64(size), (size-before)/10, size-before); err != nil {
			return err
		}
		if err := g.settle(ctx); err != nil {
			return err
		}
		b.note(engine, "fill", size, time.Since(begun).Seconds())
		b.note(engine, "open", size, float64(size/10+realReports))
		b.note(engine, "start.bare", size, millis(bare))
		if err := b.at(ctx, g, size); err != nil {
			return err
		}
	}
	return nil
}

// measureOver measures what another run has filled, at the size that it has; the last of the sizes of the page becomes that.
func (b *bench) measureOver(ctx context.Context) error {
	h := program.House{Dir: b.over}
	g, err := openGround(ctx, "SQLite", h)
	if err != nil {
		return err
	}
	defer g.close()
	if err := g.settle(ctx); err != nil {
		return err
	}
	closed, open, err := g.counted(ctx)
	if err != nil {
		return err
	}
	b.page.sizes = append(b.page.sizes[:len(b.page.sizes)-1], closed)
	b.note("SQLite", "open", closed, float64(open))
	return b.at(ctx, g, closed)
}

// counted counts what is in the queue and what is not any more.
func (g *ground) counted(ctx context.Context) (closed, open int, err error) {
	err = g.raw.QueryRowContext(ctx, "SELECT count(*) - coalesce(sum(listed), 0), coalesce(sum(listed), 0) FROM task_queue").Scan(&closed, &open)
	return closed, open, err
}

// settle has the engine count what it was given, as PostgreSQL's own housekeeping does within minutes, and puts the journal away.
func (g *ground) settle(ctx context.Context) error {
	statement := "PRAGMA wal_checkpoint(TRUNCATE)"
	if g.engine == "PostgreSQL" {
		statement = "VACUUM ANALYZE"
	}
	_, err := g.raw.ExecContext(ctx, statement)
	return err
}

// at measures at one size.
func (b *bench) at(ctx context.Context, g *ground, size int) error {
	for _, measure := range []struct {
		name string
		run  func(context.Context, int) (map[string]times, error)
	}{{"queue", g.queue}, {"search", g.search}} {
		got, err := measure.run(ctx, b.rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", measure.name, err)
		}
		for name, t := range got {
			b.note(g.engine, measure.name+"."+name+".p50", size, millis(t.p50))
			b.note(g.engine, measure.name+"."+name, size, millis(t.p99))
		}
	}
	ready, err := b.start(ctx, g.house, 5)
	b.note(g.engine, "start", size, millis(ready))
	return err
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// logs measures how fast the audit log is verified.
func (b *bench) logs(ctx context.Context) error {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	first, err := b.openLog(ctx, "", key)
	if err != nil {
		return err
	}
	defer first.close()
	logs := []struct {
		engine string
		log    *logbook
	}{{"SQLite", first}}
	if b.postgres != "" {
		address, drop, err := program.NewDatabase(ctx, b.postgres)
		if err != nil {
			return err
		}
		defer drop()
		second, err := b.openLog(ctx, address, key)
		if err != nil {
			return err
		}
		defer second.close()
		logs = append(logs, struct {
			engine string
			log    *logbook
		}{"PostgreSQL", second})
	}
	before := 0
	for _, n := range b.entries {
		if err := first.write(ctx, before, n); err != nil {
			return err
		}
		for _, one := range logs {
			if one.log != first {
				if err := one.log.take(ctx, first, before, n); err != nil {
					return err
				}
				if _, err := one.log.raw.ExecContext(ctx, "VACUUM ANALYZE"); err != nil { // as its own housekeeping does within minutes
					return err
				}
			}
			verified, bare, err := one.log.verify(ctx, n)
			if err != nil {
				return fmt.Errorf("%s: %w", one.engine, err)
			}
			b.note(one.engine, "log", n, verified)
			b.note(one.engine, "log.bare", n, bare)
		}
		before = n
	}
	return nil
}

// hashesOf is how many hashes the tree of so many entries has.
func hashesOf(entries int64) int64 { return tlog.StoredHashCount(entries) }

// load is how much the machine has to do, of whoever.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}
