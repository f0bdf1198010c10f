package desk_test

import (
	"net/http"
	"testing"
	"time"

	"amparo/internal/campaign"
	"amparo/internal/clock"
	"amparo/internal/ident"
	"amparo/internal/intake"
)

// TestWhatAReportCameBy: the campaign's name stands beside the channel, for those who may open the report, and nowhere in the list. A code
// of nothing is as no code.
func TestWhatAReportCameBy(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		ctx, room := t.Context(), campaign.New(campaign.Config{Store: l.Main, Teaching: l.Pack, Zone: l.Pack.Zone()})
		today := clock.Day(l.Now(), l.Pack.Zone())
		id, err := room.Begin(ctx, l.Actor("laila"), ident.New[string](time.Now()), campaign.Plan{Name: "Harbour spring", Purpose: "x", Signposts: []string{l.Pack.Signposts("en")[0].Code()}, Languages: []string{"en"},
			Kinds: []campaign.Kind{campaign.Street}, First: today, Last: today})
		l.must(err)
		l.must(room.Approve(ctx, l.Actor("salma"), id, 1))
		c, _, err := room.One(ctx, l.Actor("laila"), id)
		l.must(err)
		for range campaign.Least {
			l.ReportAs(intake.Told{Campaign: string(c.Code), Answers: map[string][]string{"danger": {"no"}}})
		}
		by, _ := l.ReportAs(intake.Told{Campaign: string(c.Code), Answers: map[string][]string{"danger": {"no"}}})
		none, _ := l.ReportAs(intake.Told{Answers: map[string][]string{"danger": {"no"}}})
		wrong, _ := l.ReportAs(intake.Told{Campaign: "F2F2F", Answers: map[string][]string{"danger": {"no"}}})
		b := l.SignIn("huda")
		b.Get("/desk/"+string(by)).Wants(http.StatusOK, "Came by", "Harbour spring")
		for _, other := range []string{"/desk/" + string(none), "/desk/" + string(wrong), "/desk"} {
			if p := b.Get(other).Wants(http.StatusOK); p.Has("Came by") || p.Has("Harbour spring") {
				t.Errorf("%s tells of a campaign", other)
			}
		}
		l.Advance(24 * time.Hour)
		counts, err := room.Counts(ctx, l.Actor("laila"), id)
		l.must(err)
		if counts.Reports != (campaign.Count{N: campaign.Least + 1}) {
			t.Errorf("%+v", counts.Reports)
		}
	})
}
