// Command hold measures what the program needs over a long time: an hour of reports, five hundred open pages of the desk, and one way through the form in
// a real browser, with scripts and without. It writes bench/HOLD.md. Everything is on loopback, is paced, and ends by itself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"amparo/test/program"
)

func main() {
	b := &bench{postgres: os.Getenv("AMPARO_TEST_POSTGRES")}
	flag.StringVar(&b.amparo, "binary", "bin/amparo", "the program to measure")
	flag.DurationVar(&b.soak, "soak", time.Hour, "how long people report; 0 leaves it out")
	flag.Float64Var(&b.rate, "rate", 2, "reports a second in that time")
	flag.IntVar(&b.pages, "pages", 500, "open pages of the desk; 0 leaves them out")
	flag.DurationVar(&b.watch, "watch", 2*time.Minute, "how long the open pages are looked at, each time")
	flag.IntVar(&b.journeys, "journeys", 7, "ways through the form in a browser, each kind; 0 leaves them out")
	out := flag.String("out", "bench/HOLD.md", "where to write the figures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := b.run(ctx, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hold:", err)
		os.Exit(1)
	}
}

// A bench is one run of all measures.
type bench struct {
	amparo, postgres string // the address of a server; without it only SQLite is measured
	dir              string // temporary
	soak, watch      time.Duration
	rate             float64
	pages, journeys  int
}

// A house is a demonstration that serves.
type house struct {
	name   string
	data   program.House
	server *program.Program
}

func (b *bench) run(ctx context.Context, out string) (err error) {
	if b.dir, err = os.MkdirTemp("", "amparo-hold-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	houses, end, err := b.houses(ctx)
	defer func() { err = errors.Join(err, end()) }()
	if err != nil {
		return err
	}
	p := &page{b: b}
	for _, measure := range []func(context.Context, []*house, *page) error{b.open, b.ways, b.soaks} {
		if err := measure(ctx, houses, p); err != nil {
			return err
		}
	}
	return errors.Join(os.WriteFile(out, []byte(p.markdown()), 0o644), p.failure())
}

// houses starts the program on each engine. end ends it.
func (b *bench) houses(ctx context.Context) (all []*house, end func() error, err error) {
	var ends []func() error
	end = func() (err error) {
		for i := len(ends) - 1; i >= 0; i-- {
			err = errors.Join(err, ends[i]())
		}
		return err
	}
	all = []*house{{name: "SQLite", data: program.House{Dir: filepath.Join(b.dir, "sqlite")}}}
	if b.postgres != "" {
		address, drop, err := program.NewDatabase(ctx, b.postgres)
		if err != nil {
			return nil, end, err
		}
		ends = append(ends, drop)
		all = append(all, &house{name: "PostgreSQL", data: program.House{Dir: filepath.Join(b.dir, "postgres"), Database: address}})
	}
	for _, h := range all {
		args := append([]string{"serve", "--json", "--demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, h.data.Args()...)
		h.server, err = program.Start(ctx, program.Config{Binary: b.amparo, Args: args, Log: filepath.Join(b.dir, "log")})
		if err != nil {
			return nil, end, err
		}
		ends = append(ends, h.server.Stop)
	}
	return all, end, nil
}
