package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

const seenTestSQL = `SELECT reason || ' ' || trim(subjects) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = $1 ORDER BY at DESC, id DESC LIMIT 1`

// take opens a case for a child, with its clocks, and gives it to somebody.
func take(h *stafftest.House, child, manager string) casework.ID {
	h.T.Helper()
	ctx, huda := h.T.Context(), h.Actor("huda")
	id := h.Report(map[string][]string{"danger": {"no"}, "pressure": {"pushed"}})
	if err := h.Triage.Claim(ctx, huda, id); err != nil {
		h.T.Fatal(err)
	}
	if err := h.Triage.Decide(ctx, huda, triage.Decision{Subject: string(id), Sequence: 1, To: ruleset.P2}); err != nil {
		h.T.Fatal(err)
	}
	if err := h.Triage.Check(ctx, huda, triage.CheckInput{Report: id, Item: "suicide_risk_asked", Answer: "no"}); err != nil {
		h.T.Fatal(err)
	}
	ids, err := h.Casework.Open(ctx, huda, casework.OpenInput{Report: id, Agency: h.Agency, Manager: h.ID(manager), Children: []string{child}, Message: "thank you",
		Clocks: casework.FirstClocks(h.Pack.Targets(), ruleset.P2, h.Now())})
	if err != nil {
		h.T.Fatal(err)
	}
	return ids[0]
}

// version is that of a case now.
func version(h *stafftest.House, who string, id casework.ID) int64 {
	h.T.Helper()
	p, err := h.Casework.Head(h.T.Context(), h.Actor(who), access.CaseRead, id)
	if err != nil {
		h.T.Fatal(err)
	}
	return p.Version
}

func end(h *stafftest.House, who string, id casework.ID) {
	h.T.Helper()
	h.Advance(time.Minute)
	err := h.Casework.Close(h.T.Context(), h.Actor(who), casework.CloseInput{Case: id, Reason: "moved_out_of_area", Note: "x", ChildTold: true, Version: version(h, who, id)})
	if err != nil {
		h.T.Fatal(err)
	}
}

func children(list []casework.Glance) (names []string) {
	for _, g := range list {
		names = append(names, g.Child)
	}
	return names
}

func seen(h *stafftest.House, who string) (last string) {
	h.T.Helper()
	h.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, seenTestSQL, []any{h.ID(who)}, &last) })
	return last
}

func TestAnOverviewShowsWhatOneMayRead(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		ctx := t.Context()
		one := take(h, "Sami", "mona")
		h.Advance(time.Minute)
		two := take(h, "Rana", "karim")
		mona, salma := h.Actor("mona"), h.Actor("salma")
		if err := h.Casework.AddTask(ctx, mona, casework.TaskInput{Case: one, Words: "Call the aunt", Due: h.Now().Add(time.Hour), Version: version(h, "mona", one)}); err != nil {
			t.Fatal(err)
		}
		h.Advance(time.Second) // so that the last entry is the last
		o, err := h.Casework.Overview(ctx, mona, 10)
		if err != nil || !slices.Equal(children(o.Open), []string{"Sami"}) || o.Open[0].Manager != h.ID("mona") || o.Open[0].Next.Words != "Call the aunt" || !o.Open[0].Due {
			t.Errorf("mona sees %+v, %v", o, err)
		}
		if len(o.Mine) != casework.MostActions || o.Mine[0].Words != "Call the aunt" || o.Mine[0].Subject != string(one) {
			t.Errorf("mona does next %+v", o.Mine)
		}
		if got := seen(h, "mona"); got != "case.list "+string(one) {
			t.Errorf("recorded as %q", got)
		}
		o, err = h.Casework.Overview(ctx, salma, 10)
		if err != nil || !slices.Equal(children(o.Open), []string{"Sami", "Rana"}) || o.Open[1].Manager != h.ID("karim") || len(o.Mine) != 0 {
			t.Errorf("salma sees %+v, %v", o, err)
		}
		both := []string{string(one), string(two)}
		slices.Sort(both)
		if got := seen(h, "salma"); got != "case.list "+strings.Join(both, " ") {
			t.Errorf("recorded as %q", got)
		}
		if _, err := h.Casework.Overview(ctx, h.Actor("huda"), 10); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("huda: %v", err)
		}
	})
}

// TestAnOverviewLeavesOutWhatHasLongEnded closes cases and has the reporter of none write.
func TestAnOverviewLeavesOutWhatHasLongEnded(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		ctx, mona := t.Context(), h.Actor("mona")
		var ids []casework.ID
		for _, child := range []string{"first", "second", "third"} {
			ids = append(ids, take(h, child, "mona"))
			end(h, "mona", ids[len(ids)-1])
		}
		for most, want := range map[int][]string{-1: {"third", "second", "first"}, 2: {"third", "second"}, 0: nil} {
			o, err := h.Casework.Overview(ctx, mona, most)
			if err != nil || !slices.Equal(children(o.Closed), want) || o.More != 3-len(want) || len(o.Open) != 0 {
				t.Errorf("at most %d: %v and %d more, %v", most, children(o.Closed), o.More, err)
			}
		}
		by, err := access.Own(access.System("test"), access.CaseRecord)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(func(ctx context.Context, tx store.Tx) error {
			_, err := task.Start(ctx, tx, by, task.Input{Subject: string(ids[0]), Kind: task.ReadReply, Owner: h.ID("mona"), Due: h.Now()})
			return err
		})
		o, err := h.Casework.Overview(ctx, mona, 1)
		if err != nil || !slices.Equal(children(o.Closed), []string{"first"}) || len(o.Mine) != 1 {
			t.Errorf("where something waits: %v, %+v, %v", children(o.Closed), o.Mine, err)
		}
	})
}

func TestAHeadOpensNoMoreThanItNeeds(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		id, ctx := take(h, "Sami", "mona"), t.Context()
		p, err := h.Casework.Head(ctx, h.Actor("mona"), access.CaseClose, id)
		if err != nil || p.Child != "Sami" || p.Manager != h.ID("mona") || len(p.Tasks) == 0 || len(p.Timeline) != 0 || len(p.Contacts) != 0 {
			t.Errorf("opened %+v, %v", p, err)
		}
		if got := seen(h, "mona"); got != "case.close "+string(id) {
			t.Errorf("recorded as %q", got)
		}
		for who, want := range map[string]fault.Kind{"salma": fault.Forbidden, "karim": fault.Withheld, "nour": fault.Withheld} {
			if _, err := h.Casework.Head(ctx, h.Actor(who), access.CaseRecord, id); fault.KindOf(err) != want {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}
