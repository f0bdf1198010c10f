package helpline_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/helpline"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/promise"
	"amparo/internal/reveal"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

const (
	envelopesTestSQL = `SELECT id FROM envelope ORDER BY received_at, id`
	refusedTestSQL   = `SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1`
	openedTestSQL    = `SELECT count(*) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = $1`
	rowsTestSQL      = `SELECT count(*) FROM call_draft WHERE id = $1`
	storedTestSQL    = `SELECT content, receipt FROM call_draft WHERE id = $1`
	keysTestSQL      = `SELECT count(*) FROM data_key WHERE subject = $1`
)

var start = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC) // a Monday, when the desk is staffed

// A hand is a clock that the test moves.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// a line is a helpline with the keys in the test's hand.
type line struct {
	t          *testing.T
	clock      *hand
	main, keys *store.Store
	vault      *open.Vault
	intake     *intake.Room
	pack       *jurisdiction.Pack
	room       *helpline.Room
}

func staff(id string, roles ...access.Role) access.Actor {
	return access.Actor{Kind: access.Staff, ID: id, Agency: "line", Roles: roles}
}

var (
	hani  = staff("hani", access.HelplineCounsellor)
	huda  = staff("huda", access.DutyOfficer)
	salma = staff("salma", access.Supervisor)
	mona  = staff("mona", access.CaseManager)
	job   = access.System("helpline.sweep")
)

func each(t *testing.T, f func(l *line)) {
	t.Helper()
	at := &hand{at: start}
	storetest.Each(t, at, func(t *testing.T, main, keys *store.Store) {
		at.at = start
		l := &line{t: t, clock: at, main: main, keys: keys}
		vault, err := open.Open(t.Context(), open.Config{Dir: t.TempDir() + "/keys", Main: main, Keys: keys})
		l.must(err)
		pack := jurisdictiontest.Demo(t, start)
		l.vault, l.pack, l.intake = vault, pack, intake.New(intake.Config{Store: main, Pepper: secret.Random(seal.KeySize)})
		l.room, err = helpline.New(helpline.Config{Store: main, Reveal: reveal.New(main, vault), Intake: l.intake, Pack: pack,
			Promise: promise.New(promise.Config{Pack: pack, Intake: l.intake}), Unfinished: func(tag string) string { return "UNFINISHED " + tag }})
		l.must(err)
		f(l)
	})
}

func (l *line) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// refuses fails the test unless an error is of a kind.
func (l *line) refuses(what string, err error, kind fault.Kind) {
	l.t.Helper()
	if fault.KindOf(err) != kind {
		l.t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

func (l *line) begin(who access.Actor, way string) helpline.DraftID {
	l.t.Helper()
	id, err := l.room.Begin(l.t.Context(), who, helpline.BeginInput{Channel: "phone", Way: way, Language: "en"})
	l.must(err)
	return id
}

// writes is what a page sends of a draft.
func writes(id helpline.DraftID, version int64, way, text string, answers instrument.Answers) helpline.SaveInput {
	return helpline.SaveInput{Draft: id, Version: version, Channel: "phone", Tag: "en",
		Notes: helpline.Notes{Way: way, Language: "sw", Text: text, Answers: answers}}
}

func (l *line) read(id helpline.DraftID) helpline.Page {
	l.t.Helper()
	p, err := l.room.Read(l.t.Context(), hani, id)
	l.must(err)
	return p
}

func (l *line) handIn(id helpline.DraftID) helpline.Handout {
	l.t.Helper()
	l.must(l.room.HandIn(l.t.Context(), hani, helpline.HandInput{Draft: id, Version: l.read(id).Version, Tag: "en"}))
	h, err := l.room.Handout(l.t.Context(), hani, id)
	l.must(err)
	return h
}

func (l *line) sweep() {
	l.t.Helper()
	l.must(l.room.Sweep(l.t.Context(), job))
}

func (l *line) number(s *store.Store, statement string, args ...any) (n int) {
	l.t.Helper()
	l.must(s.Read(l.t.Context(), func(tx store.Tx) error { return tx.One(l.t.Context(), statement, args, &n) }))
	return n
}

// told opens every report that was handed in.
func (l *line) told() (list []intake.Told) {
	l.t.Helper()
	l.must(l.main.Read(l.t.Context(), func(tx store.Tx) error {
		list = nil
		var ids []intake.EnvelopeID
		err := tx.Each(l.t.Context(), envelopesTestSQL, nil, func(scan func(...any) error) error {
			var id intake.EnvelopeID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
		for _, id := range ids {
			e, err := intake.Waiting(l.t.Context(), tx, id)
			if err != nil {
				return err
			}
			plain, err := l.vault.OpenEnvelope(l.t.Context(), e.KeyID, e.Binding(), e.Sealed)
			if err != nil {
				return err
			}
			var one intake.Told
			if err := json.Unmarshal(plain, &one); err != nil {
				return err
			}
			list = append(list, one)
		}
		return err
	}))
	return list
}

func (l *line) board(who access.Actor) helpline.Board {
	l.t.Helper()
	b, err := l.room.Board(l.t.Context(), who)
	l.must(err)
	return b
}

// tallied is how many calls of a kind are counted today, by whoever may count.
func (l *line) tallied(kind helpline.Kind) (n int) {
	l.t.Helper()
	b := l.board(salma)
	for _, t := range b.Tallies {
		if t.Kind == kind && t.Day == b.Today {
			n += t.Calls
		}
	}
	return n
}

func (l *line) stored(id helpline.DraftID) (content, receipt []byte) {
	l.t.Helper()
	l.must(l.main.Read(l.t.Context(), func(tx store.Tx) error {
		return tx.One(context.Background(), storedTestSQL, []any{string(id)}, &content, &receipt)
	}))
	return content, receipt
}

func states(list []helpline.Draft) (out []helpline.State) {
	for _, d := range list {
		out = append(out, d.State)
	}
	slices.Sort(out)
	return out
}
