package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/jobs"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// plan plans a shift that began an hour ago.
func (o *office) plan(who string, kind rota.Kind, lasts time.Duration) {
	o.t.Helper()
	from := time.Now().Add(-time.Hour)
	o.planAt(who, kind, from, from.Add(lasts))
}

func (o *office) planAt(who string, kind rota.Kind, from, until time.Time) {
	o.t.Helper()
	must(o.t, o.rooms.rota.Plan(o.t.Context(), o.who["selma"].Actor(),
		rota.PlanInput{User: string(o.who[who].ID), Kind: kind, From: from, Until: until, Weeks: 1}))
}

// leave has somebody be away for a day.
func (o *office) leave(who, cover string) {
	o.t.Helper()
	now := time.Now()
	in := rota.AbsenceInput{From: now.Add(-time.Minute), Until: now.Add(24 * time.Hour)}
	if cover != "" {
		in.Cover = string(o.who[cover].ID)
	}
	must(o.t, o.rooms.rota.Leave(o.t.Context(), o.who[who].Actor(), in))
}

// again stops the program and starts it once more.
func (o *office) again() {
	o.t.Helper()
	o.stop()
	o.runner = jobs.NewRunner(jobs.Config{Store: o.stores.main, Log: o.log})
	o.handleJobs()
	o.run()
}

// watch looks for what is most urgent and has nobody, as the program does by itself.
func (o *office) watch() {
	o.t.Helper()
	write(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error { return o.rooms.notices.watch(ctx, tx) })
	o.runner.Wake()
}

// TestPagingFollowsTheRota pages one after another, then supervisors, and again, through a stop of the program, until somebody has
// the report; and once more when it is put back.
func TestPagingFollowsTheRota(t *testing.T) {
	offices(t, true, "", func(o *office) {
		o.plan("dalia", rota.OnCall, 8*time.Hour)
		o.plan("daoud", rota.AtDesk, 8*time.Hour)
		id, _ := o.told(inDanger)
		o.wants("a report of danger came in", "daoud@example.org: "+urgent)
		if next := o.next(id); next.pause != 5*time.Minute || next.Round != 2 {
			t.Errorf("next is %+v", next)
		}
		o.watch()
		o.wants("pages are on their way already")
		o.ring()
		o.wants("who is on duty did not answer", "dalia@example.org: "+urgent)
		o.again()
		o.wants("the program was stopped and started")
		o.ring()
		o.wants("nobody of the rota answered", "selma@example.org: "+urgent)
		o.ring()
		o.wants("again from the beginning", "daoud@example.org: "+urgent)
		must(t, o.rooms.triage.Claim(t.Context(), o.who["dalia"].Actor(), id))
		o.ring()
		o.watch()
		o.wants("somebody has it")
		if n := count(t, o.App, string(noticePage)); n != 0 {
			t.Errorf("%d pages wait", n)
		}
		must(t, o.rooms.triage.Release(t.Context(), o.who["dalia"].Actor(), id))
		o.watch()
		o.wants("it was put back", "daoud@example.org: "+urgent)
	})
}

// TestWhatIsRaisedIsPaged raises a report by hand and puts it back.
func TestWhatIsRaisedIsPaged(t *testing.T) {
	offices(t, true, "", func(o *office) {
		o.plan("dalia", rota.OnCall, 8*time.Hour)
		id, _ := o.told(map[string][]string{"danger": {"no"}})
		o.watch()
		o.wants("it is not urgent")
		must(t, o.rooms.triage.Decide(t.Context(), o.who["selma"].Actor(), triage.Decision{Subject: string(id), Sequence: 1, To: "P1"}))
		o.watch()
		o.wants("it was raised", "dalia@example.org: "+urgent)
	})
}

// TestWhoIsAwayIsNotPaged has the cover paged in place of who is on duty, and everybody where nobody is.
func TestWhoIsAwayIsNotPaged(t *testing.T) {
	offices(t, true, "", func(o *office) {
		o.plan("daoud", rota.AtDesk, 8*time.Hour)
		o.leave("daoud", "dalia")
		o.told(inDanger)
		o.wants("who covers is paged", "dalia@example.org: "+urgent)
	})
	offices(t, true, "", func(o *office) {
		o.plan("daoud", rota.AtDesk, 8*time.Hour)
		o.leave("daoud", "")
		o.told(inDanger)
		o.wants("nobody is on duty: everybody is told who is not away", "dalia@example.org: "+urgent)
	})
	offices(t, true, "", func(o *office) {
		tomorrow := time.Now().AddDate(0, 0, 1)
		o.planAt("daoud", rota.AtDesk, tomorrow, tomorrow.Add(time.Hour))
		o.told(inDanger)
		o.wants("the rota begins tomorrow", "dalia@example.org: "+urgent, "daoud@example.org: "+urgent)
	})
}

// TestTheCoverIsToldOfATask has the owner of a task go away.
func TestTheCoverIsToldOfATask(t *testing.T) {
	offices(t, true, "", func(o *office) {
		id, _ := o.told(map[string][]string{"danger": {"no"}})
		must(t, o.rooms.triage.Claim(t.Context(), o.who["daoud"].Actor(), id))
		late := o.openTask(string(id), triage.TaskAssign)
		o.due(late)
		o.wants("the owner is there", "daoud@example.org: "+waiting)
		o.leave("daoud", "dalia")
		o.due(late)
		o.wants("the owner is away", "dalia@example.org: "+waiting)
		o.leave("dalia", "selma")
		o.due(late)
		o.wants("the cover is away as well", "selma@example.org: "+waiting)
	})
}

// TestTheCoverOfACaseManager has who covers be given the open cases, told of them, and have them taken back.
func TestTheCoverOfACaseManager(t *testing.T) {
	offices(t, true, "", func(o *office) {
		second := identity.AddUserInput{Name: "zoe", DisplayName: "Zoe Marin", Agency: o.who["mira"].Agency, Roles: []access.Role{access.CaseManager},
			Languages: []string{"en"}, Email: "zoe@example.org"}
		for _, code := range o.pack.RequiredQualifications(string(access.CaseManager)) {
			second.Qualifications = append(second.Qualifications, identity.Qualification{Code: code, IssuedAt: time.Now().AddDate(-1, 0, 0)})
		}
		added, err := o.rooms.people.AddUser(t.Context(), access.Console, second)
		must(t, err)
		o.who["zoe"] = identity.User{ID: added.ID, Agency: second.Agency, Roles: second.Roles, Active: true}
		var subjects []string
		for _, named := range []string{"Dalia", "Zoe"} {
			id, _ := o.told(map[string][]string{"danger": {"no"}, "must_not_know": {named}})
			must(t, o.rooms.triage.Claim(t.Context(), o.who["daoud"].Actor(), id))
			o.openCase(id)
			subjects = append(subjects, casesOf(o, id)...)
		}
		may := func(n int) bool {
			t.Helper()
			var err error
			look(t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
				_, err = grant.Decide(ctx, tx, o.who["zoe"].Actor(), access.CaseRecord, subjects[n])
				return nil
			})
			return err == nil
		}
		covers := func(want int) {
			t.Helper()
			if n, err := o.rooms.cover(t.Context(), o.stores.main); err != nil || n != want {
				t.Errorf("%d changes, want %d: %v", n, want, err)
			}
		}
		covers(0)
		o.leave("mira", "zoe")
		covers(1)
		covers(0)
		if !may(0) || may(1) {
			t.Errorf("who covers works on the case: %v; on that of which she must not know: %v", may(0), may(1))
		}
		o.quiet()
		o.post.came()
		o.due(o.anyTask(subjects[0]))
		o.wants("the case manager is away", "zoe@example.org: "+waiting)
		o.due(o.anyTask(subjects[1]))
		o.wants("the cover must not know", "selma@example.org: "+waiting)
		var absence rota.Absence
		look(t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
			gone, err := rota.Away(ctx, tx, tx.Now)
			if err == nil {
				absence = gone[0]
			}
			return err
		})
		must(t, o.rooms.rota.Return(t.Context(), o.who["mira"].Actor(), absence.ID, absence.Version))
		covers(1)
		if may(0) {
			t.Error("who covered still works on the case")
		}
	})
}

// anyTask is an open task of a subject.
func (o *office) anyTask(subject string) (found task.Task) {
	o.t.Helper()
	look(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
		list, err := task.OpenFor(ctx, tx, subject)
		if err == nil && len(list) == 0 {
			o.t.Fatalf("%s has no open task", subject)
		}
		found = list[0]
		return err
	})
	return found
}

// TestThePublicSideKnowsFromWhenOnSomebodyIsThere plans a shift, and lets its owner leave for good.
func TestThePublicSideKnowsFromWhenOnSomebodyIsThere(t *testing.T) {
	offices(t, false, "", func(o *office) {
		desk := o.pack.DeskFor("")
		never := func(at time.Time) (time.Time, bool) { return at.AddDate(1, 0, 0), false }
		next := func(at time.Time) time.Time {
			t.Helper()
			from, _, err := o.in.NextStaffed(t.Context(), desk, at, never)
			must(t, err)
			return from
		}
		now := time.Now().Truncate(time.Second)
		if got := next(now); !got.Equal(now.AddDate(1, 0, 0)) {
			t.Errorf("without a rota the calendar does not say: %v", got)
		}
		from := now.Add(2 * time.Hour)
		o.planAt("daoud", rota.AtDesk, now.Add(-time.Hour), now.Add(time.Hour))
		o.planAt("daoud", rota.AtDesk, from, from.Add(8*time.Hour))
		if got := next(now.Add(90 * time.Minute)); !got.Equal(from) {
			t.Errorf("somebody is there from %v, want %v", got, from)
		}
		if got := next(now.Add(time.Minute)); !got.Equal(now.Add(time.Minute)) {
			t.Errorf("somebody is there, and it says %v", got)
		}
		must(t, o.rooms.people.Deactivate(t.Context(), access.Console, o.who["daoud"].ID))
		write(t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
			return o.rooms.publish(ctx, tx, access.System("rota.publish"))
		})
		if got := next(now.Add(time.Minute)); !got.Equal(from.Add(8*time.Hour).AddDate(1, 0, 0)) {
			t.Errorf("who was there works here no more, and it says %v", got)
		}
	})
}

// TestStepsOfPaging goes round a ladder of two, with a desk beside it that has no rota.
func TestStepsOfPaging(t *testing.T) {
	user := func(id string) identity.User { return identity.User{ID: identity.UserID(id)} }
	c := call{everybody: []identity.User{user("all")}, ladder: []identity.User{user("a"), user("b")}, supervisors: []identity.User{user("s")}}
	p := paging{Report: "r", Round: 1}
	var got []string
	for range 4 {
		to, next, pause := c.step(p, time.Minute)
		for _, u := range to {
			got = append(got, string(u.ID))
		}
		if pause != time.Minute || next.Round != p.Round+1 || next.Report != "r" {
			t.Errorf("after %+v comes %+v in %v", p, next, pause)
		}
		p = next
	}
	if want := []string{"all", "a", "all", "b", "all", "s", "all", "a"}; !slices.Equal(got, want) {
		t.Errorf("paged are %v, want %v", got, want)
	}
	c.ladder = append([]identity.User{user("new")}, c.ladder...) // the next shift has begun
	if to, _, _ := c.step(p, time.Minute); to[1].ID != "new" {
		t.Errorf("who has come since is not paged: %v", to)
	}
	long := paging{Report: "r", Round: 40, Paged: make([]string, mostPaged)}
	if to, next, _ := c.step(long, time.Minute); to[1].ID != "s" || len(next.Paged) != 0 {
		t.Errorf("after many: %v, %+v", to, next)
	}
	if got := desks(task.Task{Agency: "z"}, []identity.User{{Agency: "b"}, {Agency: "z"}, {Agency: "a"}, {Agency: "b"}}); !slices.Equal(got, []string{"z", "a", "b"}) {
		t.Errorf("the desks are %v", got)
	}
}
