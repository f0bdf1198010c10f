package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/ident"
	"amparo/internal/signpost"
)

// campaignDays is how long the made-up campaign goes on after now.
const campaignDays = 60

// cameBy are the lists of questions of those matters that are told to have come by it.
var cameBy = []string{"under_13", "about_me"}

// runCampaign has the supervisor write a campaign for young people and the service lead approve it. It gives its code.
func (h House) runCampaign(ctx context.Context, all crew, begin, now time.Time) (campaign.Campaign, error) {
	desk := h.Pack.DeskFor("")
	writer, lead := all.at(desk, access.Supervisor).Actor(), all.at(desk, access.ServiceLead).Actor()
	p := campaign.Plan{Name: "Someone to tell", Purpose: "Young people meet the way to help where they play and learn.", Languages: h.Pack.StaffLanguages(),
		Kinds: []campaign.Kind{campaign.Platform, campaign.School}, First: clock.Day(begin, h.Pack.Zone()), Last: clock.Day(now.AddDate(0, 0, campaignDays), h.Pack.Zone())}
	for _, one := range h.Pack.Signposts(h.Pack.Default()) {
		if slices.Contains([]education.Audience{education.Age10To12, education.Age13To15}, one.Audience) {
			p.Signposts = append(p.Signposts, one.Code())
		}
	}
	id, err := h.Campaign.Begin(ctx, writer, ident.New[string](begin), p)
	if err == nil {
		err = h.Campaign.Approve(ctx, lead, id, 1)
	}
	if err != nil {
		return campaign.Campaign{}, fmt.Errorf("the made-up campaign: %w", err)
	}
	c, _, err := h.Campaign.One(ctx, lead, id)
	return c, err
}

// serve counts what would have been served of a campaign on each day until now: more on some, and little of one signpost.
func (h House) serve(ctx context.Context, c campaign.Campaign, begin, now time.Time) error {
	at := begin
	room := signpost.New(signpost.Config{Store: h.Store, Clock: clock.Func(func() time.Time { return at }), Zone: h.Pack.Zone()})
	for n := 0; at.Before(now); n++ {
		for i, code := range c.Signposts {
			for j, tag := range c.Languages {
				for range (n*7+i*5+j*3)%23 + 1 - min(i, 3)*2 {
					room.Count(code, tag, string(c.Code))
				}
			}
		}
		room.Wait()
		at = at.AddDate(0, 0, 1)
	}
	room.Wait()
	return room.Flush(ctx)
}
