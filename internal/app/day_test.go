package app

import (
	"context"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/front"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jobs"
	"amparo/internal/jurisdiction"
	"amparo/internal/notify"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/rota"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

// What the scripted day is made of.
const (
	dayReports = 2000
	dayFlood   = 500             // of them in one hour
	dayStep    = 5 * time.Minute // how long the clock stands still between two looks
	accused    = "Zehra Quint"   // the supervisor whom some reporters name
)

// A day is an installation with 40 people, whose clock the test moves on.
type day struct {
	*App
	t    *testing.T
	at   atomic.Int64 // microseconds
	who  map[string]identity.User
	in   *intake.Room
	busy map[string]errand // what somebody on duty works on, by user id

	mu      sync.Mutex
	letters map[string]int // urgent ones, by address
	seen    map[string]int // those of them that somebody on call has acted on

	arriving []arrival
	receipts []seal.Receipt
	done     int
	experts  []access.Actor // who answers what is handed on
}

// An errand is a report in somebody's hands.
type errand struct {
	id    report.ID
	until time.Time
}

// An arrival is a report that will come in.
type arrival struct {
	at      time.Time
	area    string
	answers map[string][]string
}

func (d *day) now() time.Time { return clock.FromMicro(d.at.Load()) }

// Send counts what a mail server would have been given.
func (d *day) Send(_ context.Context, m notify.Message) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m.Kind == notify.Urgent {
		d.letters[m.To]++
	}
	return nil
}

// TestADay has 2,000 reports come in on one day, 500 of them within an hour, to two desks where 40 people work in shifts, of whom two
// are away. A part of each case goes to another agency. Some reporters name a desk's only supervisor. Nothing is lost; at every step each report has a clock that runs, each case
// exactly one case manager, and nobody is idle while something waits that they may see: what was late was late because all were
// busy, or because nobody was there, and those who are to hear of it were told.
func TestADay(t *testing.T) {
	d := &day{}
	storetest.Each(t, clock.Func(func() time.Time { return d.now() }), func(t *testing.T, main, keys *store.Store) {
		d.begin(t, main, keys)
		defer d.runs()()
		for range int(24 * time.Hour / dayStep) {
			d.step()
		}
		d.isWhole()
	})
}

// begin makes the installation, the people, their shifts and what will happen.
func (d *day) begin(t *testing.T, main, keys *store.Store) {
	d.t, d.who, d.busy, d.letters, d.seen = t, map[string]identity.User{}, map[string]errand{}, map[string]int{}, map[string]int{}
	d.receipts, d.done = nil, 0
	midnight := time.Date(2031, 3, 4, 22, 0, 0, 0, time.UTC) // of the country, on a Wednesday
	d.at.Store(clock.Micro(midnight))
	log, _ := logger()
	d.App = &App{log: log, stores: stores{main, keys}, runner: jobs.NewRunner(jobs.Config{Store: main, Log: log, Poll: 50 * time.Millisecond, SetBack: task.SetBack})}
	var err error
	d.pack, err = front.Country(config.Serve{Demo: true})
	must(t, err)
	dir := filepath.Join(t.TempDir(), "keys")
	d.vault, err = open.Open(t.Context(), open.Config{Dir: dir, Main: main, Keys: keys})
	must(t, err)
	d.rooms, err = newRooms(t.Context(), ground{stores: d.stores, vault: d.vault, pack: d.pack, sender: d, log: log,
		people: identity.Config{Cost: cheap, Clock: clock.Func(d.now)}})
	must(t, err)
	d.handleJobs()
	public, err := seal.OwnPublicKey(t.Context(), main, filepath.Join(dir, seal.PublicKeyFile))
	must(t, err)
	d.in = intake.New(intake.Config{Store: main, Pepper: public.Pepper()})
	d.hire()
	d.plan(midnight)
	d.arriving = arrivals(midnight, rand.New(rand.NewPCG(7, 9)))
}

// runs lets the jobs run, and gives what ends that.
func (d *day) runs() (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(d.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- d.runner.Run(ctx) }()
	return func() {
		cancel()
		must(d.t, <-ended)
	}
}

const dueTestSQL = `SELECT count(*) FROM job WHERE state <> 'dead' AND run_at <= $1`

// settle waits until every job that is due by the clock has been done.
func (d *day) settle() {
	d.t.Helper()
	d.runner.Wake()
	await(d.t, "no job is due", func() bool {
		var n int
		look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) error {
			return tx.One(ctx, dueTestSQL, []any{clock.Micro(tx.Now)}, &n)
		})
		return n == 0
	})
}

// step moves the clock on, and has everybody do what they would.
func (d *day) step() {
	d.at.Add(dayStep.Microseconds())
	d.come()
	d.settle()
	for user, e := range d.busy {
		if !e.until.After(d.now()) {
			delete(d.busy, user)
			d.finish(user, e.id)
		}
	}
	for _, desk := range []string{d.pack.DeskFor(""), d.pack.DeskFor("XD-N")} {
		d.claim(desk)
	}
	d.work()
	d.settle()
	d.holds()
}

// come takes in what has arrived since the last step. Every 25th writes again later.
func (d *day) come() {
	d.t.Helper()
	for len(d.arriving) > 0 && !d.arriving[0].at.After(d.now()) {
		a, receipt := d.arriving[0], seal.NewReceipt()
		d.arriving = d.arriving[1:]
		_, err := d.in.Submit(d.t.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{Instrument: "about_me", Pack: "demo", Language: "en",
			Reader: intake.Child, Channel: intake.WebForm, Area: a.area, Answers: a.answers}})
		must(d.t, err)
		d.receipts = append(d.receipts, receipt)
		if n := len(d.receipts); n%25 == 0 {
			must(d.t, d.in.Add(d.t.Context(), intake.Addition{Receipt: d.receipts[n/2], ID: intake.NewMessageID(d.now()), Text: "is somebody there?"}))
		}
	}
}

// onDuty gives who is at a desk now, then who is on call for it and has been paged since they last looked.
func (d *day) onDuty(desk string) (list []identity.User, atDesk int) {
	d.t.Helper()
	var b rota.Board
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) (err error) {
		b, err = d.rooms.rota.Duty(ctx, tx, desk, tx.Now)
		return err
	})
	users := slices.Collect(maps.Values(d.who))
	list = among(users, b.AtDesk)
	atDesk = len(list)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, u := range among(users, b.OnCall) {
		if n := d.letters[address(u)]; n > d.seen[address(u)] {
			d.seen[address(u)] = n
			list = append(list, u)
		}
	}
	return list, atDesk
}

func address(u identity.User) string { return u.Name + "@example.org" }

// claim has everybody on duty at a desk who is free take the most urgent report that they may see. Whoever is free afterwards has
// nothing to take.
func (d *day) claim(desk string) {
	d.t.Helper()
	people, atDesk := d.onDuty(desk)
	for i, u := range people {
		if _, works := d.busy[string(u.ID)]; works {
			continue
		}
		q, err := d.rooms.triage.Queue(d.t.Context(), u.Actor(), 0, 0)
		must(d.t, err)
		if q.First == "" || i >= atDesk && d.standing(q.First).Priority != ruleset.P1 {
			continue
		}
		must(d.t, d.rooms.triage.Claim(d.t.Context(), u.Actor(), q.First))
		takes := map[ruleset.Priority]time.Duration{ruleset.P1: 20, ruleset.P2: 10, ruleset.P3: 5, ruleset.P4: 5}[d.standing(q.First).Priority]
		d.busy[string(u.ID)] = errand{q.First, d.now().Add(takes * time.Minute)}
	}
}

func (d *day) standing(id report.ID) (s triage.Standing) {
	d.t.Helper()
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) (err error) {
		s, err = triage.Now(ctx, tx, string(id))
		return err
	})
	return s
}

func (d *day) user(id string) identity.User {
	for _, u := range d.who {
		if string(u.ID) == id {
			return u
		}
	}
	d.t.Fatalf("nobody is %s", id)
	return identity.User{}
}

// finish confirms the priority, answers what has to be, reads what was written, and gives the report its outcome: of every fourth
// urgent one a case comes.
func (d *day) finish(user string, id report.ID) {
	d.t.Helper()
	ctx, by := d.t.Context(), d.user(user).Actor()
	p, err := d.rooms.triage.Read(ctx, by, id, nil)
	must(d.t, err)
	must(d.t, d.rooms.triage.Decide(ctx, by, triage.Decision{Subject: string(id), Sequence: p.Sequence, To: p.Standing.Priority}))
	for _, item := range d.pack.Required(string(p.Standing.Priority), "") {
		answer := triage.AnswerNo
		if item.Answer == jurisdiction.Person {
			answer = p.Professionals[0]
		}
		must(d.t, d.rooms.triage.Check(ctx, by, triage.CheckInput{Report: id, Item: item.Code, Answer: answer}))
	}
	if slices.ContainsFunc(p.Tasks, func(t task.Task) bool { return t.Kind == task.ReadReply }) {
		must(d.t, d.rooms.mailbox.MarkRead(ctx, by, id, string(id), 0))
	}
	urgent := p.Standing.Priority == ruleset.P1 || p.Standing.Priority == ruleset.P2
	d.done++
	switch {
	case urgent && d.done%4 == 0:
		d.openCase(by, id, p.Standing.Priority)
	case urgent:
		must(d.t, d.rooms.triage.Finish(ctx, by, triage.Resolution{Report: id, Outcome: report.ReferredOut, Message: "They will call you."}))
	default:
		must(d.t, d.rooms.triage.Finish(ctx, by, triage.Resolution{Report: id, Outcome: report.InsufficientInfo, Message: "Thank you."}))
	}
}

// openCase opens a case for whoever suits best, and has a supervisor hold it when nobody does.
func (d *day) openCase(by access.Actor, id report.ID, p ruleset.Priority) {
	d.t.Helper()
	found, err := d.rooms.cases.Candidates(d.t.Context(), by, access.CaseOpen, string(id), by.Agency)
	must(d.t, err)
	in := casework.OpenInput{Report: id, Agency: by.Agency, Children: []string{"The painter"}, Message: "Somebody is there for you.",
		Clocks: casework.FirstClocks(d.pack.Targets(), p, d.now())}
	if found.Nobody() {
		in.Manager, in.Hold = found.Holders[0].ID, "Nobody has room."
	} else {
		in.Manager = found.Managers[0].ID
	}
	_, err = d.rooms.cases.Open(d.t.Context(), by, in)
	must(d.t, err)
}

// work has each case manager, between eight and eight, do the next thing of one case. Who is away has somebody do it for them.
func (d *day) work() {
	d.t.Helper()
	if hour := d.now().In(d.pack.Zone()).Hour(); hour < 8 || hour >= 20 {
		return
	}
	for _, expert := range d.experts {
		d.answer(expert)
	}
	for name, u := range d.who {
		if !u.Actor().Has(access.CaseManager) || name == "manager00" {
			continue
		}
		var list []casework.Listed
		look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) (err error) {
			list, err = casework.List(ctx, tx, u.Actor())
			return err
		})
		slices.SortStableFunc(list, func(a, b casework.Listed) int { return a.Next.Due.Compare(b.Next.Due) })
		i := slices.IndexFunc(list, func(l casework.Listed) bool { return l.Due && !slices.Contains(endsElsewhere, l.Next.Kind) })
		if i >= 0 {
			d.advance(u.Actor(), list[i])
		}
	}
}

// endsElsewhere are the tasks of a case that its case manager does not end within the day.
var endsElsewhere = []task.Kind{casework.TaskReview, task.AwaitAnswer, task.FollowReferral}

// answer has a specialist take what is most urgent, and say what came of what is due.
func (d *day) answer(expert access.Actor) {
	d.t.Helper()
	ctx := d.t.Context()
	desk, err := d.rooms.handed.Desk(ctx, expert)
	must(d.t, err)
	if len(desk.ToAnswer) > 0 {
		one := desk.ToAnswer[0]
		must(d.t, d.rooms.handed.Take(ctx, expert, referral.TakeInput{Referral: one.ID, Next: d.now().Add(time.Hour), Version: one.Version}))
	}
	for _, one := range desk.Mine {
		if one.Due.After(d.now()) {
			continue
		}
		must(d.t, d.rooms.handed.Answer(ctx, expert, referral.AnswerInput{Referral: one.ID, Answer: referral.Answer(referral.Completed), Result: referral.ResultReceived,
			Version: one.Version}))
	}
}

// hand asks the specialists for their part of a case.
func (d *day) hand(by access.Actor, id casework.ID) {
	d.t.Helper()
	_, err := d.rooms.handed.Send(d.t.Context(), by, referral.SendInput{Case: id, Draft: referral.NewDraft(clock.Func(d.now)), Agency: dayExperts, Service: "specialist_cyber_unit",
		Asked: referral.Asked{Title: "Keep the accounts", Need: "Please have them kept."}, Basis: referral.Nobody})
	must(d.t, err)
}

// advance does the next thing of a case.
func (d *day) advance(by access.Actor, l casework.Listed) {
	d.t.Helper()
	if l.Next.Kind == task.Kind(jurisdiction.FirstReferralSent) {
		d.hand(by, l.ID)
		return
	}
	if l.Next.Kind != task.ReadReply {
		must(d.t, d.rooms.cases.FinishTask(d.t.Context(), by, l.ID, l.Next.ID, l.Next.Version))
		return
	}
	p, err := d.rooms.cases.Show(d.t.Context(), by, l.ID, nil)
	must(d.t, err)
	for _, told := range p.Reports {
		must(d.t, d.rooms.mailbox.MarkRead(d.t.Context(), by, told, string(l.ID), 0))
	}
}

const (
	openUntilTestSQL = `SELECT count(DISTINCT subject) FROM task WHERE state = 'open' AND due_at <= $1`
	reportsTestSQL   = `SELECT count(*) FROM report`
	deadJobsTestSQL  = `SELECT count(*) FROM job WHERE state = 'dead'`
)

// TestClockJumps has the machine's clock jump a day ahead, and back. Every report that was acknowledged meanwhile is opened soon after, with a clock
// that runs out within the time that the country gives, counted from now.
func TestClockJumps(t *testing.T) {
	d := &day{}
	storetest.Each(t, clock.Func(func() time.Time { return d.now() }), func(t *testing.T, main, keys *store.Store) {
		d.begin(t, main, keys)
		defer d.runs()()
		for i, jump := range []time.Duration{0, 26 * time.Hour, -26 * time.Hour, time.Minute} {
			d.at.Add(jump.Microseconds())
			d.arriving = []arrival{{at: d.now(), area: "XD-N", answers: map[string][]string{"danger": {"yes"}, "place": {"XD-N-01"}}}}
			d.come()
			await(t, "all that came is on the desk", func() bool { return d.number(reportsTestSQL) == i+1 })
		}
		if n := d.number(openUntilTestSQL, clock.Micro(d.now().Add(15*time.Minute))); n != 4 { // what was told before the jumps is overdue, or nearly
			t.Errorf("%d of 4 urgent reports are to be looked at within a quarter of an hour from now", n)
		}
		if d.number(deadJobsTestSQL) != 0 {
			t.Error("a job was given up")
		}
	})
}
