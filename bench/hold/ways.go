package main

import (
	"context"
	"time"
)

// walks are ways through the form in a browser, of one kind.
type walks struct {
	name, scripts     string
	pages             int
	took, waited, cpu time.Duration
	bytes             int64
}

func (b *bench) ways(context.Context, []*house, *page) error { return nil }
