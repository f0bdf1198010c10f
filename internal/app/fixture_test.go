package app

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// cheap is a price of passwords that makes tests fast.
var cheap = identity.Cost{Memory: 8, Passes: 1, Threads: 1}

// engines runs f once on each engine, each time with data of its own that is not there yet.
func engines(t *testing.T, f func(t *testing.T, d config.Data)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, config.Data{Dir: filepath.Join(t.TempDir(), "data")}) })
	t.Run("postgres", func(t *testing.T) {
		f(t, config.Data{Dir: filepath.Join(t.TempDir(), "data"), Database: storetest.Migrated(t)})
	})
}

// demonstration is how a demonstration is served on free ports.
func demonstration(d config.Data) config.Serve {
	return config.Serve{Data: d, Public: "127.0.0.1:0", Desk: "127.0.0.1:0", Demo: true}
}

// A notebook is a log that a test reads.
type notebook struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (n *notebook) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all.Write(p)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all.String()
}

// logger gives a log and what is written into it.
func logger() (*slog.Logger, *notebook) {
	n := &notebook{}
	return slog.New(slog.NewJSONHandler(n, nil)), n
}

// must ends the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// look runs f in a transaction that reads.
func look(t *testing.T, s *store.Store, f func(ctx context.Context, tx store.Tx) error) {
	t.Helper()
	must(t, s.Read(t.Context(), func(tx store.Tx) error { return f(t.Context(), tx) }))
}

// write runs f in a transaction that may write.
func write(t *testing.T, s *store.Store, f func(ctx context.Context, tx store.Tx) error) {
	t.Helper()
	must(t, s.Write(t.Context(), func(tx store.Tx) error { return f(t.Context(), tx) }))
}
