package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jobs"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
)

// What the letters are called, in English; the Arabic ones are written in another code.
const (
	urgent  = "Urgent: please open the desk now"
	waiting = "Something waits for you in Amparo"
)

// An office is the case side with its jobs running and with people who have addresses.
type office struct {
	*App
	t     *testing.T
	post  *post
	heard *notebook
	in    *intake.Room
	who   map[string]identity.User
	sent  chan map[string]string // texts that reporters were sent
	stop  func()
}

// offices runs f with an office on each engine, in the country of the folder (the fictional one when it is empty). Without mail
// it has no mail server.
func offices(t *testing.T, mail bool, pack string, f func(o *office)) {
	t.Helper()
	engines(t, func(t *testing.T, d config.Data) {
		o := &office{t: t, who: map[string]identity.User{}}
		c := demonstration(d)
		c.Pack = pack
		if mail {
			o.post = newPost(t)
			c.Mail = o.post.settings()
		}
		log, heard := logger()
		o.App, o.heard = &App{config: c, log: log}, heard
		t.Cleanup(func() { must(t, o.Close()) })
		must(t, o.loadData(t.Context()))
		must(t, o.openKeys(t.Context()))
		var err error
		o.rooms, err = newRooms(t.Context(), ground{stores: o.stores, vault: o.vault, pack: o.pack, sender: o.sender, text: o.texts(t), words: o.publicWords, log: log,
			people: identity.Config{Cost: cheap}})
		must(t, err)
		o.handleJobs()
		o.hire()
		o.in = intake.New(intake.Config{Store: o.stores.main, Pepper: o.key.Pepper(), Wake: o.runner.Wake})
		o.run()
		f(o)
	})
}

// run lets the jobs run until the test ends or stop is called.
func (o *office) run() {
	ctx, cancel := context.WithCancel(context.WithoutCancel(o.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- o.runner.Run(ctx) }()
	stopped := false
	o.stop = func() {
		if !stopped {
			stopped = true
			cancel()
			must(o.t, <-ended)
		}
	}
	o.t.Cleanup(o.stop)
}

// hire adds those who work here, all with addresses but one.
func (o *office) hire() {
	o.t.Helper()
	here, north := o.pack.DeskFor(""), o.pack.DeskFor("XD-N")
	for _, p := range []struct {
		name, display, agency, mail string
		role                        access.Role
	}{
		{"dalia", "Dalia Farouk", here, "dalia@example.org", access.DutyOfficer},
		{"daoud", "Daoud Lindgren", here, "daoud@example.org", access.DutyOfficer},
		{"nobody", "Hanna Ode", here, "", access.DutyOfficer},
		{"selma", "Selma Brandt", here, "selma@example.org", access.Supervisor},
		{"mira", "Mira Costa", here, "mira@example.org", access.CaseManager},
		{"adam", "Adam Weller", here, "adam@example.org", access.Administrator},
		{"nadia", "Nadia Sorel", north, "nadia@example.org", access.DutyOfficer},
		{"rana", "Rana Holt", "cyber_unit", "rana@example.org", access.Specialist},
	} {
		in := identity.AddUserInput{Name: p.name, DisplayName: p.display, Agency: identity.AgencyID(p.agency), Roles: []access.Role{p.role},
			Languages: []string{"en"}, Email: p.mail}
		for _, code := range o.pack.RequiredQualifications(string(p.role)) {
			in.Qualifications = append(in.Qualifications, identity.Qualification{Code: code, IssuedAt: time.Now().AddDate(-1, 0, 0)})
		}
		_, err := o.rooms.people.AddUser(o.t.Context(), access.Console, in)
		must(o.t, err)
	}
	users, err := o.rooms.people.Users(o.t.Context(), access.Console)
	must(o.t, err)
	for _, u := range users {
		o.who[u.Name] = u
	}
}

// told takes a report in and waits for the desk to have it.
func (o *office) told(answers map[string][]string) (report.ID, seal.Receipt) {
	o.t.Helper()
	receipt := seal.NewReceipt()
	_, err := o.in.Submit(o.t.Context(), intake.Submission{Receipt: receipt, Told: intake.Told{Instrument: "about_me", Pack: "demo", Language: "en",
		Reader: intake.Child, Channel: intake.WebForm, Area: strings.Join(answers["place"], ""), Answers: answers}})
	must(o.t, err)
	var id report.ID
	await(o.t, "the report lies on the desk", func() bool {
		o.quiet()
		look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
			return tx.Each(ctx, newestTestSQL, nil, func(scan func(...any) error) error { return scan(&id) })
		})
		return id != ""
	})
	return id, receipt
}

const newestTestSQL = `SELECT id FROM report ORDER BY received_at DESC, id DESC LIMIT 1`

const restlessTestSQL = `SELECT count(*) FROM job WHERE state = 'ready' AND kind NOT LIKE 'every.%' AND run_at <= $1`

// quiet waits until no job is due.
func (o *office) quiet() {
	o.t.Helper()
	await(o.t, "no job is due", func() bool {
		var n int
		look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
			return tx.One(ctx, restlessTestSQL, []any{tx.Now.UnixMicro()}, &n)
		})
		return n == 0
	})
}

const failedTestSQL = `SELECT count(*) FROM job WHERE state = 'ready' AND kind NOT LIKE 'every.%' AND error <> ''`

// wants compares the letters that came since the last time, in any order. What has failed is tried again before: on a machine with much else to do, it may.
func (o *office) wants(when string, want ...string) {
	o.t.Helper()
	o.quiet()
	await(o.t, "no job is to be tried again", func() bool {
		var n int
		look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, failedTestSQL, nil, &n) })
		return n == 0
	})
	o.quiet()
	got := o.post.came()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		o.t.Errorf("%s (- wanted, + came):\n%s", when, diff)
	}
}

var inDanger = map[string][]string{"danger": {"yes"}, "words": {"a-canary"}}

// TestWhatIsMostUrgentCallsThoseOnDuty follows the calls about one report until somebody has it.
func TestWhatIsMostUrgentCallsThoseOnDuty(t *testing.T) {
	offices(t, true, "", func(o *office) {
		id, _ := o.told(inDanger)
		o.wants("a report of danger came in", "dalia@example.org: "+urgent, "daoud@example.org: "+urgent)
		for i, want := range [][]string{
			{"dalia@example.org: " + urgent, "daoud@example.org: " + urgent},
			{"dalia@example.org: " + urgent, "daoud@example.org: " + urgent, "selma@example.org: " + urgent},
		} {
			if next := o.next(id); next.Round != i+2 {
				o.t.Errorf("the next round is %+v, want %d", next, i+2)
			}
			o.ring()
			o.wants("nobody has it yet", want...)
		}
		must(t, o.rooms.triage.Claim(t.Context(), o.who["daoud"].Actor(), id))
		o.ring()
		o.wants("somebody has it")
		if n := count(o.t, o.App, string(noticePage)); n != 0 {
			o.t.Errorf("%d calls wait after 4 rounds, of which the last found it claimed", n)
		}
		if text := o.post.text; strings.Contains(text, "a-canary") || strings.Contains(text, string(id)) || !strings.Contains(text, "https://desk.example.org/") {
			o.t.Errorf("the letters say\n%s", text)
		}
		if !strings.Contains(o.heard.String(), `"msg":"a notice has nowhere to go`) || strings.Contains(o.heard.String(), "@example.org") {
			o.t.Errorf("the log says %s", o.heard)
		}
	})
}

const ringTestSQL = `UPDATE job SET run_at = 0 WHERE kind = 'notice.page'`

// ring lets the next step of every paging come, as if its time were now.
func (o *office) ring() {
	o.t.Helper()
	write(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, ringTestSQL); return err })
	o.runner.Wake()
	o.quiet()
}

const nextTestSQL = `SELECT payload, run_at - created_at FROM job WHERE kind = 'notice.page'`

// A ringing is the next step of the paging about a report.
type ringing struct {
	paging
	pause time.Duration
}

// next is the step that waits, of which there is one.
func (o *office) next(id report.ID) (found ringing) {
	o.t.Helper()
	n := 0
	look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
		n = 0
		return tx.Each(ctx, nextTestSQL, nil, func(scan func(...any) error) error {
			var payload string
			var pause int64
			var p paging
			if err := errors.Join(scan(&payload, &pause), json.Unmarshal([]byte(payload), &p)); err != nil || p.Report != string(id) {
				return err
			}
			n++
			found = ringing{p, time.Duration(pause) * time.Microsecond}
			return nil
		})
	})
	if n != 1 {
		o.t.Fatalf("%d steps of paging wait", n)
	}
	return found
}

// TestCallsComeLessOften looks at when the next round would be.
func TestCallsComeLessOften(t *testing.T) {
	offices(t, true, "", func(o *office) {
		id, _ := o.told(inDanger)
		o.quiet()
		for round := range 13 {
			want := min(time.Hour, time.Duration(round+1)*5*time.Minute)
			if got := o.next(id); got.pause != want || got.Round != round+2 {
				o.t.Errorf("after round %d comes %+v, want %v", round+1, got, want)
			}
			o.ring()
		}
	})
}

// TestWhoMustNotKnowIsNotCalled names one of the two who have addresses, and then reports what is not urgent.
func TestWhoMustNotKnowIsNotCalled(t *testing.T) {
	offices(t, true, "", func(o *office) {
		o.told(map[string][]string{"danger": {"yes"}, "must_not_know": {"Dalia"}})
		o.wants("dalia must not know", "daoud@example.org: "+urgent)
		o.told(map[string][]string{"danger": {"no"}})
		o.wants("it is not urgent")
	})
}

// staffedAt writes the fictional country's pack with other opening hours for each day, and gives its folder.
func staffedAt(t *testing.T, hours func(day time.Weekday) string) string {
	t.Helper()
	return packWith(t, func(text string) string {
		before, rest, found := strings.Cut(text, "\nservice_hours:\n")
		if !found {
			return text
		}
		before += "\nservice_hours:\n"
		for day := range time.Weekday(7) {
			before += "  " + strings.ToLower(day.String()) + ": [" + hours(day) + "]\n"
		}
		_, after, _ := strings.Cut(rest, "\non_call:")
		return before + "holidays: []\non_call:" + after
	})
}

// TestAClosedDeskHasThoseOnCallCalled reports from the coast, while its desk is open and while it is closed.
func TestAClosedDeskHasThoseOnCallCalled(t *testing.T) {
	coast := map[string][]string{"danger": {"yes"}, "place": {"XD-N-01"}}
	always := staffedAt(t, func(time.Weekday) string { return `"00:00-24:00"` })
	offices(t, true, always, func(o *office) {
		o.told(coast)
		o.wants("the desk is open", "nadia@example.org: "+urgent)
	})
	later := time.Now().AddDate(0, 0, 3).Weekday()
	closed := staffedAt(t, func(day time.Weekday) string {
		if day == later {
			return `"08:00-20:00"`
		}
		return ""
	})
	offices(t, true, closed, func(o *office) {
		o.told(coast)
		o.wants("the desk is closed", "nadia@example.org: "+urgent, "dalia@example.org: "+urgent, "daoud@example.org: "+urgent)
	})
}

// TestAnAnswerTellsWhoeverHasTheMatter writes to a report, and then to the case that it became.
func TestAnAnswerTellsWhoeverHasTheMatter(t *testing.T) {
	offices(t, true, "", func(o *office) {
		id, receipt := o.told(map[string][]string{"danger": {"no"}})
		daoud := o.who["daoud"].Actor()
		must(t, o.rooms.triage.Claim(t.Context(), daoud, id))
		o.wants("claimed")
		o.add(receipt, "one")
		o.wants("the reporter wrote", "daoud@example.org: "+waiting)
		o.add(receipt, "two")
		o.wants("the reporter wrote again before it was read")
		must(t, o.rooms.mailbox.MarkRead(t.Context(), daoud, id, string(id), 0))
		o.add(receipt, "three")
		o.wants("the reporter wrote after it was read", "daoud@example.org: "+waiting)
		must(t, o.rooms.mailbox.MarkRead(t.Context(), daoud, id, string(id), 0))

		o.openCase(id)
		o.add(receipt, "four")
		o.wants("the reporter wrote to the case", "mira@example.org: "+waiting)
		must(t, o.rooms.people.Deactivate(t.Context(), access.Console, o.who["mira"].ID))
		o.due(o.openTask(casesOf(o, id)[0], task.ReadReply))
		o.wants("its manager is there no more", "selma@example.org: "+waiting)
	})
}

// TestWhoIsHandedAReportIsTold hands a report to and fro: each time whoever has it now is told, and nobody else.
func TestWhoIsHandedAReportIsTold(t *testing.T) {
	offices(t, true, "", func(o *office) {
		id, _ := o.told(map[string][]string{"danger": {"no"}})
		dalia, daoud := o.who["dalia"].Actor(), o.who["daoud"].Actor()
		must(t, o.rooms.triage.Claim(t.Context(), daoud, id))
		o.wants("claimed")
		for _, hand := range []struct {
			from access.Actor
			to   string
		}{{daoud, "dalia"}, {dalia, "daoud"}, {daoud, "dalia"}} {
			must(t, o.rooms.triage.Hand(t.Context(), hand.from, triage.HandInput{Report: id, To: string(o.who[hand.to].ID), Note: "a-canary"}))
			o.runner.Wake()
			o.wants("handed to "+hand.to, hand.to+"@example.org: "+waiting)
		}
		if strings.Contains(o.post.text, "a-canary") {
			t.Errorf("the letter says %s", o.post.text)
		}
	})
}

// TestASpecialistIsToldAndTheCaseOfTheAnswer hands two parts of a case on: who can answer is told, of each that is late as well, and
// the case manager of what is declined.
func TestASpecialistIsToldAndTheCaseOfTheAnswer(t *testing.T) {
	offices(t, true, "", func(o *office) {
		id, _ := o.told(map[string][]string{"danger": {"no"}})
		must(t, o.rooms.triage.Claim(t.Context(), o.who["daoud"].Actor(), id))
		o.openCase(id)
		file := casesOf(o, id)[0]
		o.wants("the case is open")
		var handed []referral.ID
		for _, title := range []string{"First a-canary", "Second a-canary"} {
			one, err := o.rooms.handed.Send(t.Context(), o.who["mira"].Actor(), referral.SendInput{Case: casework.ID(file), Draft: referral.NewDraft(clock.System{}),
				Agency: "cyber_unit", Service: "specialist_cyber_unit", Asked: referral.Asked{Title: title, Need: "Please help."}, Basis: referral.Nobody})
			must(t, err)
			handed = append(handed, one)
			o.runner.Wake()
			o.wants(title, "rana@example.org: "+waiting)
		}
		look(t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
			open, err := task.OpenFor(ctx, tx, file)
			for _, one := range open {
				if one.Kind == task.AwaitAnswer {
					defer o.due(one)
				}
			}
			return err
		})
		o.wants("both are late at the case", "mira@example.org: "+waiting, "mira@example.org: "+waiting)
		o.due(o.openTask(string(handed[1]), task.AwaitAnswer))
		o.wants("one is late there", "rana@example.org: "+waiting)
		must(t, o.rooms.handed.Decline(t.Context(), o.who["rana"].Actor(), referral.DeclineInput{Referral: handed[0], Reason: "no_capacity", Version: 1}))
		o.runner.Wake()
		o.wants("it is declined", "mira@example.org: "+waiting)
		if strings.Contains(o.post.text, "a-canary") {
			t.Errorf("the letter says %s", o.post.text)
		}
	})
}

// add has the reporter write, and waits until staff can read it.
func (o *office) add(receipt seal.Receipt, text string) {
	o.t.Helper()
	must(o.t, o.in.Add(o.t.Context(), intake.Addition{Receipt: receipt, ID: intake.NewMessageID(time.Now()), Text: text}))
	o.quiet()
}

// openCase makes a case of a report that daoud has, for mira.
func (o *office) openCase(id report.ID) {
	o.t.Helper()
	var now triage.Standing
	look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(id))
		return err
	})
	daoud := o.who["daoud"].Actor()
	must(o.t, o.rooms.triage.Decide(o.t.Context(), daoud, triage.Decision{Subject: string(id), Sequence: now.Sequence, To: now.Priority}))
	must(o.t, o.rooms.triage.Check(o.t.Context(), daoud, triage.CheckInput{Report: id, Item: "suicide_risk_asked", Answer: "no"}))
	_, err := o.rooms.cases.Open(o.t.Context(), daoud, casework.OpenInput{Report: id, Agency: daoud.Agency, Manager: string(o.who["mira"].ID),
		Children: []string{"The painter"}, Message: "Somebody is there for you."})
	must(o.t, err)
}

const casesTestSQL = `SELECT case_id FROM case_report WHERE report = $1`

func casesOf(o *office, id report.ID) (list []string) {
	o.t.Helper()
	look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
		return tx.Each(ctx, casesTestSQL, []any{string(id)}, func(scan func(...any) error) error {
			var one string
			err := scan(&one)
			list = append(list, one)
			return err
		})
	})
	return list
}

// openTask finds the subject's open task of a kind.
func (o *office) openTask(subject string, kind task.Kind) (found task.Task) {
	o.t.Helper()
	look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
		list, err := task.OpenFor(ctx, tx, subject)
		i := slices.IndexFunc(list, func(t task.Task) bool { return t.Kind == kind })
		if err == nil && i < 0 {
			o.t.Fatalf("%s has no open task %s", subject, kind)
		}
		found = list[i]
		return err
	})
	return found
}

// due enqueues what an overdue task enqueues.
func (o *office) due(one task.Task) {
	o.t.Helper()
	write(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
		return jobs.Enqueue(ctx, tx, jobs.Job{Kind: task.DueJob, Payload: task.Due{Task: one.ID, Subject: one.Subject, Kind: one.Kind}})
	})
	o.runner.Wake()
}

const overdueTestSQL = `UPDATE task SET due_at = 1, look_at = 0 WHERE kind = 'human_triage_started'`

// TestALateTaskIsTold lets the program find out by itself that a report waits for too long.
func TestALateTaskIsTold(t *testing.T) {
	offices(t, true, "", func(o *office) {
		id, _ := o.told(map[string][]string{"danger": {"no"}})
		late := o.openTask(string(id), triage.TaskStart)
		write(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, overdueTestSQL); return err })
		write(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
			_, err := task.Sweep(ctx, tx, o.rooms.steps)
			return err
		})
		o.runner.Wake()
		o.wants("it is late and nobody has it", "dalia@example.org: "+waiting, "daoud@example.org: "+waiting, "selma@example.org: "+waiting)
		must(t, o.rooms.triage.Claim(t.Context(), o.who["dalia"].Actor(), id))
		o.due(late)
		o.wants("it has ended")
	})
}

// TestAMailServerThatDoesNotTake has it refuse for good, and then for a while.
func TestAMailServerThatDoesNotTake(t *testing.T) {
	offices(t, true, "", func(o *office) {
		o.post.refuse("550 nobody here\r\n")
		o.told(inDanger)
		o.wants("it refuses for good")
		if n := count(o.t, o.App, string(noticeSend)); n != 0 || !strings.Contains(o.heard.String(), "a notice cannot be delivered") {
			o.t.Errorf("%d letters wait, the log says %s", n, o.heard)
		}
		o.post.refuse("451 later\r\n")
		o.told(map[string][]string{"danger": {"yes"}, "must_not_know": {"Dalia"}})
		await(o.t, "it was tried", func() bool { return strings.Contains(o.heard.String(), "sending mail") })
		o.post.refuse("")
		await(o.t, "it is tried again", func() bool { return slices.Contains(o.post.came(), "daoud@example.org: "+urgent) })
		if strings.Contains(o.heard.String(), "@example.org") {
			o.t.Errorf("the log has an address: %s", o.heard)
		}
	})
}

// TestWithoutAMailServerNothingIsKept does all that would send a notice.
func TestWithoutAMailServerNothingIsKept(t *testing.T) {
	offices(t, false, "", func(o *office) {
		id, receipt := o.told(inDanger)
		o.add(receipt, "one")
		o.due(o.openTask(string(id), triage.TaskStart))
		o.quiet()
		for _, kind := range []jobs.Kind{task.DueJob, noticeTask, noticePage, noticeSend} {
			if n := count(o.t, o.App, string(kind)); n > 0 {
				o.t.Errorf("%d jobs %s are left", n, kind)
			}
		}
		if o.heard.String() != "" {
			o.t.Errorf("the log says %s", o.heard)
		}
	})
}

func TestTestMail(t *testing.T) {
	p := newPost(t)
	must(t, TestMail(t.Context(), p.settings(), "adam@example.org", "en"))
	if got := p.came(); !slices.Equal(got, []string{"adam@example.org: Test message from Amparo"}) {
		t.Errorf("what came is %q", got)
	}
	if err := TestMail(t.Context(), p.settings(), "adam@example.org, b@example.org", "en"); err == nil {
		t.Error("two addresses were taken for one")
	}
}
