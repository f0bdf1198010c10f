package app

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/fault"
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
	d.App = &App{log: log, stores: stores{main, keys}, runner: jobs.NewRunner(jobs.Config{Store: main, Log: log, Poll: 50 * time.Millisecond})}
	var err error
	d.pack, err = country(config.Serve{Demo: true})
	must(t, err)
	dir := filepath.Join(t.TempDir(), "keys")
	d.vault, err = open.Open(t.Context(), open.Config{Dir: dir, Main: main, Keys: keys})
	must(t, err)
	d.rooms, err = newRooms(t.Context(), ground{stores: d.stores, vault: d.vault, pack: d.pack, sender: d, log: log,
		people: identity.Config{Cost: cheap, Clock: clock.Func(d.now)}})
	must(t, err)
	d.handleJobs()
	public, err := seal.ReadOrCreatePublicKey(filepath.Join(dir, seal.PublicKeyFile))
	must(t, err)
	d.in = intake.New(intake.Config{Store: main, Pepper: public.Pepper()})
	d.hire()
	d.plan(midnight)
	d.arriving = arrivals(midnight, rand.New(rand.NewPCG(7, 9)))
}

// hire adds 29 people at the country's desk and 11 at that of the coast, where there is one supervisor.
func (d *day) hire() {
	d.t.Helper()
	here, coast := d.pack.DeskFor(""), d.pack.DeskFor("XD-N")
	for _, group := range []struct {
		prefix, agency string
		role           access.Role
		n              int
	}{
		{"duty", here, access.DutyOfficer, 20}, {"manager", here, access.CaseManager, 6}, {"super", here, access.Supervisor, 2}, {"lead", here, access.ServiceLead, 1},
		{"coast", coast, access.DutyOfficer, 7}, {"shore", coast, access.CaseManager, 3}, {"harbour", coast, access.Supervisor, 1},
	} {
		for i := range group.n {
			name := fmt.Sprintf("%s%02d", group.prefix, i)
			in := identity.AddUserInput{Name: name, DisplayName: strings.ToUpper(name[:1]) + name[1:], Agency: identity.AgencyID(group.agency),
				Roles: []access.Role{group.role}, Languages: []string{"en"}, Email: name + "@example.org"}
			if group.prefix == "harbour" {
				in.DisplayName = accused
			}
			for _, code := range d.pack.RequiredQualifications(string(group.role)) {
				in.Qualifications = append(in.Qualifications, identity.Qualification{Code: code, IssuedAt: d.now().AddDate(-1, 0, 0)})
			}
			_, err := d.rooms.people.AddUser(d.t.Context(), access.Console, in)
			must(d.t, err)
		}
	}
	users, err := d.rooms.people.Users(d.t.Context(), access.Console)
	must(d.t, err)
	for _, u := range users {
		d.who[u.Name] = u
	}
	if len(d.who) != 40 {
		d.t.Fatalf("%d people work here", len(d.who))
	}
	d.experts = nil
	for _, name := range []string{"unit00", "unit01"} {
		added, err := d.rooms.people.AddUser(d.t.Context(), access.Console, identity.AddUserInput{Name: name, DisplayName: strings.ToUpper(name), Agency: dayExperts,
			Roles: []access.Role{access.Specialist}, Languages: []string{"en"}, Email: name + "@example.org"})
		must(d.t, err)
		d.experts = append(d.experts, access.Actor{Kind: access.Staff, ID: string(added.ID), Agency: dayExperts, Roles: []access.Role{access.Specialist}})
	}
}

const dayExperts = "cyber_unit"

// plan plans the shifts of the day, and two absences.
func (d *day) plan(midnight time.Time) {
	d.t.Helper()
	shift := func(by, prefix string, first, n int, kind rota.Kind, from, until int) {
		for i := range n {
			must(d.t, d.rooms.rota.Plan(d.t.Context(), d.who[by].Actor(), rota.PlanInput{User: string(d.who[fmt.Sprintf("%s%02d", prefix, first+i)].ID), Kind: kind,
				From: midnight.Add(time.Duration(from) * time.Hour), Until: midnight.Add(time.Duration(until) * time.Hour), Weeks: 1}))
		}
	}
	shift("super00", "duty", 0, 3, rota.AtDesk, 0, 8)
	shift("super00", "duty", 3, 1, rota.OnCall, 0, 8)
	shift("super00", "duty", 4, 7, rota.AtDesk, 8, 16)
	shift("super00", "duty", 11, 8, rota.AtDesk, 16, 24)
	shift("super00", "duty", 19, 1, rota.OnCall, 16, 24)
	shift("harbour00", "coast", 0, 5, rota.AtDesk, 8, 20)
	shift("harbour00", "coast", 5, 1, rota.OnCall, 0, 8)
	shift("harbour00", "coast", 6, 1, rota.OnCall, 20, 24)
	for who, cover := range map[string]string{"duty11": "duty03", "manager00": "manager01"} {
		must(d.t, d.rooms.rota.Leave(d.t.Context(), d.who[who].Actor(), rota.AbsenceInput{From: midnight.Add(time.Hour), Until: midnight.Add(24 * time.Hour),
			Cover: string(d.who[cover].ID)}))
	}
}

// arrivals draws what comes in: more in the evening than at night, and the flood from one o'clock on.
func arrivals(midnight time.Time, draw *rand.Rand) (list []arrival) {
	var hours []int
	for hour := range 24 {
		hours = append(hours, slices.Repeat([]int{hour}, []int{1, 2, 3, 4}[hour/6])...)
	}
	for i := range dayReports {
		hour := hours[draw.IntN(len(hours))]
		if i < dayFlood {
			hour = 13
		}
		a := arrival{at: midnight.Add(time.Duration(hour)*time.Hour + time.Duration(draw.IntN(3600))*time.Second), answers: told(draw)}
		if draw.IntN(10) < 3 {
			a.area = "XD-N-01"
			a.answers["place"] = []string{a.area}
		}
		if a.area != "" && i%40 == 0 {
			a.answers["must_not_know"] = []string{accused}
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b arrival) int { return a.at.Compare(b.at) })
	return list
}

// told draws what somebody tells: some of it urgent.
func told(draw *rand.Rand) map[string][]string {
	switch n := draw.IntN(100); {
	case n < 4:
		return map[string][]string{"danger": {"yes"}}
	case n < 15:
		return map[string][]string{"danger": {"no"}, "pressure": {"demand"}, "when": {"ongoing"}}
	case n < 45:
		return map[string][]string{"danger": {"no"}, "what": {"trust"}, "reach": {"often"}, "age": {"8_12"}}
	}
	return map[string][]string{"danger": {"no"}}
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
		must(d.t, d.in.Submit(d.t.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{Instrument: "about_me", Pack: "demo", Language: "en",
			Reader: intake.Child, Channel: intake.WebForm, Area: a.area, Answers: a.answers}}))
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
	clocklessTestSQL = `SELECT count(*) FROM report r WHERE r.state <> 'resolved' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.subject = r.id AND t.state = 'open')`
	ownerlessTestSQL = `SELECT count(*) FROM case_file c WHERE c.state = 'open' AND 1 <> (SELECT count(*) FROM access_grant g
		WHERE g.subject = c.id AND g.relation = 'manager' AND g.ended_at = 0)`
	unfollowedTestSQL = `SELECT count(*) FROM referral r WHERE r.ended_at = 0 AND (NOT EXISTS (SELECT 1 FROM task t WHERE t.subject = r.id AND t.state = 'open')
		OR NOT EXISTS (SELECT 1 FROM task t WHERE t.id = r.case_task AND t.subject = r.case_id AND t.state = 'open'))`
	handedTestSQL  = `SELECT count(*) FROM referral WHERE state = 'completed'`
	unheardTestSQL = `SELECT count(*) FROM task WHERE state = 'open' AND due_at <= $1 AND paused_until <= $1 AND step < 100`
)

func (d *day) number(statement string, args ...any) (n int) {
	d.t.Helper()
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

// holds is what is true at every step.
func (d *day) holds() {
	d.t.Helper()
	when := d.now().In(d.pack.Zone()).Format("15:04")
	for what, n := range map[string]int{
		"reports without a clock":                       d.number(clocklessTestSQL),
		"open cases without exactly one case manager":   d.number(ownerlessTestSQL),
		"referrals without a clock on both sides":       d.number(unfollowedTestSQL),
		"clocks that ran out of which nobody was told":  d.number(unheardTestSQL, clock.Micro(d.now())),
		"reports that wait beside somebody who is free": d.overlooked(),
	} {
		if n != 0 {
			d.t.Fatalf("at %s there are %d %s", when, n, what)
		}
	}
}

// overlooked counts the reports that wait although somebody at a desk where they lie is free.
func (d *day) overlooked() (n int) {
	for _, desk := range []string{d.pack.DeskFor(""), d.pack.DeskFor("XD-N")} {
		people, atDesk := d.onDuty(desk)
		for _, u := range people[:atDesk] {
			if _, works := d.busy[string(u.ID)]; works {
				continue
			}
			q, err := d.rooms.triage.Queue(d.t.Context(), u.Actor(), 0, 0)
			must(d.t, err)
			if q.First != "" {
				n++
			}
		}
	}
	return n
}

const (
	dayReportsTestSQL = `SELECT count(*) FROM report`
	envelopesTestSQL  = `SELECT count(*) FROM envelope`
	deadTestSQL       = `SELECT count(*) FROM job WHERE state = 'dead'`
	namingTestSQL     = `SELECT subject FROM conflict_of_interest WHERE user_id = $1 AND subject IN (SELECT id FROM report)`
	missedTestSQL     = `SELECT kind, agency, due_at, opened_at FROM task WHERE state = 'open' AND due_at < $1 OR state = 'done' AND closed_at > due_at`
	coveredTestSQL    = `SELECT count(*) FROM task WHERE state = 'done' AND owner = $1 AND closed_by = $2`
	casesMadeTestSQL  = `SELECT count(*) FROM case_file`
)

// isWhole looks at the end of the day: nothing is lost, the accused saw nothing, and every late clock has its cause.
func (d *day) isWhole() {
	d.t.Helper()
	if got := d.number(dayReportsTestSQL); got != dayReports || len(d.receipts) != dayReports {
		d.t.Errorf("of %d reports sent %d are there", len(d.receipts), got)
	}
	if e, dead := d.number(envelopesTestSQL), d.number(deadTestSQL); e+dead != 0 {
		d.t.Errorf("%d envelopes are still closed, %d jobs were given up", e, dead)
	}
	for _, receipt := range d.receipts {
		box, err := d.in.Open(d.t.Context(), receipt)
		if err != nil || box.Progress == "" {
			d.t.Fatalf("a reporter does not find what they sent: %+v, %v", box, err)
		}
	}
	if d.number(coveredTestSQL, string(d.who["manager00"].ID), string(d.who["manager01"].ID)) == 0 {
		d.t.Error("nobody did anything for the case manager who is away")
	}
	if d.number(handedTestSQL) == 0 {
		d.t.Error("nothing that was handed on has come to its end")
	}
	d.accusedSawNothing()
	late := map[string]int{}
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) error {
		clear(late)
		return tx.Each(ctx, missedTestSQL, []any{clock.Micro(d.now())}, func(scan func(...any) error) error {
			var kind, agency string
			var due, opened int64
			err := scan(&kind, &agency, &due, &opened)
			late[kind+", "+d.cause(agency, clock.FromMicro(due))]++
			return err
		})
	})
	d.t.Logf("%d had their outcome by midnight, %d cases were opened, a part of %d was done elsewhere, %d urgent letters were sent; late clocks: %v", d.done,
		d.number(casesMadeTestSQL), d.number(handedTestSQL), total(d.letters), late)
	if len(late) == 0 {
		d.t.Error("no clock was late: the flood was none")
	}
}

// cause says why something was not done in time: nobody was at the desk, or all who were had something in their hands, which holds has
// seen to at every step.
func (d *day) cause(agency string, due time.Time) string {
	if hour := due.In(d.pack.Zone()).Hour(); agency == d.pack.DeskFor("XD-N") && (hour < 8 || hour >= 20) {
		return "nobody at the desk"
	}
	return "all busy"
}

func total(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// accusedSawNothing has the supervisor whom reporters name look for what is about her, and those of the other desk read it.
func (d *day) accusedSawNothing() {
	d.t.Helper()
	her, other := d.who["harbour00"], d.who["super00"]
	var hidden []report.ID
	look(d.t, d.stores.main, func(ctx context.Context, tx store.Tx) error {
		hidden = nil
		return tx.Each(ctx, namingTestSQL, []any{string(her.ID)}, func(scan func(...any) error) error {
			var id report.ID
			err := scan(&id)
			hidden = append(hidden, id)
			return err
		})
	})
	if len(hidden) < 3 {
		d.t.Fatalf("only %d reports name her", len(hidden))
	}
	q, err := d.rooms.triage.Queue(d.t.Context(), her.Actor(), 0, dayReports)
	must(d.t, err)
	for _, id := range hidden {
		if slices.ContainsFunc(q.Lines, func(l triage.Line) bool { return l.ID == id }) {
			d.t.Errorf("she is shown %s", id)
		}
		if _, err := d.rooms.triage.Read(d.t.Context(), her.Actor(), id, nil); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("reading %s gave her %v", id, err)
		}
		if _, err := d.rooms.triage.Read(d.t.Context(), other.Actor(), id, nil); err != nil {
			d.t.Errorf("reading %s gave the independent contact %v", id, err)
		}
	}
}
