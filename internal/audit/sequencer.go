package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"amparo/internal/clock"
	"amparo/internal/store"
)

const (
	// every is how often a sequencer looks for new entries: an entry is signed well within a second of its commit.
	every = 500 * time.Millisecond
	// batch is how many entries are numbered in one transaction, and read at once.
	batch = 500
	// drain is how long a sequencer that is told to stop goes on numbering what is there.
	drain = 10 * time.Second
)

// Config is what a sequencer needs. Store, Signer and Name are required.
type Config struct {
	Store *store.Store
	// Signer signs the checkpoints. Who holds it can write another history: keep it as the keys of the vault are kept.
	Signer ed25519.PrivateKey
	// Name names the log in each checkpoint, as "amparo/demo": without spaces and plus signs. It never changes.
	Name string
	// File is where checkpoints are kept outside the database; empty for nowhere.
	File string
	// Log hears when entries cannot be numbered; nil is slog's default.
	Log *slog.Logger
}

// A Sequencer numbers entries, puts them into the tree and signs it. Any number of processes may run one over the same
// database: only one of them numbers a given entry. It is safe for use by many goroutines.
type Sequencer struct {
	store    *store.Store
	signer   note.Signer
	verifier note.Verifier
	file     string
	log      *slog.Logger

	mu    sync.Mutex // one pass at a time
	filed int64      // the size that the file is known to hold; guarded by mu
}

// NewSequencer makes a sequencer. It fails when the key or the name cannot be used.
func NewSequencer(c Config) (*Sequencer, error) {
	if len(c.Signer) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("the key of the audit log has %d bytes, not %d", len(c.Signer), ed25519.PrivateKeySize)
	}
	s, err := signer(c.Name, c.Signer)
	if err != nil {
		return nil, fmt.Errorf("the audit log %q cannot be signed: %w", c.Name, err)
	}
	v, err := verifier(c.Name, c.Signer.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("the audit log %q cannot be verified: %w", c.Name, err)
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Sequencer{store: c.Store, signer: s, verifier: v, file: c.File, log: c.Log}, nil
}

// Run numbers entries as they come until ctx ends, then numbers what is left and returns. It goes on after failures and
// logs them; it returns one only when what was left could not be numbered.
func (s *Sequencer) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("audit entries cannot be numbered", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			last, stop := context.WithTimeout(context.WithoutCancel(ctx), drain)
			defer stop()
			return s.Flush(last)
		}
	}
}

// Flush numbers, signs and files everything that is committed now.
func (s *Sequencer) Flush(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		rows, last, err := s.look(ctx)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			if last, err = s.number(ctx, rows); err != nil {
				return err
			}
		}
		if err := s.keep(last); err != nil {
			return err
		}
		if len(rows) < batch {
			return nil
		}
	}
}

// look reads entries without a number, in the order of their ids, and the newest checkpoint. It is a plain read, so that
// what people do meanwhile is never in its way.
func (s *Sequencer) look(ctx context.Context) (rows []row, last checkpoint, err error) {
	err = s.store.Read(ctx, func(tx store.Tx) (err error) {
		if rows, err = pendingRows(ctx, tx, batch); err != nil {
			return err
		}
		last, err = newest(ctx, tx)
		return err
	})
	return rows, last, err
}

// number gives the rows the next numbers and signs the tree. When another sequencer was faster with some of them the
// database refuses, and number looks again.
func (s *Sequencer) number(ctx context.Context, rows []row) (c checkpoint, err error) {
	for range 5 {
		err = s.store.Write(ctx, func(tx store.Tx) (err error) {
			c, err = s.extend(ctx, tx, rows)
			return err
		})
		if err == nil || !errors.Is(err, store.ErrUnique) {
			return c, err
		}
		if rows, c, err = s.look(ctx); err != nil || len(rows) == 0 {
			return c, err
		}
	}
	return c, fmt.Errorf("the next numbers are taken by rows that no checkpoint covers; verify names them: %w", err)
}

// extend is the transaction of number.
func (s *Sequencer) extend(ctx context.Context, tx store.Tx, rows []row) (checkpoint, error) {
	last, err := newest(ctx, tx)
	if err != nil {
		return checkpoint{}, err
	}
	tree := overlay{ctx: ctx, tx: tx, fresh: map[int64]tlog.Hash{}}
	size := last.size
	for _, r := range rows {
		h := r.hash()
		if err := tree.add(size, h); err != nil {
			return checkpoint{}, err
		}
		if err := numberRow(ctx, tx, size, r.id, h); err != nil {
			return checkpoint{}, err
		}
		size++
	}
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		return checkpoint{}, fmt.Errorf("the root of the audit tree: %w", err)
	}
	c, err := sign(s.signer, size, root)
	if err != nil {
		return checkpoint{}, err
	}
	_, err = tx.Exec(ctx, insertCheckpointSQL, c.size, clock.Micro(tx.Now), c.note)
	return c, err
}

// keep files the checkpoint outside the database.
func (s *Sequencer) keep(c checkpoint) error {
	if s.file == "" || c.size <= s.filed {
		return nil
	}
	last, err := witness(s.file, s.verifier, c)
	if err != nil {
		return err
	}
	if last > c.size {
		s.log.Error("the audit log in the database is older than the checkpoint file: run the audit verification", "database", c.size, "file", last)
	}
	s.filed = c.size
	return nil
}

// overlay reads stored hashes, those of this transaction from memory.
type overlay struct {
	ctx   context.Context
	tx    store.Tx
	fresh map[int64]tlog.Hash
}

// ReadHashes is tlog's way to ask for stored hashes.
func (o overlay) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, idx := range indexes {
		if h, ok := o.fresh[idx]; ok {
			list[i] = h
			continue
		}
		h, err := storedHash(o.ctx, o.tx, idx)
		if err != nil {
			return nil, fmt.Errorf("the stored hash %d of the audit tree: %w", idx, err)
		}
		list[i] = h
	}
	return list, nil
}

// add stores the hashes that come into being with leaf n.
func (o overlay) add(n int64, h tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(n, h, o)
	if err != nil {
		return err
	}
	at := tlog.StoredHashIndex(0, n)
	for i, h := range hashes {
		o.fresh[at+int64(i)] = h
		if _, err := o.tx.Exec(o.ctx, insertHashSQL, at+int64(i), h[:]); err != nil {
			return err
		}
	}
	return nil
}
