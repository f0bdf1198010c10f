package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/jurisdiction"
	"amparo/internal/store"
	"amparo/internal/task"
)

// TestWhoHearsAtEachStep asks for each step, with an owner and without one.
func TestWhoHearsAtEachStep(t *testing.T) {
	user := func(id string, role access.Role) identity.User {
		return identity.User{ID: identity.UserID(id), Active: true, Roles: []access.Role{role}}
	}
	all := []identity.User{user("owner", access.CaseManager), user("lead", access.ServiceLead), user("duty", access.DutyOfficer),
		user("supervisor", access.Supervisor), user("cover", access.CaseManager), user("away", access.Supervisor)}
	instead := func(who string) string {
		if cover, gone := map[string]string{"ill": "cover", "gone": "nobody", "away": ""}[who]; gone {
			return cover
		}
		return who
	}
	for _, c := range []struct {
		tell, owner string
		want        []string
	}{
		{"", "owner", []string{"owner"}},
		{jurisdiction.TellOwner, "owner", []string{"owner"}},
		{jurisdiction.TellSupervisor, "owner", []string{"owner", "supervisor"}},
		{jurisdiction.TellServiceLead, "owner", []string{"lead", "owner", "supervisor"}},
		{jurisdiction.TellOwner, "", []string{"duty"}},
		{jurisdiction.TellServiceLead, "", []string{"duty", "lead", "supervisor"}},
		{jurisdiction.TellOwner, "ill", []string{"cover"}},
		{jurisdiction.TellSupervisor, "ill", []string{"cover", "supervisor"}},
		{jurisdiction.TellOwner, "gone", []string{"duty"}}, // whoever covers may not know of it
	} {
		before := slices.Clone(all)
		var got []string
		for _, u := range hears(c.tell, task.Task{Owner: c.owner}, all, instead) {
			got = append(got, string(u.ID))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("at the step of %q, owned by %q, %v hear; want %v", c.tell, c.owner, got, c.want)
		}
		if !slices.EqualFunc(all, before, func(a, b identity.User) bool { return a.ID == b.ID }) {
			t.Fatalf("at the step of %q the list itself was changed: %v", c.tell, all)
		}
	}
}

// TestOneStrangeTaskHoldsUpNoOther looks at the clocks when one is of a subject that nobody knows.
func TestOneStrangeTaskHoldsUpNoOther(t *testing.T) {
	offices(t, false, "", func(o *office) {
		o.told(map[string][]string{"danger": {"no"}})
		write(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
			by, err := access.Own(access.System("test"), access.CaseRecord)
			if err != nil {
				return err
			}
			_, err = task.Start(ctx, tx, by, task.Input{Subject: "nobody", Kind: "review", Due: tx.Now.Add(time.Hour)})
			return err
		})
		raised := 0
		write(o.t, o.stores.main, func(ctx context.Context, tx store.Tx) (err error) {
			tx.Now = tx.Now.AddDate(0, 0, 30)
			raised, err = task.Sweep(ctx, tx, o.rooms.steps)
			return err
		})
		if raised != 3 {
			o.t.Errorf("%d tasks are raised, want the report's two and the strange one", raised)
		}
	})
}
