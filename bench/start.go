package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/test/program"
)

// atRest is how long a server is left alone before its memory is looked at.
const atRest = time.Second

// bareName is the name of the baseline.
const bareName = "bare"

// A start is how long a program took to be ready, and the memory that it then had.
type start struct {
	ready  time.Duration
	memory int64
}

// median of durations and of sizes alike; of an even number the lower.
func median[T ~int64 | ~int | ~float64](all []T) (m T) {
	if len(all) == 0 {
		return m
	}
	all = slices.Clone(all)
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// begin measures first starts, later starts and those of the bare server, in turn.
func (b *bench) begin(ctx context.Context, r *report) error {
	var first, later, bare []start
	for range b.starts {
		h, err := b.house()
		if err != nil {
			return err
		}
		amparo := func() (*program.Program, error) { return b.serve(ctx, h) }
		for _, one := range []struct {
			into *[]start
			run  func() (*program.Program, error)
		}{{&first, amparo}, {&later, amparo}, {&bare, func() (*program.Program, error) { return b.serveBare(ctx) }}} {
			s, err := timed(one.run)
			if err != nil {
				return err
			}
			*one.into = append(*one.into, s)
		}
	}
	r.firstStart, r.laterStart, r.bareStart = middle(first), middle(later), middle(bare)
	return nil
}

func middle(all []start) start {
	var ready []time.Duration
	var memory []int64
	for _, s := range all {
		ready, memory = append(ready, s.ready), append(memory, s.memory)
	}
	return start{median(ready), median(memory)}
}

// timed starts a program, looks at it at rest, and ends it.
func timed(run func() (*program.Program, error)) (s start, err error) {
	p, err := run()
	if err != nil {
		return s, err
	}
	time.Sleep(atRest)
	s.ready = p.Ready
	s.memory, err = p.Memory()
	return s, errors.Join(err, p.Kill())
}
