package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"amparo/internal/clock"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// chunk is how many reports are poured at once.
const chunk = 20_000

// real is how many reports go the whole way, from the form to the desk: what is opened by what is measured.
const realReports = 500

// told sends reports as the public side does and opens them as the job does. They are the most urgent of the queue.
func (g *ground) told(ctx context.Context, n int) error {
	const waiting = `SELECT id FROM envelope WHERE kind = 'report'`
	for i := range n {
		_, err := g.intake.Submit(ctx, intake.Submission{Receipt: seal.NewReceipt(), Told: intake.Told{Instrument: "bench", Pack: "demo", Language: "en",
			Reader: intake.Child, Channel: intake.WebForm, Answers: map[string][]string{"danger": {"yes"}, "child": {name(rand.New(rand.NewPCG(1, uint64(i))))},
				"words": {"made up for a measure"}}}})
		if err != nil {
			return err
		}
		var id string
		if err := g.main.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, waiting, nil, &id) }); err != nil {
			return err
		}
		if err := g.triage.Open(ctx, intake.EnvelopeID(id), func(context.Context, store.Tx) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// A shape is what is sealed of a real report: the rows that are only counted and passed over have copies of it.
type shape struct{ content, identity, facts, reason []byte }

func (g *ground) shape(ctx context.Context) (s shape, err error) {
	const kept = `SELECT r.content, r.identity, a.facts, a.reason FROM report r JOIN assessment a ON a.subject = r.id ORDER BY r.id DESC LIMIT 1`
	err = g.raw.QueryRowContext(ctx, kept).Scan(&s.content, &s.identity, &s.facts, &s.reason)
	return s, err
}

// A batch gathers rows by table.
type batch struct {
	g    *ground
	s    shape
	r    *rand.Rand
	now  time.Time
	rows map[string][][]any
}

// tables are the tables that a report has rows in, with their columns.
var tables = []struct {
	name    string
	columns []string
}{
	{"report", []string{"id", "pack", "language", "reader", "channel", "area", "agency", "instrument", "state", "outcome", "quarantine", "content", "identity",
		"received_at", "opened_at", "resolved_at", "resolved_by", "version", "begun_at"}},
	{"standing", []string{"subject", "sequence", "priority", "confirmed", "lapses_at"}},
	{"assessment", []string{"id", "subject", "sequence", "priority", "source", "rule_set", "needs_info", "facts", "reason", "told_at", "lapses_at", "made_at", "made_by"}},
	{"task", []string{"id", "subject", "kind", "owner", "agency", "blocking", "label", "opened_at", "due_at", "state", "closed_at", "closed_by", "version", "look_at"}},
	{"task_queue", []string{"subject", "rank", "due_at", "since", "turn", "listed"}},
	{"access_grant", []string{"subject", "grantee", "relation", "given_by", "given_at", "ended_at"}},
	{"conflict_of_interest", []string{"subject", "user_id", "source", "recorded_at", "copied"}},
	{"mailbox_message", []string{"id", "report", "number", "sender", "author", "sealed", "at", "read_at"}},
	{"match_mark", []string{"digest", "subject", "kind", "made_at"}},
}

// fill pours reports in: open ones without an outcome, closed ones with one, each about a child of its own.
func (g *ground) fill(ctx context.Context, seed uint64, open, closed int) error {
	s, err := g.shape(ctx)
	if err != nil {
		return err
	}
	for done := 0; done < open+closed; done += chunk {
		b := &batch{g: g, s: s, r: rand.New(rand.NewPCG(seed, uint64(done))), now: clock.Trim(time.Now()), rows: map[string][][]any{}}
		for i := done; i < min(done+chunk, open+closed); i++ {
			b.report(i < open)
		}
		for _, t := range tables {
			rows := b.rows[t.name]
			if t.name == "match_mark" {
				slices.SortFunc(rows, func(x, y []any) int { return bytes.Compare(x[0].([]byte), y[0].([]byte)) })
			}
			if err := g.pour(ctx, g.raw, t.name, t.columns, rows); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	return nil
}

func (b *batch) add(table string, values ...any) { b.rows[table] = append(b.rows[table], values) }

// report adds the rows of one report.
func (b *batch) report(open bool) {
	received := b.now.Add(-time.Duration(b.r.Int64N(int64(40 * 24 * time.Hour))))
	if !open {
		received = received.AddDate(0, 0, -60-b.r.IntN(2000))
	}
	id, at := ident.New[string](received), clock.Micro(received)
	priority := []string{"P1", "P2", "P2", "P2", "P3", "P3", "P3", "P3", "P3", "P3", "P3", "P3", "P3", "P4", "P4", "P4", "P4", "P4", "P4", "P4"}[b.r.IntN(20)]
	agency, person := b.g.pack.DeskFor(""), b.g.staff[b.r.IntN(len(b.g.staff))]
	if b.r.IntN(10) == 0 {
		agency = b.g.pack.DeskFor("XD-N")
	}
	state, outcome, turn, resolved, by, listed, begun := "waiting", "", "waiting", int64(0), "", 1, int64(0)
	taken := b.r.IntN(5) == 0
	switch {
	case !open:
		state, outcome, turn, resolved, by, listed, begun = "resolved", string(report.NotInScope), "left", at+3_600_000_000, person, 0, at+60_000_000
	case taken:
		state, turn, begun = "in_triage", "taken", at+60_000_000
	}
	b.add("report", id, "demo/1", "en", "child", "web_form", "", agency, "bench", state, outcome, 0, b.s.content, b.s.identity, at, at, resolved, by, 1, begun)
	b.add("standing", id, 1, priority, 0, 0)
	b.add("assessment", ident.New[string](received), id, 1, priority, "rules", "demo/1", 0, b.s.facts, b.s.reason, at, 0, at, "report.open")
	b.add("access_grant", id, agency, "desk", "report.open", at, 0)
	if !open || taken {
		b.add("access_grant", id, person, "claimant", person, at+60_000_000, 0)
	}
	if b.r.IntN(100) == 0 {
		b.add("conflict_of_interest", id, b.g.staff[b.r.IntN(len(b.g.staff))], "named", at, 0)
	}
	b.add("task_queue", id, priority, b.tasks(id, agency, open), at, turn, listed)
	b.mailbox(id, at, open)
	for _, c := range match.Person(name(b.r)) {
		b.add("match_mark", b.g.vault.Blind(string(c.Kind), c.Text), id, string(c.Kind), at)
	}
}

// tasks adds two tasks and gives the time by which the first of them is to be done.
func (b *batch) tasks(id, agency string, open bool) int64 {
	from := clock.Micro(b.now)
	due, state, closed := from+int64(time.Duration(int64(24*time.Hour)+b.r.Int64N(int64(20*24*time.Hour)))/time.Microsecond), "open", int64(0)
	if !open {
		state, closed = "done", from
	}
	for i, kind := range []string{"human_triage_started", "manager_assigned"} {
		b.add("task", ident.New[string](b.now), id, kind, "", agency, 1-i, []byte{}, from, due+int64(i)*3_600_000_000, state, closed, "", 1, int64(math.MaxInt64))
	}
	if !open {
		return math.MaxInt64
	}
	return due
}

// mailbox adds what was written, to every tenth report; in one of two hundred open ones it waits to be read.
func (b *batch) mailbox(id string, at int64, open bool) {
	read := at + 1
	if unread := open && b.r.IntN(200) == 0; unread {
		read = 0
	} else if b.r.IntN(10) > 0 {
		return
	}
	b.add("mailbox_message", ident.New[string](b.now), id, 1, "reporter", "", b.s.content, at, read)
}
