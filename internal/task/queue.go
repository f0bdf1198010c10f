package task

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// A Turn says whether somebody has what is queued.
type Turn string

// The turns.
const (
	Waiting Turn = "waiting" // nobody has it
	Taken   Turn = "taken"
	Left    Turn = "left" // it is done with, and listed only while something in it still waits
)

// A Place is where a subject stands in the queue: the least rank first, then what is due first, then what has been there longest.
type Place struct {
	Subject string
	Rank    string
	Due     time.Time // by when its most urgent open task is to be done; zero when it has none, which stands last in its rank
	Since   time.Time
	Turn    Turn
}

// undated stands in the place of a due time for what has none.
const undated = math.MaxInt64

const (
	enqueueSQL = `INSERT INTO task_queue (subject, rank, due_at, since, turn, listed) VALUES ($1, '', $2, $3, 'waiting', 1) ON CONFLICT DO NOTHING`
	rankSQL    = `UPDATE task_queue SET rank = $2 WHERE subject = $1`
	turnSQL    = `UPDATE task_queue SET turn = $2 WHERE subject = $1`
	// settleQueueSQL puts a subject where its open tasks want it.
	settleQueueSQL = `UPDATE task_queue SET
		due_at = coalesce((SELECT min(t.due_at) FROM task t WHERE t.subject = $1 AND t.state = 'open'), 9223372036854775807),
		listed = CASE WHEN turn <> 'left' OR EXISTS (SELECT 1 FROM task t WHERE t.subject = $1 AND t.state = 'open') THEN 1 ELSE 0 END
		WHERE subject = $1`

	// PlacesSQL and OnwardSQL are the two ends of a statement that reads the queue q in its order: $1 to $6 are the scope, $7 to $12 the
	// Span. What another room narrows it by stands between them.
	PlacesSQL = `SELECT q.subject, q.rank, q.due_at, q.since, q.turn FROM task_queue q `
	OnwardSQL = `WHERE q.listed = 1` + onward + ` LIMIT $12`

	onward = ` AND (q.rank, q.due_at, q.since, q.subject) > ($7, $8, $9, $10) AND q.rank <= $11
		AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = q.subject AND ` + grant.TiedSQL + `)
		ORDER BY q.rank, q.due_at, q.since, q.subject`

	// Most readings go no further than 101 places, or one: PostgreSQL plans a statement once for all when it is told how far it goes.
	queueSQL   = PlacesSQL + OnwardSQL
	shortSQL   = PlacesSQL + `WHERE q.listed = 1` + onward + ` LIMIT 101`
	freeSQL    = PlacesSQL + `WHERE q.turn = 'waiting'` + onward + ` LIMIT 101`
	freeOneSQL = PlacesSQL + `WHERE q.turn = 'waiting'` + onward + ` LIMIT 1`
	short      = 101
)

// Enqueue puts a subject into the queue, at the end of the least rank until Rank and Start say more. What is there already stays
// where it is.
func Enqueue(ctx context.Context, tx store.Tx, _ access.Proof, subject string, since time.Time) error {
	_, err := tx.Exec(ctx, enqueueSQL, subject, int64(undated), clock.Micro(since))
	return err
}

// Behind is the rank of what stands behind all else of a rank, and before the next one.
func Behind(rank string) string { return rank + "b" }

// Rank says how urgent a queued subject is. What is not queued is left alone.
func Rank(ctx context.Context, tx store.Tx, _ access.Proof, subject, rank string) error {
	_, err := tx.Exec(ctx, rankSQL, subject, rank)
	return err
}

// Pass says whose turn a queued subject is. What is not queued is left alone.
func Pass(ctx context.Context, tx store.Tx, _ access.Proof, subject string, to Turn) error {
	if _, err := tx.Exec(ctx, turnSQL, subject, string(to)); err != nil {
		return err
	}
	return place(ctx, tx, subject)
}

// place puts a queued subject where its open tasks want it. Every change of a task ends with it.
func place(ctx context.Context, tx store.Tx, subject string) error {
	_, err := tx.Exec(ctx, settleQueueSQL, subject)
	return err
}

// A Span says which part of the queue is read.
type Span struct {
	After Place  // what stands after it; the zero Place for all
	Rank  string // of this rank alone, with what stands behind in it; empty for all
	Free  bool   // only what nobody has
	Most  int
}

// Queued gives the places of a part of the queue, of those subjects that the actor may do the action on. It reads in the order of the
// queue and stops when it has enough: how much is queued, and how much ever was, does not matter to it.
func Queued(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, s Span) ([]Place, error) {
	switch {
	case s.Free && s.Most > short:
		return nil, fmt.Errorf("no more than %d that nobody has are read at once", short)
	case s.Most > short:
		return Sifted(ctx, tx, actor, action, s, queueSQL)
	}
	statement, args := shortSQL, s.args()
	switch {
	case s.Free && s.Most == 1:
		statement = freeOneSQL
	case s.Free:
		statement = freeSQL
	}
	list, err := placesOf(ctx, tx, statement, grant.ScopeFor(actor, action).Args(args[:len(args)-1]...))
	return list[:min(s.Most, len(list))], err
}

// Sifted is Queued by a statement that another room has narrowed between PlacesSQL and OnwardSQL; its arguments are $13 and on.
func Sifted(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, s Span, statement string, more ...any) ([]Place, error) {
	return placesOf(ctx, tx, statement, grant.ScopeFor(actor, action).Args(append(s.args(), more...)...))
}

func placesOf(ctx context.Context, tx store.Tx, statement string, args []any) (list []Place, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var p Place
		var due, since int64
		err := scan(&p.Subject, &p.Rank, &due, &since, &p.Turn)
		if p.Since = clock.FromMicro(since); due != undated {
			p.Due = clock.FromMicro(due)
		}
		list = append(list, p)
		return err
	})
	return list, err
}

// last stands after every rank, and behind after what stands behind in one.
const last, behind = "zzzz", "bz"

// args gives where the span begins, its last rank, and how many it takes: $7 to $12.
func (s Span) args() []any {
	until := last
	if s.Rank != "" {
		until = s.Rank + behind
	}
	if s.After.Subject == "" {
		return []any{s.Rank, -1, 0, "", until, s.Most}
	}
	return []any{s.After.Rank, s.After.due(), clock.Micro(s.After.Since), s.After.Subject, until, s.Most}
}

func (p Place) due() int64 {
	if p.Due.IsZero() {
		return undated
	}
	return clock.Micro(p.Due)
}

// String is the place as an address may hold it.
func (p Place) String() string {
	return fmt.Sprintf("%s.%d.%d.%s", p.Rank, p.due(), clock.Micro(p.Since), p.Subject)
}

// PlaceOf reads what String gives; the zero Place from anything else.
func PlaceOf(s string) Place {
	parts := strings.Split(s, ".")
	if len(parts) != 4 || ident.Check(parts[3]) != nil {
		return Place{}
	}
	due, err := strconv.ParseInt(parts[1], 10, 64)
	since, err2 := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || err2 != nil {
		return Place{}
	}
	p := Place{Rank: parts[0], Since: clock.FromMicro(since), Subject: parts[3]}
	if due != undated {
		p.Due = clock.FromMicro(due)
	}
	return p
}
