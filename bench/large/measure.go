package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"amparo/internal/access"
	"amparo/internal/grant"
	"amparo/internal/join"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// How often each thing is done in a round. With 200 the 99th percentile is the third slowest.
const (
	samples = 200
	pageOf  = 50
)

// times are the middle and the slow end of a round.
type times struct{ p50, p99 time.Duration }

func spread(all []time.Duration) times {
	all = slices.Sorted(slices.Values(all))
	return times{all[(len(all)-1)/2], all[min(len(all)-1, (len(all)*99+99)/100-1)]}
}

// medians are the medians over rounds.
func medians(rounds []times) times {
	var half, most []time.Duration
	for _, t := range rounds {
		half, most = append(half, t.p50), append(most, t.p99)
	}
	return times{middle(half), middle(most)}
}

func middle(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(all))[(len(all)-1)/2]
}

// A thing is done again and again, beside others.
type thing struct {
	name string
	do   func(ctx context.Context, i int) error
}

// compare does all things in turn, so that each has the same machine, and gives the median of the rounds of each.
// Under its name with ".cpu" is what the processor did of it in this process, whoever else it worked for meanwhile.
func compare(ctx context.Context, rounds int, things []thing) (map[string]times, error) {
	all := map[string][]times{}
	for round := range rounds {
		took := map[string][]time.Duration{}
		for i := range samples {
			for _, t := range things {
				begun, worked := time.Now(), work()
				if err := t.do(ctx, round*samples+i); err != nil {
					return nil, fmt.Errorf("%s: %w", t.name, err)
				}
				took[t.name] = append(took[t.name], time.Since(begun))
				took[t.name+".cpu"] = append(took[t.name+".cpu"], work()-worked)
			}
		}
		for name, list := range took {
			all[name] = append(all[name], spread(list))
		}
	}
	out := map[string]times{}
	for name, list := range all {
		out[name] = medians(list)
	}
	return out, nil
}

// work is what the processor has done for this process so far.
func work() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// bareQueueSQL reads the same fifty lines as the list of the queue, with the same columns, by one statement, without asking who may see
// them and without opening anything: what the list would cost if everybody might see everything.
const bareQueueSQL = `SELECT q.subject, q.rank, q.due_at, q.since, r.language, r.channel, r.area, r.agency, r.state, r.received_at, r.version,
		s.sequence, s.priority, s.confirmed, t.kind, t.due_at, t.paused_until, h.grantee
	FROM (SELECT subject, rank, due_at, since FROM task_queue WHERE listed = 1 ORDER BY rank, due_at, since, subject LIMIT 50) AS q
	JOIN report r ON r.id = q.subject JOIN standing s ON s.subject = q.subject
	LEFT JOIN task t ON t.subject = q.subject AND t.state = 'open' AND t.due_at = q.due_at
	LEFT JOIN access_grant h ON h.subject = q.subject AND h.ended_at = 0 AND h.relation = 'claimant'
	ORDER BY q.rank, q.due_at, q.since, q.subject`

// queue measures the duty queue: the bare query, the list with the reader's scope, and a whole view of the page.
func (g *ground) queue(ctx context.Context, rounds int) (map[string]times, error) {
	afters := []string{""}
	for range 8 {
		q, err := g.triage.Filtered(ctx, g.officer, triage.Filter{}, triage.Stretch{After: afters[len(afters)-1], Most: pageOf})
		if err != nil {
			return nil, err
		}
		if len(q.Lines) != pageOf {
			return nil, fmt.Errorf("a page has %d lines", len(q.Lines))
		}
		for _, l := range q.Lines {
			if l.Sealed != nil {
				return nil, fmt.Errorf("%s does not open: %w", l.ID, l.Sealed)
			}
		}
		afters = append(afters, q.After)
	}
	return compare(ctx, rounds, []thing{
		{"bare", func(ctx context.Context, _ int) error { return g.drain(ctx, bareQueueSQL) }},
		{"top", func(ctx context.Context, _ int) error { return g.top(ctx) }},
		{"list", func(ctx context.Context, _ int) error {
			l, err := g.triage.Look(ctx, g.officer, triage.Filter{}, triage.Stretch{Most: pageOf})
			if err == nil && len(l.Shown()) != pageOf {
				err = fmt.Errorf("the list has %d lines", len(l.Shown()))
			}
			return err
		}},
		{"page", func(ctx context.Context, i int) error {
			return g.view(ctx, triage.Stretch{After: afters[i%len(afters)], Most: pageOf})
		}},
	})
}

// top reads the first fifty lines as the list does, each with what the reader may see of it.
func (g *ground) top(ctx context.Context) error {
	return g.main.Read(ctx, func(tx store.Tx) error {
		places, err := task.Queued(ctx, tx, g.officer, access.ReportRead, task.Span{Most: pageOf})
		if err != nil || len(places) != pageOf {
			return errors.Join(err, fmt.Errorf("%d places of the queue", len(places)))
		}
		ids := make([]string, len(places))
		for i, p := range places {
			ids[i] = p.Subject
		}
		for _, read := range []func() error{
			func() error { _, err := report.Some(ctx, tx, ids); return err },
			func() error { _, err := triage.NowOf(ctx, tx, ids); return err },
			func() error { _, err := task.NextOf(ctx, tx, ids); return err },
			func() error { _, err := grant.HoldersOf(ctx, tx, access.Claimant, ids); return err },
		} {
			if err := read(); err != nil {
				return err
			}
		}
		return nil
	})
}

// view does everything that one view of the page asks of the stores: the list, its reasons opened and that noted in the log, the replies
// that wait, and the counts of the menu.
func (g *ground) view(ctx context.Context, part triage.Stretch) error {
	l, err := g.triage.Look(ctx, g.officer, triage.Filter{}, part)
	if err != nil {
		return err
	}
	if _, err := l.Open(ctx); err != nil {
		return err
	}
	shown := l.Shown()
	return g.main.Read(ctx, func(tx store.Tx) error {
		if _, err := mailbox.UnreadOf(ctx, tx, shown); err != nil {
			return err
		}
		if _, err := g.triage.Pressing(ctx, tx, g.officer, 101); err != nil {
			return err
		}
		if _, err := mailbox.UnreadHeld(ctx, tx, g.officer, access.ReportRead, access.Claimant); err != nil {
			return err
		}
		_, err := mailbox.UnreadHeld(ctx, tx, g.officer, access.CaseRead, access.Manager)
		return err
	})
}

// drain reads all rows of a statement.
func (g *ground) drain(ctx context.Context, statement string, args ...any) error {
	return g.main.Read(ctx, func(tx store.Tx) error {
		n := 0
		return tx.Each(ctx, statement, args, func(scan func(...any) error) error {
			n++
			return nil
		})
	})
}

// bareSearchSQL reads the marks of a whole name, without asking who may see them and without a word in the log.
const bareSearchSQL = `SELECT subject, kind, made_at FROM match_mark WHERE digest = $1 ORDER BY made_at DESC LIMIT 1000`

// search measures a search for a child's name: names as common as they are among the children.
func (g *ground) search(ctx context.Context, rounds int) (map[string]times, error) {
	room := join.New(join.Config{Store: g.main, Match: g.match, Triage: g.triage})
	asked := make([]string, samples)
	for i := range asked {
		asked[i] = name(rand.New(rand.NewPCG(7, uint64(i))))
	}
	found := 0
	got, err := compare(ctx, rounds, []thing{
		{"bare", func(ctx context.Context, i int) error {
			c := match.Person(asked[i%samples])[0]
			return g.drain(ctx, bareSearchSQL, g.vault.Blind(string(c.Kind), c.Text))
		}},
		{"search", func(ctx context.Context, i int) error {
			f, err := room.Search(ctx, g.officer, asked[i%samples])
			found += len(f.Hits)
			return err
		}},
	})
	if err == nil && found == 0 {
		err = fmt.Errorf("no search has found anything")
	}
	return got, err
}
