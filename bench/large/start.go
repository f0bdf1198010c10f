package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"amparo/test/program"
)

// serve starts the program over an installation.
func (b *bench) serve(ctx context.Context, h program.House) (*program.Program, error) {
	args := append([]string{"serve", "--json", "--demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, h.Args()...)
	return program.Start(ctx, program.Config{Binary: b.amparo, Args: args, Log: filepath.Join(b.dir, "log")})
}

// start gives the median time from the start of the program until it is ready.
func (b *bench) start(ctx context.Context, h program.House, times int) (time.Duration, error) {
	var all []time.Duration
	for range times {
		p, err := b.serve(ctx, h)
		if err != nil {
			return 0, err
		}
		all = append(all, p.Ready)
		if err := errors.Join(p.Kill()); err != nil {
			return 0, err
		}
	}
	return middle(all), nil
}
