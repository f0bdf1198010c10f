package cli

import (
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"amparo/internal/access"
	"amparo/internal/app"
	"amparo/internal/config"
	"amparo/internal/identity"
)

// partner are the commands about organizations outside whose programs hand in reports.
type partner struct {
	Key struct {
		Add    partnerKeyAdd    `cmd:"" help:"Make a key for a partner, and print it. It is shown once."`
		List   partnerKeyList   `cmd:"" help:"List partners and what may be known of their keys."`
		Revoke partnerKeyRevoke `cmd:"" help:"Let a key open nothing any more, at once."`
	} `cmd:"" help:"The keys by which partners' programs are known."`
}

type partnerKeyAdd struct {
	config.Data
	Partner string `arg:"" help:"The partner's code: a to z, 0 to 9 and hyphen. The same code again is another key of the same partner."`
	Name    string `help:"What colleagues call the partner; needed with its first key, and the same or left out after that."`
	Expires string `help:"The last day on which it opens, UTC, as in 2027-01-31; a year from now without it."`
	JSON    bool   `name:"json" help:"Tell it as JSON."`
}

// addedKey is what a new key is told as.
type addedKey struct {
	ID      identity.PartnerKeyID `json:"id"`
	Partner string                `json:"partner"`
	Key     string                `json:"key"`
	Expires time.Time             `json:"expires"`
}

// Run makes the key.
func (c *partnerKeyAdd) Run(ctx context.Context, t *terminal) error {
	expires, err := day(c.Expires, time.Time{})
	if err != nil {
		return err
	}
	if !expires.IsZero() {
		expires = expires.AddDate(0, 0, 1)
	}
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		added, err := people.AddPartnerKey(ctx, access.Console, identity.AddPartnerKeyInput{Partner: identity.PartnerID(c.Partner), Name: c.Name, Expires: expires})
		if err != nil {
			return err
		}
		return t.say(c.JSON, addedKey{added.ID, c.Partner, added.Key, added.ExpiresAt},
			"%s: %s\nThis is key %s. It is shown once; it belongs in a file or a store for secrets. It ends on %s.", c.Partner, added.Key, added.ID,
			lastDay(added.ExpiresAt))
	})
}

type partnerKeyList struct {
	config.Data
	JSON bool `name:"json" help:"Tell it as JSON."`
}

// listedKey is one key as JSON has it.
type listedKey struct {
	ID      identity.PartnerKeyID `json:"id"`
	Partner identity.PartnerID    `json:"partner"`
	Name    string                `json:"name"`
	State   string                `json:"state"` // in_force, ended or revoked
	Expires time.Time             `json:"expires"`
	UsedOn  string                `json:"used_on,omitempty"`
}

// Run prints every key.
func (c *partnerKeyList) Run(ctx context.Context, t *terminal) error {
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		partners, err := people.Partners(ctx, access.Console)
		if err != nil {
			return err
		}
		list := []listedKey{}
		for _, p := range partners {
			for _, k := range p.Keys {
				list = append(list, listedKey{k.ID, p.ID, p.Name, string(k.State(time.Now())), k.ExpiresAt, k.UsedOn})
			}
		}
		if c.JSON {
			return t.json(list)
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for _, k := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\tends %s\tlast used %s\n", k.ID, k.Partner, k.Name, k.State, lastDay(k.Expires), cmp.Or(k.UsedOn, "never"))
		}
		return w.Flush()
	})
}

// lastDay is the last day of what ends at an instant, which may be the first of the next day.
func lastDay(end time.Time) string { return end.Add(-time.Microsecond).UTC().Format(time.DateOnly) }

type partnerKeyRevoke struct {
	config.Data
	ID   string `arg:"" help:"The id of the key, as the list has it; not the key itself."`
	JSON bool   `name:"json" help:"Tell it as JSON."`
}

// Run revokes the key.
func (c *partnerKeyRevoke) Run(ctx context.Context, t *terminal) error {
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		if err := people.RevokePartnerKey(ctx, access.Console, identity.PartnerKeyID(c.ID)); err != nil {
			return err
		}
		return t.say(c.JSON, done{c.ID, "revoke"}, "%s opens nothing any more", c.ID)
	})
}
