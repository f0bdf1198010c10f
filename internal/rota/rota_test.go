package rota_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// zone is where the rota is kept; its clocks go forward on Sunday 29 March 2026 at 03:00.
var zone = func() *time.Location {
	z, err := time.LoadLocation("Asia/Nicosia")
	if err != nil {
		panic(err)
	}
	return z
}()

func at(s string) time.Time {
	when, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		panic(err)
	}
	return when.UTC()
}

var start = at("2026-03-24 09:00") // a Tuesday

// people of the agency "here" and of another one; only Mona does not work reports.
var people = map[string][]rota.Person{
	"here": {{User: "huda", Name: "Huda", Works: true}, {User: "mona", Name: "Mona"}, {User: "omar", Name: "Omar", Works: true},
		{User: "rana", Name: "Rana", Works: true}, {User: "salma", Name: "Salma", Works: true}},
	"there": {{User: "nour", Name: "Nour", Works: true}},
}

func staff(user, agency string, role access.Role) access.Actor {
	return access.Actor{Kind: access.Staff, ID: user, Agency: agency, Roles: []access.Role{role}}
}

var (
	salma = staff("salma", "here", access.Supervisor)
	huda  = staff("huda", "here", access.DutyOfficer)
	omar  = staff("omar", "here", access.DutyOfficer)
	rana  = staff("rana", "here", access.DutyOfficer)
	mona  = staff("mona", "here", access.CaseManager)
	nour  = staff("nour", "there", access.DutyOfficer)
)

// a wall is a rota over a store, with a clock that the test moves.
type wall struct {
	t    *testing.T
	main *store.Store
	room *rota.Room
	now  *time.Time
	told map[string][]rota.Stretch // what was told of each desk last
}

func each(t *testing.T, f func(w *wall)) {
	t.Helper()
	now := start
	storetest.Each(t, clock.Func(func() time.Time { return now }), func(t *testing.T, main, _ *store.Store) {
		now = start
		told := map[string][]rota.Stretch{}
		room := rota.New(rota.Config{Store: main, Zone: zone, People: func(_ context.Context, _ store.Tx, agency string) ([]rota.Person, error) {
			return people[agency], nil
		}, Staffed: func(_ context.Context, _ store.Tx, _ access.Proof, agency string, list []rota.Stretch) error {
			told[agency] = list
			return nil
		}})
		f(&wall{t, main, room, &now, told})
	})
}

func (w *wall) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants a kind of fault, and the fields it names, as "field code".
func (w *wall) refused(what string, err error, kind fault.Kind, fields ...string) {
	w.t.Helper()
	var got []string
	for _, f := range fault.Fields(err) {
		got = append(got, f.Name+" "+string(f.Code))
	}
	if diff := cmp.Diff(fields, got); fault.KindOf(err) != kind || err == nil || diff != "" {
		w.t.Errorf("%s: %v\n%s", what, err, diff)
	}
}

// plan plans one shift.
func (w *wall) plan(user string, kind rota.Kind, from, until string) error {
	w.t.Helper()
	return w.room.Plan(w.t.Context(), salma, rota.PlanInput{User: user, Kind: kind, From: at(from), Until: at(until), Weeks: 1})
}

func (w *wall) sheet(who access.Actor) rota.Sheet {
	w.t.Helper()
	s, err := w.room.Show(w.t.Context(), who, rota.Span{From: *w.now, Until: w.now.AddDate(1, 0, 0)})
	w.must(err)
	return s
}

// read runs f in a transaction that reads.
func (w *wall) read(f func(ctx context.Context, tx store.Tx) error) {
	w.t.Helper()
	w.must(w.main.Read(w.t.Context(), func(tx store.Tx) error { return f(w.t.Context(), tx) }))
}

// duty is who is on duty at a time, in order.
func (w *wall) duty(when string) (names []string) {
	w.t.Helper()
	w.read(func(ctx context.Context, tx store.Tx) error {
		b, err := w.room.Duty(ctx, tx, "here", at(when))
		names = nil
		for _, p := range b.AtDesk {
			names = append(names, p.User)
		}
		for _, p := range b.OnCall {
			names = append(names, p.User+" on call")
		}
		return err
	})
	return names
}

// next is from when on somebody is at the desk, on the wall; empty when no shift says.
func (w *wall) next(when string) (said string) {
	w.t.Helper()
	w.read(func(ctx context.Context, tx store.Tx) error {
		next, err := w.room.NextStaffed(ctx, tx, "here", at(when))
		if said = ""; !next.IsZero() {
			said = next.In(zone).Format("2006-01-02 15:04")
		}
		return err
	})
	return said
}

func (w *wall) same(what string, want, got any) {
	w.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s (- wanted, + found):\n%s", what, diff)
	}
}

func TestWhoIsOnDuty(t *testing.T) {
	each(t, func(w *wall) {
		w.same("before anything is planned", []string(nil), w.duty("2026-03-25 10:00"))
		w.same("next, before anything is planned", "", w.next("2026-03-25 10:00"))
		w.must(w.plan("omar", rota.OnCall, "2026-03-25 08:00", "2026-03-26 08:00"))
		w.must(w.plan("huda", rota.AtDesk, "2026-03-25 08:00", "2026-03-25 16:00"))
		w.must(w.plan("rana", rota.AtDesk, "2026-03-25 12:00", "2026-03-25 20:00"))
		for when, want := range map[string][]string{
			"2026-03-25 07:59": nil,
			"2026-03-25 08:00": {"huda", "omar on call"},
			"2026-03-25 13:00": {"huda", "rana", "omar on call"},
			"2026-03-25 16:00": {"rana", "omar on call"},
			"2026-03-25 20:00": {"omar on call"},
			"2026-03-26 08:00": nil,
		} {
			w.same(when, want, w.duty(when))
		}
		for when, want := range map[string]string{
			"2026-03-24 23:00": "2026-03-25 08:00", // who is on call is not there
			"2026-03-25 09:30": "2026-03-25 09:30",
			"2026-03-25 20:00": "", // nothing says; the calendar does
		} {
			w.same("next at "+when, want, w.next(when))
		}
	})
}

// TestWhoIsAwayIsNotThere lets one go, whose cover goes later, and looks who is there in between.
func TestWhoIsAwayIsNotThere(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		w.must(w.plan("huda", rota.AtDesk, "2026-03-25 08:00", "2026-03-25 20:00"))
		w.must(w.plan("omar", rota.OnCall, "2026-03-25 08:00", "2026-03-25 20:00"))
		w.must(w.room.Leave(ctx, huda, rota.AbsenceInput{From: at("2026-03-25 10:00"), Until: at("2026-03-25 18:00"), Cover: "rana"}))
		w.must(w.room.Leave(ctx, omar, rota.AbsenceInput{From: at("2026-03-25 11:00"), Until: at("2026-03-25 13:00"), Cover: "rana"}))
		w.must(w.room.Leave(ctx, rana, rota.AbsenceInput{From: at("2026-03-25 12:00"), Until: at("2026-03-25 16:00"), Cover: "mona"}))
		for when, want := range map[string][]string{
			"2026-03-25 09:59": {"huda", "omar on call"},
			"2026-03-25 10:00": {"rana", "omar on call"},
			"2026-03-25 11:30": {"rana"}, // whoever is at the desk is not on call as well
			"2026-03-25 12:30": nil,      // Mona stands in and works no reports
			"2026-03-25 14:00": {"omar on call"},
			"2026-03-25 16:00": {"rana", "omar on call"},
			"2026-03-25 18:00": {"huda", "omar on call"},
		} {
			w.same(when, want, w.duty(when))
		}
		w.same("next while nobody is there", "2026-03-25 16:00", w.next("2026-03-25 12:30"))
		w.read(func(ctx context.Context, tx store.Tx) error {
			for _, c := range []struct {
				user, when, want string
				away             bool
			}{{"huda", "2026-03-25 09:00", "huda", false}, {"huda", "2026-03-25 11:00", "rana", true}, {"huda", "2026-03-25 13:00", "mona", true},
				{"nour", "2026-03-25 13:00", "nour", false}} {
				cover, gone, err := w.room.Cover(ctx, tx, c.user, at(c.when))
				if err != nil || cover != c.want || gone != c.away {
					w.t.Errorf("for %s at %s: %q %v %v", c.user, c.when, cover, gone, err)
				}
			}
			return nil
		})
	})
}

func TestReturning(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		w.must(w.room.Leave(ctx, salma, rota.AbsenceInput{User: "huda", From: at("2026-03-24 08:00"), Until: at("2026-03-28 08:00"), Cover: "rana"}))
		w.must(w.room.Leave(ctx, omar, rota.AbsenceInput{From: at("2026-03-27 08:00"), Until: at("2026-03-28 08:00")}))
		list := w.sheet(mona).Absences
		if len(list) != 2 || list[0].User != "huda" || list[1].Cover != "" {
			w.t.Fatalf("away are %+v", list)
		}
		w.refused("another's", w.room.Return(ctx, omar, list[0].ID, 1), fault.Forbidden)
		w.refused("another agency's", w.room.Return(ctx, nour, list[0].ID, 1), fault.Withheld)
		w.refused("of none", w.room.Return(ctx, huda, "none", 1), fault.Withheld)
		w.refused("a version that is no more", w.room.Return(ctx, huda, list[0].ID, 2), fault.Conflict)
		w.must(w.room.Return(ctx, huda, list[0].ID, 1))
		w.must(w.room.Return(ctx, salma, list[1].ID, 1)) // called off before it began
		w.refused("twice", w.room.Return(ctx, huda, list[0].ID, 2), fault.Conflict)
		if left := w.sheet(mona).Absences; len(left) != 0 {
			w.t.Errorf("still away are %+v", left)
		}
		w.must(w.room.Leave(ctx, huda, rota.AbsenceInput{From: at("2026-03-26 08:00"), Until: at("2026-03-27 08:00"), Cover: "omar"}))
	})
}

func TestWhatCannotBePlanned(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		good := rota.PlanInput{User: "huda", Kind: rota.AtDesk, From: at("2026-03-25 08:00"), Until: at("2026-03-25 16:00"), Weeks: 12}
		w.refused("by a duty officer", w.room.Plan(ctx, huda, good), fault.Forbidden)
		w.refused("all wrong", w.room.Plan(ctx, salma, rota.PlanInput{User: "nour", Weeks: 13}), fault.Invalid,
			"kind fault.answer_required", "from fault.rota_from", "weeks fault.rota_weeks", "user fault.rota_colleague")
		for name, c := range map[string]struct {
			change func(in *rota.PlanInput)
			want   string
		}{
			"works no reports":  {func(in *rota.PlanInput) { in.User = "mona" }, "user fault.rota_role"},
			"ends first":        {func(in *rota.PlanInput) { in.Until = in.From }, "until fault.rota_until"},
			"is over":           {func(in *rota.PlanInput) { in.From, in.Until = at("2026-03-23 08:00"), start }, "until fault.rota_until"},
			"too long":          {func(in *rota.PlanInput) { in.Until = in.From.Add(24*time.Hour + 1) }, "until fault.rota_long"},
			"too long a call":   {func(in *rota.PlanInput) { in.Kind, in.Until = rota.OnCall, in.From.Add(169*time.Hour) }, "until fault.rota_long"},
			"too far away":      {func(in *rota.PlanInput) { in.From = start.AddDate(1, 0, 2) }, "from fault.rota_from"},
			"in no week at all": {func(in *rota.PlanInput) { in.Weeks = 0 }, "weeks fault.rota_weeks"},
		} {
			in := good
			c.change(&in)
			w.refused(name, w.room.Plan(ctx, salma, in), fault.Invalid, c.want)
		}
		w.must(w.room.Plan(ctx, salma, good))
		last := rota.PlanInput{User: "huda", Kind: rota.OnCall, From: at("2026-06-10 15:59"), Until: at("2026-06-10 23:00"), Weeks: 1}
		w.refused("over the last of the weeks", w.room.Plan(ctx, salma, last), fault.Invalid, "from fault.rota_overlap")
		last.From = at("2026-06-10 16:00")
		w.must(w.room.Plan(ctx, salma, last))
		before := rota.PlanInput{User: "huda", Kind: rota.AtDesk, From: at("2026-05-27 07:00"), Until: at("2026-05-27 08:00"), Weeks: 3}
		w.must(w.room.Plan(ctx, salma, before))
		before.From, before.Until, before.Weeks = at("2026-05-13 06:00"), at("2026-05-13 07:30"), 3
		w.refused("one week of several", w.room.Plan(ctx, salma, before), fault.Invalid, "from fault.rota_overlap")
		if n := len(w.sheet(huda).Shifts); n != 16 {
			w.t.Errorf("%d shifts are planned, want 16: a refused one left some", n)
		}
	})
}

func TestWhatIsNoAbsence(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		in := rota.AbsenceInput{From: at("2026-03-25 08:00"), Until: at("2026-03-27 08:00"), Cover: "omar"}
		colleague := in
		colleague.User = "rana"
		w.refused("of a colleague", w.room.Leave(ctx, huda, colleague), fault.Forbidden)
		w.refused("all wrong", w.room.Leave(ctx, salma, rota.AbsenceInput{User: "nour", Cover: "nour"}), fault.Invalid,
			"from fault.rota_from", "user fault.rota_colleague", "cover fault.rota_colleague")
		in.Cover = "huda"
		w.refused("covered by oneself", w.room.Leave(ctx, huda, in), fault.Invalid, "cover fault.rota_colleague")
		in.Cover = "omar"
		w.must(w.room.Leave(ctx, huda, in))
		w.refused("twice", w.room.Leave(ctx, huda, in), fault.Invalid, "from fault.rota_away")
		in.Cover, in.From, in.Until = "huda", at("2026-03-26 08:00"), at("2026-03-28 08:00")
		w.refused("covered by one who is away", w.room.Leave(ctx, omar, in), fault.Invalid, "cover fault.rota_cover_away")
		in.From = at("2026-03-27 08:00")
		w.must(w.room.Leave(ctx, omar, in))
	})
}

// TestSwapping offers a shift, keeps it, offers it again and lets a colleague take it.
func TestSwapping(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		w.must(w.plan("huda", rota.AtDesk, "2026-03-25 08:00", "2026-03-25 16:00"))
		w.must(w.plan("omar", rota.AtDesk, "2026-03-25 15:00", "2026-03-25 20:00"))
		s := w.sheet(huda).Shifts[0]
		w.refused("not offered", w.room.Take(ctx, rana, s.ID), fault.Conflict)
		w.refused("another's", w.room.Offer(ctx, rana, s.ID, 1), fault.Forbidden)
		w.refused("another agency's", w.room.Offer(ctx, nour, s.ID, 1), fault.Withheld)
		w.refused("of a version that is no more", w.room.Offer(ctx, huda, s.ID, 2), fault.Conflict)
		w.must(w.room.Offer(ctx, huda, s.ID, 1))
		w.same("on duty while it is offered", []string{"huda"}, w.duty("2026-03-25 10:00"))
		w.must(w.room.Keep(ctx, huda, s.ID, 2))
		w.refused("kept", w.room.Take(ctx, rana, s.ID), fault.Conflict)
		w.must(w.room.Offer(ctx, huda, s.ID, 3))
		w.refused("one's own", w.room.Take(ctx, huda, s.ID), fault.Conflict)
		w.refused("another agency's, to take", w.room.Take(ctx, nour, s.ID), fault.Withheld)
		w.refused("without the role", w.room.Take(ctx, mona, s.ID), fault.Forbidden)
		w.refused("with a shift at that time", w.room.Take(ctx, omar, s.ID), fault.Conflict)
		w.must(w.room.Leave(ctx, rana, rota.AbsenceInput{From: at("2026-03-25 12:00"), Until: at("2026-03-25 13:00")}))
		w.refused("away", w.room.Take(ctx, rana, s.ID), fault.Conflict)
		w.must(w.room.Return(ctx, rana, w.sheet(rana).Absences[0].ID, 1))
		w.must(w.room.Take(ctx, rana, s.ID))
		w.refused("taken", w.room.Take(ctx, salma, s.ID), fault.Conflict)
		w.same("on duty afterwards", []string{"rana"}, w.duty("2026-03-25 10:00"))
		w.refused("by a duty officer", w.room.Withdraw(ctx, huda, s.ID, 5), fault.Forbidden)
		w.refused("of an old version", w.room.Withdraw(ctx, salma, s.ID, 4), fault.Conflict)
		w.must(w.room.Withdraw(ctx, salma, s.ID, 5))
		w.same("on duty when it is withdrawn", []string(nil), w.duty("2026-03-25 10:00"))
		w.refused("withdrawn", w.room.Offer(ctx, rana, s.ID, 6), fault.Conflict)
		*w.now = at("2026-03-25 20:00")
		w.refused("over", w.room.Offer(ctx, omar, w.lateShift("omar"), 1), fault.Conflict)
	})
}

const shiftTestSQL = `SELECT id FROM shift WHERE user_id = $1`

// lateShift is somebody's shift, over or not.
func (w *wall) lateShift(user string) (id rota.ShiftID) {
	w.t.Helper()
	w.read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, shiftTestSQL, []any{user}, &id) })
	return id
}

// TestChanging changes whose a shift is, what it is and when it is.
func TestChanging(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		w.must(w.plan("huda", rota.AtDesk, "2026-03-25 08:00", "2026-03-25 16:00"))
		w.must(w.plan("omar", rota.AtDesk, "2026-03-25 15:00", "2026-03-25 20:00"))
		s, who, err := w.room.Shift(ctx, salma, w.sheet(huda).Shifts[0].ID)
		if err != nil || s.User != "huda" || len(who) != 5 {
			w.t.Fatalf("to be changed is %+v by %v: %v", s, who, err)
		}
		_, _, err = w.room.Shift(ctx, huda, s.ID)
		w.refused("shown to a duty officer", err, fault.Forbidden)
		_, _, err = w.room.Shift(ctx, staff("zain", "there", access.Supervisor), s.ID)
		w.refused("shown to another agency", err, fault.Withheld)
		in := rota.ChangeInput{Shift: s.ID, Version: 1, User: "huda", Kind: rota.AtDesk, From: at("2026-03-25 09:00"), Until: at("2026-03-25 17:00")}
		w.refused("by a duty officer", w.room.Change(ctx, huda, in), fault.Forbidden)
		w.refused("by another agency", w.room.Change(ctx, staff("zain", "there", access.Supervisor), in), fault.Withheld)
		w.refused("all wrong", w.room.Change(ctx, salma, rota.ChangeInput{Shift: s.ID, Version: 1, User: "mona"}), fault.Invalid,
			"kind fault.answer_required", "from fault.rota_from", "user fault.rota_role")
		other := in
		other.User = "omar"
		w.refused("over another of his", w.room.Change(ctx, salma, other), fault.Invalid, "from fault.rota_overlap")
		w.must(w.room.Change(ctx, salma, in)) // over itself alone
		w.refused("of a version that is no more", w.room.Change(ctx, salma, in), fault.Conflict)
		w.must(w.room.Offer(ctx, huda, s.ID, 2))
		in.Version, in.User, in.Kind = 3, "rana", rota.OnCall
		w.must(w.room.Change(ctx, salma, in))
		w.same("on duty", []string{"omar", "rana on call"}, w.duty("2026-03-25 16:00"))
		if got := w.sheet(huda).Shifts; len(got) != 2 || got[0].State != rota.Planned || got[0].Version != 4 {
			w.t.Errorf("the shifts are %+v", got)
		}
		w.must(w.room.Withdraw(ctx, salma, s.ID, 4))
		in.Version = 5
		w.refused("withdrawn", w.room.Change(ctx, salma, in), fault.Conflict)
	})
}

// TestWhatIsToldOfTheDesk holds what is told from when on somebody is there: after every change, and without a name.
func TestWhatIsToldOfTheDesk(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		told := func() (list []string) {
			for _, s := range w.told["here"] {
				is := " nobody"
				if s.Staffed {
					is = " staffed"
				}
				list = append(list, s.From.In(zone).Format("02 15:04-")+s.Until.In(zone).Format("02 15:04")+is)
			}
			return list
		}
		w.must(w.plan("huda", rota.AtDesk, "2026-03-25 08:00", "2026-03-25 16:00"))
		w.same("one shift", []string{"25 08:00-25 16:00 staffed"}, told())
		w.must(w.plan("omar", rota.OnCall, "2026-03-25 16:00", "2026-03-26 08:00"))
		w.must(w.plan("rana", rota.AtDesk, "2026-03-25 15:00", "2026-03-25 20:00"))
		w.must(w.plan("huda", rota.AtDesk, "2026-03-26 08:00", "2026-03-26 16:00"))
		w.must(w.plan("huda", rota.AtDesk, "2026-04-03 08:00", "2026-04-03 16:00"))
		w.must(w.room.Leave(ctx, huda, rota.AbsenceInput{From: at("2026-03-26 12:00"), Until: at("2026-03-27 08:00")}))
		w.same("with a night, and a week without anybody", []string{"25 08:00-25 20:00 staffed", "25 20:00-26 08:00 nobody",
			"26 08:00-26 12:00 staffed", "26 12:00-26 16:00 nobody", "03 08:00-03 16:00 staffed"}, told())
		*w.now = at("2026-03-26 13:00")
		w.same("next", "2026-04-03 08:00", w.next("2026-03-26 13:00"))
		w.must(w.room.Return(ctx, huda, w.sheet(huda).Absences[0].ID, 1))
		w.same("back after an hour, and what is over is told no more", []string{"26 13:00-26 16:00 staffed", "03 08:00-03 16:00 staffed"}, told())
		w.must(w.room.Withdraw(ctx, salma, w.lastShift(), 1))
		w.same("withdrawn", []string{"26 13:00-26 16:00 staffed"}, told())
	})
}

const lastTestSQL = `SELECT id FROM shift ORDER BY starts_at DESC LIMIT 1`

func (w *wall) lastShift() (id rota.ShiftID) {
	w.t.Helper()
	w.read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, lastTestSQL, nil, &id) })
	return id
}

// TestOneTakesIt lets three take one shift at once.
func TestOneTakesIt(t *testing.T) {
	each(t, func(w *wall) {
		w.must(w.plan("huda", rota.AtDesk, "2026-03-25 08:00", "2026-03-25 16:00"))
		id := w.sheet(huda).Shifts[0].ID
		w.must(w.room.Offer(w.t.Context(), huda, id, 1))
		var wait sync.WaitGroup
		errs := make([]error, 3)
		for i, who := range []access.Actor{omar, rana, salma} {
			wait.Go(func() { errs[i] = w.room.Take(w.t.Context(), who, id) })
		}
		wait.Wait()
		have := 0
		for _, err := range errs {
			if err == nil {
				have++
			} else if fault.KindOf(err) != fault.Conflict {
				w.t.Errorf("one of them: %v", err)
			}
		}
		if have != 1 {
			w.t.Errorf("%d have it: %v", have, errors.Join(errs...))
		}
	})
}

// TestWeeksAreWeeksOnTheWall plans over the Sunday on which clocks go forward: the shift of the night that lacks an hour is
// shorter or, when it lay in that hour, left out.
func TestWeeksAreWeeksOnTheWall(t *testing.T) {
	each(t, func(w *wall) {
		ctx := w.t.Context()
		*w.now = at("2026-03-20 09:00")
		plan := func(user, from, until string) {
			w.must(w.room.Plan(ctx, salma, rota.PlanInput{User: user, Kind: rota.AtDesk, From: at(from), Until: at(until), Weeks: 3}))
		}
		plan("huda", "2026-03-21 22:00", "2026-03-22 06:00")
		plan("omar", "2026-03-23 08:00", "2026-03-23 16:00")
		plan("rana", "2026-03-22 03:00", "2026-03-22 04:00")
		got := map[string][]string{}
		for _, s := range w.sheet(huda).Shifts {
			got[s.User] = append(got[s.User], s.From.In(zone).Format("02 15:04 ")+s.Until.Sub(s.From).String())
		}
		w.same("shifts", map[string][]string{
			"huda": {"21 22:00 8h0m0s", "28 22:00 7h0m0s", "04 22:00 8h0m0s"},
			"omar": {"23 08:00 8h0m0s", "30 08:00 8h0m0s", "06 08:00 8h0m0s"},
			"rana": {"22 03:00 1h0m0s", "05 03:00 1h0m0s"},
		}, got)
	})
}

// TestAWeekOnCallHasAnHourMoreInAutumn plans seven days by the wall over the night that has an hour twice, and over that which lacks one.
func TestAWeekOnCallHasAnHourMoreInAutumn(t *testing.T) {
	each(t, func(w *wall) {
		w.must(w.plan("huda", rota.OnCall, "2026-10-19 08:00", "2026-10-26 08:00"))
		w.must(w.plan("omar", rota.AtDesk, "2026-10-24 20:00", "2026-10-25 20:00"))
		w.refused("a minute more", w.plan("rana", rota.OnCall, "2026-10-19 08:00", "2026-10-26 08:01"), fault.Invalid, "until fault.rota_long")
		w.refused("a day less an hour, and two more", w.plan("rana", rota.AtDesk, "2026-03-28 20:00", "2026-03-29 21:00"), fault.Invalid, "until fault.rota_long")
		if list := w.sheet(huda).Shifts; len(list) != 2 || list[0].Until.Sub(list[0].From) != 169*time.Hour || list[1].Until.Sub(list[1].From) != 25*time.Hour {
			w.t.Errorf("planned are %+v", list)
		}
	})
}

// TestWhoSeesTheRota asks for it in every role.
func TestWhoSeesTheRota(t *testing.T) {
	each(t, func(w *wall) {
		w.must(w.plan("huda", rota.AtDesk, "2026-03-25 08:00", "2026-03-25 16:00"))
		for _, role := range access.Roles {
			sheet, err := w.room.Show(w.t.Context(), staff("u", "here", role), rota.Span{From: start, Until: start.AddDate(0, 0, 2)})
			may := !slices.Contains([]access.Role{access.HelplineCounsellor, access.Specialist, access.Administrator, access.Auditor}, role) // the desk and the cases are not theirs
			if may != (err == nil) || may != (len(sheet.Shifts) == 1) || !may && fault.KindOf(err) != fault.Forbidden {
				w.t.Errorf("%s sees %d shifts: %v", role, len(sheet.Shifts), err)
			}
		}
		if list := w.sheet(nour).Shifts; len(list) != 0 {
			w.t.Errorf("another agency sees %+v", list)
		}
	})
}
