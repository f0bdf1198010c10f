package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"amparo/test/visitor"
)

const (
	words     = "I would like somebody to help me with this, please."
	sampled   = 15 * time.Second // between two looks at the memory
	reporters = 8
)

// A stretch is one house while people report.
type stretch struct {
	name             string
	memory           []int64 // bytes, one each sampled
	reports, refused atomic.Int64
	away             int // who found nobody free to go with, of the reporters there are
	cpu              time.Duration
}

// soaks has people report to all houses at once, at the rate given, and looks at the memory of each.
func (b *bench) soaks(ctx context.Context, houses []*house, p *page) error {
	if b.soak == 0 {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, b.soak)
	defer stop()
	var group sync.WaitGroup
	failures := make([]error, len(houses))
	for i, h := range houses {
		s := &stretch{name: h.name}
		p.stretches = append(p.stretches, s)
		group.Go(func() { failures[i] = s.run(ctx, h, b.rate) })
	}
	group.Wait()
	return errors.Join(failures...)
}

func (s *stretch) run(ctx context.Context, h *house, rate float64) error {
	before, err := h.server.CPU()
	if err != nil {
		return err
	}
	turns := make(chan struct{})
	var group sync.WaitGroup
	for range reporters {
		group.Go(func() {
			v := visitor.New(h.server.Public)
			defer v.Close()
			for range turns {
				switch receipt, err := v.Report(context.WithoutCancel(ctx), "about_me", words); {
				case err != nil:
					s.refused.Add(1)
				case receipt != "":
					s.reports.Add(1)
				}
			}
		})
	}
	tick, look := time.NewTicker(time.Duration(float64(time.Second)/rate)), time.NewTicker(sampled)
	defer tick.Stop()
	defer look.Stop()
	for err == nil && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			select {
			case turns <- struct{}{}:
			default:
				s.away++
			}
		case <-look.C:
			var m int64
			m, err = h.server.Memory()
			s.memory = append(s.memory, m)
		}
	}
	close(turns)
	group.Wait()
	after, err2 := h.server.CPU()
	s.cpu = after - before
	return errors.Join(err, err2)
}
