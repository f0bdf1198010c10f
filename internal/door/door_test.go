package door_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/task"
)

const entriesTestSQL = `SELECT outcome || ' ' || reason || ' ' || detail FROM audit_entry ORDER BY at, id`

var huda = access.Actor{Kind: access.Staff, ID: "huda", Agency: "line", Roles: []access.Role{access.DutyOfficer}}

func entries(t *testing.T, s *store.Store) (list []string) {
	t.Helper()
	err := s.Read(t.Context(), func(tx store.Tx) error {
		return tx.Each(t.Context(), entriesTestSQL, nil, func(scan func(...any) error) error {
			var e string
			err := scan(&e)
			list = append(list, e)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func desk(t *testing.T, s *store.Store, subject string) {
	t.Helper()
	by, err := access.Own(access.System("test"), access.ReportClaim)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Write(t.Context(), func(tx store.Tx) error {
		return grant.Give(t.Context(), tx, by, subject, "line", access.Desk)
	}); err != nil {
		t.Fatal(err)
	}
}

func open(subject string, fail error) door.Change {
	return func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		_, err := task.Start(ctx, tx, by, task.Input{Subject: subject, Kind: "k", Due: tx.Now})
		return map[string]string{"kind": "k"}, errors.Join(err, fail)
	}
}

func count(t *testing.T, s *store.Store, subject string) (n int) {
	t.Helper()
	err := s.Read(t.Context(), func(tx store.Tx) error {
		list, err := task.OpenFor(t.Context(), tx, subject)
		n = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDoneIsRecordedWithTheChange(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		desk(t, main, "r")
		if err := door.Do(t.Context(), main, door.Request{huda, access.ReportClaim, "r"}, open("r", nil)); err != nil {
			t.Fatal(err)
		}
		if got := entries(t, main); len(got) != 1 || got[0] != `done  {"kind":"k"}` || count(t, main, "r") != 1 {
			t.Errorf("entries %q", got)
		}
	})
}

func TestFailureLeavesNothing(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		desk(t, main, "r")
		stop := errors.New("stop")
		err := door.Do(t.Context(), main, door.Request{huda, access.ReportClaim, "r"}, open("r", stop))
		if !errors.Is(err, stop) || len(entries(t, main)) != 0 || count(t, main, "r") != 0 {
			t.Errorf("%v left %q", err, entries(t, main))
		}
	})
}

func TestRefusalsAreRecorded(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		desk(t, main, "r")
		for _, c := range []struct {
			q    door.Request
			want fault.Kind
		}{
			{door.Request{huda, access.ReportClaim, "hers-not"}, fault.Withheld},
			{door.Request{huda, access.ReportClaim, "a made-up\naddress"}, fault.Withheld},
			{door.Request{huda, access.ReportLower, "r"}, fault.Forbidden},
			{door.Request{huda, access.UserWrite, ""}, fault.Forbidden},
			{door.Request{access.Actor{}, access.ReportClaim, "r"}, fault.Withheld},
		} {
			if err := door.Do(t.Context(), main, c.q, open("r", nil)); fault.KindOf(err) != c.want {
				t.Errorf("%s gave %v", c.q, err)
			}
			if _, err := door.See(t.Context(), main, c.q); fault.KindOf(err) != c.want {
				t.Errorf("seeing, %s gave %v", c.q, err)
			}
		}
		if got := entries(t, main); len(got) != 10 || got[0] != "refused withheld {}" || count(t, main, "r") != 0 {
			t.Errorf("entries %q", got)
		}
	})
}

// TestWhatTheChangeRefusesIsRecordedToo has a change look behind the subject and find what is not the actor's.
func TestWhatTheChangeRefusesIsRecordedToo(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		desk(t, main, "r")
		q := door.Request{huda, access.ReportClaim, "r"}
		for _, kind := range []fault.Kind{fault.Withheld, fault.Forbidden, fault.Invalid, fault.Conflict} {
			if err := door.Do(t.Context(), main, q, open("r", fault.New(kind, "fault.form"))); fault.KindOf(err) != kind {
				t.Errorf("%s became %v", kind, err)
			}
		}
		want := []string{"refused forbidden {}", "refused withheld {}"}
		got := entries(t, main)
		slices.Sort(got)
		if !slices.Equal(got, want) || count(t, main, "r") != 0 {
			t.Errorf("entries %q", got)
		}
	})
}

func TestSeeGivesProof(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		desk(t, main, "r")
		by, err := door.See(t.Context(), main, door.Request{huda, access.ReportRead, "r"})
		if err != nil || by.Action() != access.ReportRead || by.Actor().ID != "huda" {
			t.Errorf("%v %v", by, err)
		}
		job, err := door.See(t.Context(), main, door.Request{access.System("report.open"), access.ReportRead, "r"})
		if err != nil || job.Actor().Kind != access.Job {
			t.Errorf("%v %v", job, err)
		}
	})
}
