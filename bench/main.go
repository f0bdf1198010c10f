package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"amparo/test/program"
)

func main() {
	b := &bench{postgres: os.Getenv("AMPARO_TEST_POSTGRES")}
	flag.StringVar(&b.amparo, "binary", "bin/amparo", "the program to measure")
	flag.IntVar(&b.rounds, "rounds", 3, "how often each load is measured; the median counts")
	flag.DurationVar(&b.length, "length", 5*time.Second, "of one measure of load")
	flag.IntVar(&b.starts, "starts", 7, "how often the start is measured; the median counts")
	out := flag.String("out", "bench/README.md", "where to write the figures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := b.run(ctx, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A bench is one run of all measures.
type bench struct {
	amparo, bare, postgres string // two programs, and the address of a server; without it only SQLite is measured
	dir                    string // temporary
	rounds, starts         int
	length                 time.Duration
}

func (b *bench) run(ctx context.Context, out string) (err error) {
	if b.dir, err = os.MkdirTemp("", "amparo-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	b.bare = filepath.Join(b.dir, "bare")
	build := exec.CommandContext(ctx, "go", "build", "-o", b.bare, "./bench/bare")
	if build.Stderr = os.Stderr; build.Run() != nil {
		return errors.New("the bare server cannot be built")
	}
	r := report{machine: here(), rounds: b.rounds, starts: b.starts, length: b.length}
	for _, measure := range []func(context.Context, *report) error{b.sizes, b.begin, b.load} {
		if err := measure(ctx, &r); err != nil {
			return err
		}
	}
	return errors.Join(os.WriteFile(out, []byte(r.markdown()), 0o644), r.failure())
}

// serve starts Amparo over an installation: a demonstration, as anyone can start it.
func (b *bench) serve(ctx context.Context, h program.House) (*program.Program, error) {
	args := append([]string{"serve", "--json", "--demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, h.Args()...)
	return program.Start(ctx, program.Config{Binary: b.amparo, Args: args, Log: filepath.Join(b.dir, "log")})
}

// pages is the folder of the pages that the bare server answers with.
func (b *bench) pages() string { return filepath.Join(b.dir, "pages") }

// serveBare starts the bare server.
func (b *bench) serveBare(ctx context.Context) (*program.Program, error) {
	return program.Start(ctx, program.Config{Binary: b.bare, Args: []string{b.pages()}, Log: filepath.Join(b.dir, "log")})
}

// house gives a new, empty place for an installation.
func (b *bench) house() (program.House, error) {
	dir, err := os.MkdirTemp(b.dir, "data-")
	return program.House{Dir: filepath.Join(dir, "data")}, err
}
