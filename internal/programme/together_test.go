package programme_test

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"amparo/internal/programme"
)

// TestPressesAtOnce: one form that is sent many times at once is one programme, one session and one name.
func TestPressesAtOnce(t *testing.T) {
	each(t, func(o office) {
		laila, mona, draft, plan := o.Actor("laila"), o.Actor("mona"), o.draft(), o.plan()
		atOnce := func(press func(ctx context.Context) error) {
			o.T.Helper()
			group, ctx := errgroup.WithContext(o.T.Context())
			for range 8 {
				group.Go(func() error { return press(ctx) })
			}
			o.must(group.Wait())
		}
		atOnce(func(ctx context.Context) error { _, err := o.Room.Begin(ctx, laila, draft, plan); return err })
		meeting := o.meeting(o.ready())
		meeting.Guest = programme.Guest{Name: "Rana K.", Organisation: "The school", Qualification: "Teacher", Checked: true}
		atOnce(func(ctx context.Context) error { _, err := o.Room.Plan(ctx, laila, meeting); return err })
		session, err := o.Room.Plan(o.T.Context(), laila, meeting)
		o.must(err)
		name := o.agreed(session)
		atOnce(func(ctx context.Context) error { _, err := o.Room.AddName(ctx, mona, name); return err })
		for statement, want := range map[string]int{"SELECT count(*) FROM programme": 2, "SELECT count(*) FROM programme_session": 1, "SELECT count(*) FROM programme_name": 2} {
			if n := o.count(statement); n != want {
				o.T.Errorf("%s gives %d", statement, n)
			}
		}
	})
}
