package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"amparo/client"
	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/submission"
	"amparo/test/visitor"
)

// TestAPartnersReportsReachTheDesk hands reports in by the client: they are triaged, the desk is told whose they are, and a receipt opens the mailbox.
func TestAPartnersReportsReachTheDesk(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		a, heard := opened(t, plain(t, d))
		stop := serve(t, a)
		public, desk := a.Addresses()
		key, err := a.rooms.people.AddPartnerKey(t.Context(), access.Console, identity.AddPartnerKeyInput{Partner: "harbour", Name: "Harbour Hotline"})
		must(t, err)
		c, err := client.New(desk, key.Key)
		must(t, err)
		in := client.Report{Key: "one", Instrument: "professional", Language: "en", Answers: map[string][]string{"danger": {"yes"}, "words": {"a-canary"}}}
		one, err := c.Report(t.Context(), in)
		must(t, err)
		const many = 30
		reports := make(chan client.Report, many+1)
		for i := range many {
			reports <- client.Report{Key: fmt.Sprint(i), Instrument: "worried", Language: "en", Answers: map[string][]string{"words": {"a-canary"}}}
		}
		reports <- in // it was taken before
		ended := make(chan error, 1)
		go func() { ended <- handIn(t.Context(), c, reports, many) }()
		queue := a.await(t, many+1)
		first := queue[0]
		if first.ID != report.ID(one.Reference) || first.Channel != submission.API || first.Instrument != "professional" {
			t.Errorf("the first that came in is %+v", first)
		}
		if name := a.partnerOf(a.handed(t))(t.Context(), one.Reference); name != "Harbour Hotline" {
			t.Errorf("the desk is told that it came from %q", name)
		}
		status, err := c.Status(t.Context(), one.Reference)
		if err != nil || status.Progress != "received" || status.Reference != one.Reference {
			t.Errorf("%+v %v", status, err)
		}
		v := visitor.New(public)
		defer v.Close()
		box, err := v.Post(t.Context(), url.Values{"step": {"open"}, "code": {one.Receipt.Digits}})
		if err != nil || box.Status != http.StatusOK || box.Step() != "add" {
			t.Errorf("the receipt opens %d %s, %v", box.Status, box.Step(), err)
		}
		must(t, <-ended)
		must(t, stop())
		if said := heard.String(); strings.Contains(said, "canary") || strings.Contains(said, key.Key) || strings.Contains(said, `"level":"ERROR"`) {
			t.Errorf("the log says %s", said)
		}
	})
}

// handIn hands reports in until all have a result: so many that are new, and one that was taken before.
func handIn(ctx context.Context, c *client.Client, reports <-chan client.Report, many int) error {
	fresh, before := 0, 0
	for r := range c.Stream(ctx, reports) {
		switch {
		case r.Err != nil:
			return r.Err
		case r.Fresh:
			fresh++
		default:
			before++
		}
		if fresh+before > many {
			break
		}
	}
	if fresh != many || before != 1 {
		return fmt.Errorf("%d are new and %d were taken before", fresh, before)
	}
	return nil
}

// await waits until so many reports lie on desks, and gives those of the default one, as they came in.
func (a *App) await(t *testing.T, n int) (list []report.Report) {
	t.Helper()
	officer := access.Actor{Kind: access.Staff, ID: "somebody", Agency: a.pack.DeskFor(""), Roles: []access.Role{access.DutyOfficer}}
	await(t, "all reports lie on the desk", func() bool {
		look(t, a.stores.main, func(ctx context.Context, tx store.Tx) (err error) {
			list, err = report.Unresolved(ctx, tx, officer)
			return err
		})
		return len(list) >= n
	})
	return list
}

// handed is the room of what partners hand in, as the desk has it.
func (a *App) handed(t *testing.T) *submission.Room {
	t.Helper()
	return submission.New(submission.Config{Store: a.stores.main, Pack: a.pack, Key: a.key.Submissions()})
}
