package app

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/store"
)

// came counts a report that came by a campaign.
func (r *rooms) came(ctx context.Context, tx store.Tx, by access.Proof, code string) error {
	return campaign.Came(ctx, tx, by, campaign.ReadCode(code), r.pack.Zone())
}

// campaignName is what the campaign of a code is called; empty when there is none.
func (a *App) campaignName(ctx context.Context, code string) string {
	name, err := campaign.Called(ctx, a.stores.main, campaign.ReadCode(code))
	if err != nil {
		a.log.Warn("the campaign of a report cannot be read", "cause", err.Error())
	}
	return name
}
