package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/demo"
	"amparo/internal/front"
	"amparo/internal/identity"
	"amparo/internal/report"
	"amparo/internal/store"
)

// stages are how many matters stand where, whenever the house was filled in.
var stages = map[string]int{
	"report waiting P1": 2, "report waiting P2": 4, "report waiting P3": 5, "report waiting C2": 1, "report waiting C3": 1, "report waiting P4": 2,
	"report in_triage unconfirmed P2": 2,
	"report in_triage confirmed P2":   6, "report in_triage confirmed P3": 2, "report in_triage confirmed P4": 1, "report in_triage confirmed C1": 1,
	"outcome opened_case": 10, "outcome referred_out": 2, "outcome content_only": 2, "outcome duplicate": 1, "outcome not_in_scope": 1,
	"outcome insufficient_info": 1,
	"decision confirmed":        24, "decision raised": 2, "decision lowered": 1,
	"report in ar under_13": 1, "report in ar about_me": 6, "report in ar worried": 8, "report in en under_13": 1, "report in en about_me": 10,
	"report in en worried": 14, "report in en past": 1, "report in en professional": 3,
	"desk dcps has waiting": 10, "desk dcps has in_triage": 8, "desk dcps has resolved": 12,
	"desk north_cps has waiting": 5, "desk north_cps has in_triage": 4, "desk north_cps has resolved": 5,
	"case open": 9, "case closed": 2, "case with contacts": 8, "case reopened": 1, "case handed over": 1, "case with a late task": 1,
	"report with two cases": 1, "report with words unread": 3, "case with words unread": 1, "report that waits for an answer": 2,
	"user who must not know": 1, "report or case with something late": 3,
	"notice drafted": 1, "notice receipted": 1, "notice action_taken": 1,
	"programme running": 2, "session held": 3, "session planned": 2, "session with answers": 2,
	"campaign approved": 1, "campaign that reports came by": 1, "served in the languages of staff": 2,
	"shift planned": 91, "shift offered": 1, "absence": 1,
}

// stagesTestSQL counts them; $1 is now.
const stagesTestSQL = `
	SELECT 'report waiting ' || s.priority, count(*) FROM report r JOIN standing s ON s.subject = r.id WHERE r.state = 'waiting' GROUP BY s.priority
	UNION ALL SELECT 'report in_triage ' || CASE s.confirmed WHEN 1 THEN 'confirmed ' ELSE 'unconfirmed ' END || s.priority, count(*)
		FROM report r JOIN standing s ON s.subject = r.id WHERE r.state = 'in_triage' GROUP BY s.priority, s.confirmed
	UNION ALL SELECT 'outcome ' || outcome, count(*) FROM report WHERE state = 'resolved' GROUP BY outcome
	UNION ALL SELECT 'decision ' || source, count(*) FROM assessment WHERE source IN ('confirmed', 'raised', 'lowered') GROUP BY source
	UNION ALL SELECT 'report in ' || language || ' ' || instrument, count(*) FROM report GROUP BY language, instrument
	UNION ALL SELECT 'desk ' || agency || ' has ' || state, count(*) FROM report GROUP BY agency, state
	UNION ALL SELECT 'case ' || state, count(*) FROM case_file GROUP BY state
	UNION ALL SELECT 'case with contacts', count(DISTINCT case_id) FROM case_contact
	UNION ALL SELECT 'case reopened', count(*) FROM case_event WHERE kind = 'reopened'
	UNION ALL SELECT 'case handed over', count(*) FROM case_event WHERE kind = 'assigned'
	UNION ALL SELECT 'case with a late task', count(DISTINCT t.subject) FROM task t JOIN case_file c ON c.id = t.subject WHERE t.state = 'open'
		AND t.kind = 'case_action' AND t.due_at < $1
	UNION ALL SELECT 'report with two cases', count(*) FROM (SELECT report FROM case_report GROUP BY report HAVING count(*) = 2) two
	UNION ALL SELECT CASE WHEN f.subject IS NULL THEN 'report' ELSE 'case' END || ' with words unread', count(DISTINCT m.report)
		FROM mailbox_message m LEFT JOIN mailbox_follow f ON f.report = m.report
		WHERE m.sender = 'reporter' AND m.read_at = 0 GROUP BY CASE WHEN f.subject IS NULL THEN 'report' ELSE 'case' END
	UNION ALL SELECT 'report that waits for an answer', count(*) FROM report r WHERE r.state = 'in_triage' AND 'staff' =
		(SELECT m.sender FROM mailbox_message m WHERE m.report = r.id ORDER BY m.number DESC LIMIT 1)
	UNION ALL SELECT 'report or case with something late', count(DISTINCT subject) FROM task WHERE state = 'open' AND due_at < $1
	UNION ALL SELECT 'shift ' || state, count(*) FROM shift GROUP BY state
	UNION ALL SELECT 'notice ' || state, count(*) FROM notice GROUP BY state
	UNION ALL SELECT 'programme ' || state, count(*) FROM programme GROUP BY state
	UNION ALL SELECT 'session ' || state, count(*) FROM programme_session GROUP BY state
	UNION ALL SELECT 'session with answers', count(*) FROM programme_session WHERE answers <> '{}'
	UNION ALL SELECT 'campaign ' || state, count(*) FROM campaign GROUP BY state
	UNION ALL SELECT 'campaign that reports came by', count(DISTINCT campaign) FROM campaign_tally
	UNION ALL SELECT 'served in the languages of staff', count(DISTINCT language) FROM signpost_served WHERE campaign <> ''
	UNION ALL SELECT 'absence', count(*) FROM absence
	UNION ALL SELECT 'user who must not know', count(*) FROM conflict_of_interest`

func stagesAt(t *testing.T, s *store.Store, now time.Time) map[string]int {
	t.Helper()
	found := map[string]int{}
	look(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.Each(ctx, stagesTestSQL, []any{clock.Micro(now)}, func(scan func(...any) error) error {
			var what string
			var n int
			err := scan(&what, &n)
			found[what] += n
			return err
		})
	})
	return found
}

// lateTestSQL is the latest time at which anything is said to have happened.
const lateTestSQL = `SELECT max(at) FROM (
	SELECT max(received_at) AS at FROM report UNION ALL SELECT max(opened_at) FROM report UNION ALL SELECT max(resolved_at) FROM report
	UNION ALL SELECT max(made_at) FROM assessment UNION ALL SELECT max(opened_at) FROM task UNION ALL SELECT max(closed_at) FROM task
	UNION ALL SELECT max(opened_at) FROM case_file UNION ALL SELECT max(closed_at) FROM case_file UNION ALL SELECT max(at) FROM case_contact
	UNION ALL SELECT max(at) FROM case_event UNION ALL SELECT max(at) FROM mailbox_message UNION ALL SELECT max(read_at) FROM mailbox_message
	UNION ALL SELECT max(posted_at) FROM posted_reply UNION ALL SELECT max(received_at) FROM receipt UNION ALL SELECT max(progress_at) FROM receipt
	UNION ALL SELECT max(given_at) FROM access_grant UNION ALL SELECT max(ended_at) FROM access_grant
	UNION ALL SELECT max(recorded_at) FROM conflict_of_interest UNION ALL SELECT max(created_at) FROM user_account
	UNION ALL SELECT max(at) FROM audit_entry) every_time`

// moments are times of day and of week at which somebody might start a demonstration, by the clock of the country.
var moments = []string{
	"2026-03-02 10:00", // a Monday in working hours
	"2026-03-06 13:00", // a Friday between two shifts
	"2026-03-08 23:59", // a Sunday, when nobody is there
	"2026-03-29 04:30", // an hour after the clocks went forward, on a Sunday
	"2026-10-25 03:30", // an hour that comes twice
	"2027-01-01 00:00", // a holiday, and a new year
	"2028-02-29 07:59", // a minute before the desk opens, in a leap year
}

// filled fills an installation with a demonstration as if it were now.
func filled(t *testing.T, d config.Data, now time.Time) (*past, demo.Made) {
	t.Helper()
	log, heard := logger()
	a := &App{config: demonstration(d), log: log}
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.loadData(t.Context()))
	must(t, a.openKeys(t.Context()))
	p, err := a.newPast(t.Context(), now)
	must(t, err)
	t.Cleanup(func() { must(t, p.stores.close()) })
	made, err := p.fill(t.Context(), now, true)
	must(t, err)
	if heard.String() != "" {
		t.Errorf("the log has %s", heard)
	}
	return p, made
}

func TestFillAtAnyTime(t *testing.T) {
	pack, err := front.Country(config.Serve{Demo: true})
	must(t, err)
	for _, moment := range moments {
		t.Run(moment, func(t *testing.T) {
			now, err := time.ParseInLocation("2006-01-02 15:04", moment, pack.Zone())
			must(t, err)
			engines(t, func(t *testing.T, d config.Data) {
				p, made := filled(t, d, now.UTC())
				if diff := cmp.Diff(stages, stagesAt(t, p.stores.main, now)); diff != "" {
					t.Errorf("matters stand elsewhere (- wanted, + found):\n%s", diff)
				}
				var latest int64
				look(t, p.stores.main, func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, lateTestSQL, nil, &latest) })
				if at := clock.FromMicro(latest); at.After(now) || at.Before(now.Add(-time.Hour)) {
					t.Errorf("the latest that happened was at %v, and now is %v", at, now)
				}
				p.checkClosed(t)
				p.checkRota(t, now)
				p.checkLogins(t, made, now)
			})
		})
	}
}

const receivedTestSQL = `SELECT r.received_at FROM report r`

// checkClosed wants reports that came in when nobody was at a desk.
func (p *past) checkClosed(t *testing.T) {
	t.Helper()
	closed := 0
	look(t, p.stores.main, func(ctx context.Context, tx store.Tx) error {
		return tx.Each(ctx, receivedTestSQL, nil, func(scan func(...any) error) error {
			var at int64
			err := scan(&at)
			if _, staffed := p.rooms.pack.NextStaffed(clock.FromMicro(at)); !staffed {
				closed++
			}
			return err
		})
	})
	if closed < 2 {
		t.Errorf("%d reports came in at closed hours", closed)
	}
}

// checkRota wants every desk to be staffed when the country says that it is, for as long as the doctor looks ahead.
func (p *past) checkRota(t *testing.T, now time.Time) {
	t.Helper()
	look(t, p.stores.main, func(ctx context.Context, tx store.Tx) error {
		tx.Now = now
		for _, desk := range p.rooms.pack.Agencies("en") {
			if !desk.Desk {
				continue
			}
			gap, err := p.rooms.unstaffed(ctx, tx, p.rooms.rota, desk.Code)
			if err != nil {
				return err
			}
			if !gap.IsZero() {
				t.Errorf("nobody is there for %s at %v", desk.Code, gap.In(p.rooms.pack.Zone()))
			}
		}
		return nil
	})
}

// checkLogins begins to sign everybody in, half of them now and half on the last day on which that must be possible.
func (p *past) checkLogins(t *testing.T, made demo.Made, now time.Time) {
	t.Helper()
	roles := map[access.Role]int{}
	for i, u := range made.Users {
		p.set(now.AddDate(0, 0, 7*(i%2)))
		passage, err := p.rooms.people.SignIn(t.Context(), identity.SignInInput{Name: u.Name, Password: u.Password})
		if err != nil || passage.Step != identity.StepPassword {
			t.Errorf("%s cannot begin to sign in: %v %v", u.Name, passage.Step, err)
		}
		for _, role := range u.Roles {
			roles[role]++
		}
	}
	for _, role := range access.Roles {
		if roles[role] == 0 {
			t.Errorf("nobody is %s", role)
		}
	}
	if made.Receipt == "" {
		t.Error("no receipt was given")
	}
}

// TestWhoMustNotKnowSeesNothing asks those who work the desks for their queues: one of them is named in a report.
func TestWhoMustNotKnowSeesNothing(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		p, _ := filled(t, d, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		users, err := p.rooms.people.Users(t.Context(), access.Console)
		must(t, err)
		sees := map[string]int{}
		for _, u := range users {
			if !u.Actor().Has(access.DutyOfficer) && u.Name != "supervisor" {
				continue
			}
			look(t, p.stores.main, func(ctx context.Context, tx store.Tx) error {
				list, err := report.Unresolved(ctx, tx, u.Actor())
				sees[u.Name] = len(list)
				return err
			})
		}
		want := map[string]int{"duty": 17, "duty2": 18, "supervisor": 18, "duty.north-cps": 9}
		if diff := cmp.Diff(want, sees); diff != "" {
			t.Errorf("the queues have other lengths:\n%s", diff)
		}
	})
}

// TestACountryOfOnesOwnHasNoMatters looks at a demonstration of another pack: its people are made up, and nothing else.
func TestACountryOfOnesOwnHasNoMatters(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		c := demonstration(d)
		c.Pack = livePack(t)
		a, _ := opened(t, c)
		if made := a.Demo(); len(made.Users) == 0 || made.Receipt != "" {
			t.Errorf("%d users, receipt %q", len(made.Users), made.Receipt)
		}
		for what, n := range stagesAt(t, a.stores.main, time.Now()) {
			if n > 0 {
				t.Errorf("%d %s", n, what)
			}
		}
	})
}

// TestASecondStartAddsNothing starts a demonstration twice, and signs in with what the first start gave.
func TestASecondStartAddsNothing(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		log, _ := logger()
		var before map[string]int
		for start := range 2 {
			a, err := Open(t.Context(), demonstration(d), log)
			must(t, err)
			now := stagesAt(t, a.stores.main, time.Now())
			if first := start == 0; first != (len(a.Demo().Users) > 0) || first != (a.Demo().Receipt != "") {
				t.Errorf("start %d gives %d users, receipt %q", start, len(a.Demo().Users), a.Demo().Receipt)
			}
			if diff := cmp.Diff(before, now); before != nil && diff != "" {
				t.Errorf("a second start changed the matters:\n%s", diff)
			}
			for _, u := range a.Demo().Users {
				passage, err := a.rooms.people.SignIn(t.Context(), identity.SignInInput{Name: u.Name, Password: u.Password})
				if err != nil || passage.Step != identity.StepPassword {
					t.Errorf("%s cannot begin to sign in: %v %v", u.Name, passage.Step, err)
				}
			}
			before = now
			must(t, a.Close())
		}
		if before["outcome opened_case"] == 0 {
			t.Error("there are no matters")
		}
	})
}

// TestAHalfFilledDemonstrationIsNotServed ends the first start while it fills.
func TestAHalfFilledDemonstrationIsNotServed(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		log, _ := logger()
		ctx, stop := context.WithCancel(t.Context())
		go func() {
			for {
				if _, err := os.Stat(filepath.Join(d.Dir, unfinished)); err == nil || t.Context().Err() != nil {
					stop()
					return
				}
				time.Sleep(time.Millisecond)
			}
		}()
		if a, err := Open(ctx, demonstration(d), log); err == nil {
			t.Fatal("it was filled in nevertheless", a.Close())
		}
		_, err := Open(t.Context(), demonstration(d), log)
		if err == nil || !strings.Contains(err.Error(), "was never finished; start with another --data") {
			t.Errorf("the next start: %v", err)
		}
	})
}
