package stafftest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/contact"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/lang"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/notice"
	"amparo/internal/page"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/retention"
	"amparo/internal/reveal"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
	"amparo/internal/web/staff"
)

// Start is where the clock of every house begins: a Monday in working hours, when the desk is staffed.
var Start = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// A House is everything that staff pages stand on, over stores of its own. Its parts may be used directly.
type House struct {
	T        *testing.T
	Main     *store.Store
	Keys     *store.Store
	Vault    *open.Vault
	Reveal   *reveal.Room
	Pack     *jurisdiction.Pack
	Lang     *lang.Catalog
	Page     *page.Engine
	Identity *identity.Room
	Intake   *intake.Room
	Triage   *triage.Room
	Mailbox  *mailbox.Room
	Match    *match.Room
	Contact  *contact.Room
	// Texts are what was sent to reporters who chose it, as "number: words".
	Texts    []string
	Casework *casework.Room
	Join     *join.Room
	Referral *referral.Room
	// Retention erases; see House.Destroy.
	Retention *retention.Room
	Notice    *notice.Room
	Site      *staff.Site
	Agency    string // the agency of the duty desk, and of everybody but Nour

	clock   *hand
	people  []person
	once    sync.Once
	handler http.Handler
	log     safeBuffer
}

// Each runs f on each engine, every time with a new house.
func Each(t *testing.T, f func(t *testing.T, h *House)) {
	t.Helper()
	at := &hand{at: Start}
	storetest.Each(t, at, func(t *testing.T, main, keys *store.Store) {
		at.set(Start)
		h := &House{T: t, Main: main, Keys: keys, clock: at}
		h.country()
		h.rooms()
		h.Site = h.NewSite(staff.Config{})
		h.settle()
		f(t, h)
	})
}

// must ends the test on an error.
func (h *House) must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// country loads the demo pack and the words.
func (h *House) country() {
	h.T.Helper()
	var err error
	pack := jurisdictiontest.Demo(h.T, Start)
	h.Pack, h.Agency = pack, pack.DeskFor("")
	h.Lang, err = lang.Load()
	h.must(err)
	h.T.Cleanup(func() {
		for _, gap := range h.Lang.Missing() {
			h.T.Errorf("not in the catalogue: %s", gap)
		}
	})
}

// rooms makes the rooms of both sides, wired as the program wires them.
func (h *House) rooms() {
	h.T.Helper()
	ctx := h.T.Context()
	vault, err := open.Open(ctx, open.Config{Dir: h.T.TempDir() + "/keys", Main: h.Main, Keys: h.Keys})
	h.must(err)
	h.must(vault.NewDataKey(ctx, installation, open.Identity))
	h.Vault, h.Reveal = vault, reveal.New(h.Main, vault)
	h.Identity = identity.New(identity.Config{Store: h.Main, Sealer: sealer{vault}, Clock: h.clock, Owned: casework.Owned,
		Cost: identity.Cost{Memory: 8, Passes: 1, Threads: 1}})
	h.Intake = intake.New(intake.Config{Store: h.Main, Pepper: secret.Random(seal.KeySize)})
	h.Mailbox = mailbox.New(mailbox.Config{Store: h.Main, Reveal: h.Reveal, Due: h.replyDue})
	h.Match = match.New(match.Config{Store: h.Main, Blind: h.Reveal.Blind})
	h.Contact = contact.New(contact.Config{Store: h.Main, Reveal: h.Reveal, Clock: h.clock, Safe: h.Pack.SafeFrom,
		Text: func(_ context.Context, number, _ string) error {
			h.Texts = append(h.Texts, number+": a message")
			return nil
		}})
	h.Triage = triage.New(triage.Config{Store: h.Main, Reveal: h.Reveal, Pack: h.Pack, Instrument: h.Pack.Instrument,
		Match: h.Match, Contact: h.Contact,
		Mailbox: h.Mailbox, People: h.colleagues, Kept: h.kept,
		Came: func(ctx context.Context, tx store.Tx, by access.Proof, code string) error {
			return campaign.Came(ctx, tx, by, campaign.ReadCode(code), h.Pack.Zone())
		}})
	h.Notice = notice.New(notice.Config{Store: h.Main, Reveal: h.Reveal, Triage: h.Triage, Pack: h.Pack, Instrument: h.Pack.Instrument})
	h.Referral = referral.New(referral.Config{Store: h.Main, Reveal: h.Reveal, Clock: h.clock, Pack: h.Pack, People: h.workers, Keep: h.keep})
	h.Casework = casework.New(casework.Config{Store: h.Main, Reveal: h.Reveal, Triage: h.Triage, Mailbox: h.Mailbox, Match: h.Match, Clock: h.clock, Pack: h.Pack, People: h.workers,
		Onward: h.Referral, Kept: h.kept, Reasons: codes(h.Pack.ClosureReasons("")), Modes: codes(h.Pack.List("contact_mode", "")),
		Persons: codes(h.Pack.List("contact_person", "")), Outcomes: codes(h.Pack.List("contact_outcome", ""))})
	h.Retention = retention.New(retention.Config{Store: h.Main, Reveal: h.Reveal, Pack: h.Pack})
	h.Join = join.New(join.Config{Store: h.Main, Match: h.Match, Triage: h.Triage, Casework: h.Casework, Mailbox: h.Mailbox})
}

// NewSite makes a site like House.Site, with pages of its own. What is empty in the config is filled in.
func (h *House) NewSite(c staff.Config) *staff.Site {
	h.T.Helper()
	engine, err := page.New(h.Lang.Staff(), page.Config{Zone: h.Pack.Zone(), Clock: h.clock})
	h.must(err)
	if h.Page == nil {
		h.Page = engine
	}
	c.Page, c.Lang, c.Reporters, c.Identity, c.Clock = engine, h.Lang.Staff(), h.Lang, h.Identity, h.clock
	c.Log, c.Name, c.Default = slog.New(slog.NewJSONHandler(&h.log, nil)), "Amparo Demoland", "en"
	c.Agency = func(code, tag string) string { a, _ := h.Pack.Agency(code, tag); return a.Name }
	c.Qualification = func(code, tag string) string { return h.Pack.Word("qualification", code, tag) }
	site, err := staff.New(c)
	h.must(err)
	return site
}

func (h *House) colleagues(ctx context.Context, tx store.Tx, agency string) ([]triage.Person, error) {
	users, err := h.Identity.Colleagues(ctx, tx, identity.AgencyID(agency))
	list := make([]triage.Person, len(users))
	for i, u := range users {
		missing, expired, _ := u.Short(h.Pack.RequiredQualifications(string(access.CaseManager)), tx.Now, 0)
		list[i] = triage.Person{Person: grant.Person{User: string(u.ID), Names: u.Names()}, Languages: u.Languages,
			Desk: u.Actor().Has(access.DutyOfficer) || u.Actor().Supervises(), Supervises: u.Actor().Supervises(), Qualified: len(missing)+len(expired) == 0}
	}
	return list, err
}

func (h *House) kept(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, user string) error {
	return h.Join.KeepBehind(ctx, tx, by, id, user)
}

func (h *House) keep(ctx context.Context, tx store.Tx, by access.Proof, id casework.ID, user string) error {
	return h.Casework.Keep(ctx, tx, by, id, user)
}

func (h *House) workers(ctx context.Context, tx store.Tx, agency string) ([]casework.Colleague, error) {
	users, err := h.Identity.Colleagues(ctx, tx, identity.AgencyID(agency))
	list := make([]casework.Colleague, len(users))
	for i, u := range users {
		missing, expired, ending := u.Short(h.Pack.RequiredQualifications(string(access.CaseManager)), tx.Now, casework.EndsSoon)
		list[i] = casework.Colleague{Actor: u.Actor(), Name: u.DisplayName, Languages: u.Languages, Missing: missing, Expired: expired}
		for _, q := range ending {
			list[i].Ending = append(list[i].Ending, casework.Ending{Code: q.Code, At: q.ExpiresAt})
		}
	}
	return list, err
}

func (h *House) replyDue(ctx context.Context, tx store.Tx, subject string) (time.Time, error) {
	now, err := triage.Now(ctx, tx, subject)
	if err == nil && now.Priority == "" { // a case has its own
		now.Priority, err = casework.Urgency(ctx, tx, casework.ID(subject))
	}
	return h.Pack.Targets().Due(jurisdiction.MessageRead, string(now.Priority), tx.Now), err
}

func codes(list []jurisdiction.Named) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.Code
	}
	return out
}

// Clock is the house's clock, which every room has too.
func (h *House) Clock() clock.Clock { return h.clock }

// Now is what the house's clock says.
func (h *House) Now() time.Time { return h.clock.Now() }

// Advance moves the house's clock on.
func (h *House) Advance(d time.Duration) { h.clock.pass(d) }

// Log is what the site has logged so far, a JSON object in each line.
func (h *House) Log() string { return h.log.String() }

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

func (h *hand) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

func (h *hand) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// A safeBuffer may be written and read by many at once.
type safeBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

// installation is the subject of what is sealed for the people who work here.
const installation = "installation"

// A sealer seals what belongs to the people who work here.
type sealer struct{ vault *open.Vault }

func (s sealer) cell(column, row string) open.Cell {
	return open.Cell{Table: "user_account", Column: column, Row: row}
}

func (s sealer) Seal(ctx context.Context, column, row string, plain []byte) ([]byte, error) {
	return s.vault.Seal(ctx, installation, open.Identity, s.cell(column, row), plain)
}

func (s sealer) Open(ctx context.Context, column, row string, sealed []byte) ([]byte, error) {
	return s.vault.Open(ctx, installation, open.Identity, s.cell(column, row), sealed)
}
