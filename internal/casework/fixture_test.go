package casework_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
	"amparo/packs"
)

const (
	unopenedTestSQL = `SELECT id FROM envelope`
	countTestSQL    = `SELECT (SELECT count(*) FROM case_file) + (SELECT count(*) FROM case_report) + (SELECT count(*) FROM case_child)
		+ (SELECT count(*) FROM case_event) + (SELECT count(*) FROM case_contact) + (SELECT count(*) FROM mailbox_follow)`
	refusedTestSQL = `SELECT count(*) FROM audit_entry WHERE outcome = 'refused'`
	keysTestSQL    = `SELECT count(*) FROM data_key`
)

const canary = "the purple lighthouse hums"

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// an office is a duty desk and its case workers, over real stores and keys.
type office struct {
	t          testing.TB
	main, keys *store.Store
	intake     *intake.Room
	triage     *triage.Room
	mail       *mailbox.Room
	match      *match.Room
	room       *casework.Room
	agency     string // of everybody but Nour and Sami
	other      string // theirs
	now        *time.Time
	gone       map[string]bool // who does not work here any more
	broken     error           // what finding a case manager fails with
}

func each(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	now := start
	storetest.Each(t, clock.Func(func() time.Time { return now }), func(t *testing.T, main, keys *store.Store) {
		now = start
		f(t, newOffice(t, main, keys, &now))
	})
}

func newOffice(t *testing.T, main, keys *store.Store, now *time.Time) *office {
	t.Helper()
	vault, err := open.Open(t.Context(), open.Config{Dir: t.TempDir() + "/keys", Main: main, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	pack, opened := country(), reveal.New(main, vault)
	o := &office{t: t, main: main, keys: keys, now: now, agency: pack.DeskFor(""), gone: map[string]bool{}}
	for _, a := range pack.Agencies("en") {
		if a.Desk && a.Code != o.agency {
			o.other = a.Code
		}
	}
	o.intake = intake.New(intake.Config{Store: main, Pepper: secret.Bytes(strings.Repeat("p", 32))})
	o.mail = mailbox.New(mailbox.Config{Store: main, Reveal: opened, Due: func(ctx context.Context, tx store.Tx, subject string) (time.Time, error) {
		s, err := triage.Now(ctx, tx, subject)
		return pack.Targets().Due(jurisdiction.MessageRead, string(s.Priority), tx.Now), err
	}})
	o.match = match.New(match.Config{Store: main, Blind: opened.Blind})
	o.triage = triage.New(triage.Config{Store: main, Reveal: opened, Pack: pack, Instrument: questions, Mailbox: o.mail, People: o.colleagues,
		Match: o.match})
	o.room = casework.New(casework.Config{Store: main, Reveal: opened, Triage: o.triage, Mailbox: o.mail, Match: o.match, Clock: clock.Func(func() time.Time { return *now }),
		Pack: pack, People: o.people, Reasons: []string{"goals_met", "moved_away"}, Modes: []string{"phone"},
		Persons: []string{"child"}, Outcomes: []string{"reached", "no_answer"}})
	return o
}

// country is the one that the program ships.
var country = sync.OnceValue(func() *jurisdiction.Pack {
	files, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		panic(err)
	}
	pack, problems := jurisdiction.Load(files, start)
	if len(problems) > 0 {
		panic(problems)
	}
	return pack
})

const testInstrument = `id: test
version: 1.0.0
languages: [en]
reader: child
reviewed_by: {}
name: {en: "Test"}
answers:
  unknown: {en: "I don't know"}
  prefers_not_to_say: {en: "I'd rather not say"}
pages:
  - id: danger
    title: {en: "Danger"}
    questions:
      - id: danger
        kind: single
        codes:
          "yes": {words: {en: "Yes"}, facts: {triggers: [danger_now]}}
          "no": {words: {en: "No"}}
  - id: must_not_know
    title: {en: "Who must not know"}
    questions:
      - id: must_not_know
        kind: names
        privacy: identity
        means: must_not_know
`

// questions finds the one list of questions of these tests.
func questions(id string) *instrument.Instrument {
	in, problems := instrument.Load("test.yaml", []byte(testInstrument))
	if len(problems) > 0 {
		panic(problems)
	}
	if id != in.ID {
		return nil
	}
	return in
}

// The people, by name. Lina lacks qualifications.
var people = []casework.Colleague{
	colleague("karim", "Karim Naser", access.CaseManager), colleague("laila", "Laila Sabri", access.ServiceLead),
	colleague("lina", "Lina Farah", access.CaseManager), colleague("mona", "Mona Khoury", access.CaseManager),
	colleague("salma", "Salma Idris", access.Supervisor),
}

func colleague(id, name string, role access.Role) casework.Colleague {
	c := casework.Colleague{Actor: access.Actor{Kind: access.Staff, ID: id, Roles: []access.Role{role}}, Name: name, Languages: []string{"en"}}
	if id == "lina" {
		c.Missing, c.Expired = []string{"vetting"}, []string{"csea_casework"}
	}
	return c
}

func (o *office) people(_ context.Context, _ store.Tx, agency string) (list []casework.Colleague, err error) {
	for _, c := range people {
		c.Agency = o.agency
		list = append(list, c)
	}
	for _, c := range []casework.Colleague{colleague("nour", "Nour Aziz", access.CaseManager), colleague("sami", "Sami Haddad", access.Supervisor)} {
		c.Agency = o.other
		list = append(list, c)
	}
	return slices.DeleteFunc(list, func(c casework.Colleague) bool { return o.gone[c.ID] || agency != "" && agency != c.Agency }), o.broken
}

func (o *office) colleagues(_ context.Context, _ store.Tx, agency string) (list []triage.Person, err error) {
	for _, c := range people {
		list = append(list, triage.Person{Person: grant.Person{User: c.ID, Names: []string{c.Name}}, Desk: c.Supervises(), Supervises: c.Supervises()})
	}
	for user, name := range map[string]string{"huda": "Huda Salem", "omar": "Omar Haddad"} {
		list = append(list, triage.Person{Person: grant.Person{User: user, Names: []string{name}}, Desk: true})
	}
	if agency == o.other {
		list = []triage.Person{{Person: grant.Person{User: "sami", Names: []string{"Sami Haddad"}}, Desk: true, Supervises: true}}
	}
	return list, nil
}

func (o *office) staff(id string) access.Actor {
	a := access.Actor{Kind: access.Staff, ID: id, Agency: o.agency}
	switch id {
	case "huda", "omar":
		a.Roles = []access.Role{access.DutyOfficer}
	case "salma":
		a.Roles = []access.Role{access.Supervisor}
	case "laila":
		a.Roles = []access.Role{access.ServiceLead}
	case "sami":
		a.Agency, a.Roles = o.other, []access.Role{access.Supervisor}
	case "nour":
		a.Agency, a.Roles = o.other, []access.Role{access.CaseManager}
	case "adam":
		a.Roles = []access.Role{access.Administrator}
	default:
		a.Roles = []access.Role{access.CaseManager}
	}
	return a
}

// must ends the test on an error.
func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// wants compares the kind and the code of an error with what is expected; a code without a dot is a kind.
func (o *office) wants(what string, err error, want string) {
	o.t.Helper()
	got := string(fault.KindOf(err))
	if strings.Contains(want, ".") {
		got = string(fault.CodeOf(err))
	}
	if got != want {
		o.t.Errorf("%s gave %v, want %q", what, err, want)
	}
}

// pass moves the clock on, so that what comes next is later.
func (o *office) pass(d time.Duration) { *o.now = o.now.Add(d) }

// do runs f in a transaction of its own.
func (o *office) do(f func(ctx context.Context, tx store.Tx) error) {
	o.t.Helper()
	o.must(o.main.Write(o.t.Context(), func(tx store.Tx) error { return f(o.t.Context(), tx) }))
}

// see runs f in a transaction that only reads.
func (o *office) see(f func(ctx context.Context, tx store.Tx) error) {
	o.t.Helper()
	o.must(o.main.Read(o.t.Context(), func(tx store.Tx) error { return f(o.t.Context(), tx) }))
}

func (o *office) number(statement string) (n int) {
	o.t.Helper()
	o.see(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, nil, &n) })
	return n
}

// keyRows counts the keys in the key store.
func (o *office) keyRows() (n int) {
	o.t.Helper()
	o.must(o.keys.Read(o.t.Context(), func(tx store.Tx) error { return tx.One(o.t.Context(), keysTestSQL, nil, &n) }))
	return n
}

// a told is a report that huda has claimed and whose priority she has confirmed.
type told struct {
	receipt seal.Receipt
	id      report.ID
}

// told takes a report in, up to where a case can be opened.
func (o *office) told(danger bool, mustNotKnow ...string) told {
	o.t.Helper()
	m := o.arrived(danger, mustNotKnow...)
	o.must(o.triage.Claim(o.t.Context(), o.staff("huda"), m.id))
	s := o.standing(m.id)
	o.must(o.triage.Decide(o.t.Context(), o.staff("huda"), triage.Decision{Subject: string(m.id), Sequence: s.Sequence, To: s.Priority}))
	o.must(o.triage.Check(o.t.Context(), o.staff("huda"), triage.CheckInput{Report: m.id, Item: "suicide_risk_asked", Answer: "no"}))
	return m
}

// arrived takes a report in, up to the desk.
func (o *office) arrived(danger bool, mustNotKnow ...string) told {
	o.t.Helper()
	answers := map[string][]string{"danger": {"no"}, "must_not_know": mustNotKnow}
	if danger {
		answers["danger"] = []string{"yes"}
	}
	m := told{receipt: seal.NewReceipt()}
	_, err := o.intake.Submit(o.t.Context(), intake.Submission{Receipt: m.receipt, Told: intake.Told{Instrument: "test", Pack: "demo",
		Language: "en", Reader: intake.Child, Channel: intake.WebForm, Answers: answers}})
	o.must(err)
	o.see(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, unopenedTestSQL, nil, &m.id) })
	o.must(o.triage.Open(o.t.Context(), intake.EnvelopeID(m.id), nothing))
	return m
}

func nothing(context.Context, store.Tx) error { return nil }

func (o *office) standing(id report.ID) (s triage.Standing) {
	o.t.Helper()
	o.do(func(ctx context.Context, tx store.Tx) (err error) {
		s, err = triage.Now(ctx, tx, string(id))
		return err
	})
	return s
}

// says adds a message as the reporter and takes it as the job does.
func (o *office) says(m told, text string) {
	o.t.Helper()
	id := intake.NewMessageID(*o.now)
	o.must(errors.Join(o.intake.Add(o.t.Context(), intake.Addition{Receipt: m.receipt, ID: id, Text: text}), o.mail.Take(o.t.Context(), id, nothing)))
}

func (o *office) box(m told) intake.Mailbox {
	o.t.Helper()
	box, err := o.intake.Open(o.t.Context(), m.receipt)
	o.must(err)
	return box
}

// input opens cases of a report for mona.
func (o *office) input(m told, children ...string) casework.OpenInput {
	return casework.OpenInput{Report: m.id, Agency: o.agency, Manager: "mona", Children: children, Summary: "what was said", Message: "we are here"}
}

// opened opens a case for each child and gives the ids.
func (o *office) opened(m told, children ...string) []casework.ID {
	o.t.Helper()
	ids, err := o.room.Open(o.t.Context(), o.staff("huda"), o.input(m, children...))
	o.must(err)
	o.pass(time.Second)
	return ids
}

// one opens a single case of a new report.
func (o *office) one(mustNotKnow ...string) (told, casework.ID) {
	o.t.Helper()
	m := o.told(false, mustNotKnow...)
	return m, o.opened(m, "A")[0]
}

func (o *office) show(who string, id casework.ID) casework.Page {
	o.t.Helper()
	p, err := o.room.Show(o.t.Context(), o.staff(who), id, nil)
	o.must(err)
	return p
}

// version is the version that the case has now.
func (o *office) version(id casework.ID) int64 {
	o.t.Helper()
	return o.show("laila", id).Version
}

// tasks are the open tasks of a subject by their kind.
func (o *office) tasks(subject string) map[task.Kind]task.Task {
	o.t.Helper()
	list := map[task.Kind]task.Task{}
	o.see(func(ctx context.Context, tx store.Tx) error {
		open, err := task.OpenFor(ctx, tx, subject)
		for _, t := range open {
			list[t.Kind] = t
		}
		return err
	})
	return list
}

// close closes a case as it stands.
func (o *office) close(who string, id casework.ID, change ...func(in *casework.CloseInput)) error {
	in := casework.CloseInput{Case: id, Reason: "goals_met", Note: "all is well", ChildTold: true, Version: o.version(id)}
	for _, c := range change {
		c(&in)
	}
	err := o.room.Close(o.t.Context(), o.staff(who), in)
	o.pass(time.Second)
	return err
}

func (o *office) reopen(who string, id casework.ID, change ...func(in *casework.ReopenInput)) error {
	in := casework.ReopenInput{Case: id, Reason: "they asked for us", Version: o.version(id)}
	for _, c := range change {
		c(&in)
	}
	err := o.room.Reopen(o.t.Context(), o.staff(who), in)
	o.pass(time.Second)
	return err
}

func (o *office) assign(who string, id casework.ID, to string) error {
	err := o.room.Assign(o.t.Context(), o.staff(who), casework.AssignInput{Case: id, To: to, Told: "the child knows", Risks: "nothing yet", Version: o.version(id)})
	o.pass(time.Second)
	return err
}

// titles are the kinds of a timeline.
func titles(p casework.Page) (list []casework.Kind) {
	for _, e := range p.Timeline {
		list = append(list, e.Kind)
	}
	return list
}
