package front

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"amparo/internal/campaign"
	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/shelf"
	"amparo/internal/signpost"
	"amparo/internal/store"
	"amparo/internal/tale"
	"amparo/internal/vault/seal"
	"amparo/internal/web/public"
)

// Parts are what the public side is made of.
type Parts struct {
	Pack  *jurisdiction.Pack
	Words *lang.Catalog // in the languages that the pack offers reporters
	Store *store.Store  // of the matters
	Key   *seal.PublicKey
	Wake  func() // is called after a commit that enqueued a job; nil does nothing
	Log   *slog.Logger
	Demo  bool
	// Address is where people reach the public side; empty where nobody has said so.
	Address string
	// Seen hears of every request, by its route; nil hears nothing.
	Seen func(route string, status int, took time.Duration)
}

// Pages makes all pages for whoever reports.
func Pages(p Parts) (http.Handler, error) {
	form, err := p.Key.Form()
	if err != nil {
		return nil, err
	}
	engine, err := page.New(p.Words, page.Config{Zone: p.Pack.Zone()})
	if err != nil {
		return nil, err
	}
	signs := signpost.New(signpost.Config{Store: p.Store, Clock: clock.System{}, Zone: p.Pack.Zone(), Failed: func(err error) {
		p.Log.Warn("signposts that were served cannot be counted now", "cause", err.Error())
	}})
	book := campaign.NewBook(campaign.BookConfig{Store: p.Store, Clock: clock.System{}, Zone: p.Pack.Zone(), Failed: func(err error) {
		p.Log.Warn("the campaigns that run cannot be read now", "cause", err.Error())
	}})
	runs := func(ctx context.Context, text string) string { return string(book.Running(ctx, text)) }
	texts := shelf.New(shelf.Config{Store: p.Store, Clock: clock.System{}, Pack: p.Pack.Education(), Failed: func(err error) {
		p.Log.Warn("what was published at the desk to be read cannot be had now", "cause", err.Error())
	}})
	return public.New(public.Config{Library: texts.Look,
		Signs: signs, Campaign: runs, Address: p.Address, Page: engine, Lang: p.Words, Pack: p.Pack, Rules: p.Rules(), Form: form,
		Intake: intake.New(intake.Config{Store: p.Store, Pepper: p.Key.Pepper(), Wake: p.Wake}), Log: p.Log, Clock: clock.System{}, Demo: p.Demo, Seen: p.Seen,
		Tale: tale.New(p.Store, clock.System{})})
}

// rulesTime is how long the rules in use are waited for.
const rulesTime = 2 * time.Second

// Rules gives the rule set in use, by which promises are fitted to what was told; the pack's when it cannot be had soon.
func (p Parts) Rules() func(ctx context.Context) *ruleset.Set {
	book := rulebook.New(p.Store, p.Pack.RuleSet())
	return func(ctx context.Context) *ruleset.Set {
		ctx, stop := context.WithTimeout(ctx, rulesTime)
		defer stop()
		set, err := book.Now(ctx)
		if err != nil {
			p.Log.Warn("the rules in use cannot be read; the public side goes by the pack's", "cause", err.Error())
			return p.Pack.RuleSet()
		}
		return set
	}
}
