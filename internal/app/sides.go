package app

import (
	"context"
	"errors"
	"net/http"

	"amparo/internal/access"
	"amparo/internal/api"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/fault"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/submission"
	"amparo/internal/web/admin"
	"amparo/internal/web/campaign"
	"amparo/internal/web/cases"
	"amparo/internal/web/desk"
	"amparo/internal/web/helpline"
	"amparo/internal/web/hotline"
	"amparo/internal/web/insight"
	"amparo/internal/web/lesson"
	"amparo/internal/web/partner"
	"amparo/internal/web/programme"
	"amparo/internal/web/reach"
	"amparo/internal/web/retention"
	"amparo/internal/web/rota"
	"amparo/internal/web/search"
	"amparo/internal/web/staff"
	"amparo/internal/web/story"
)

// staffSide makes all pages for staff, and what partners' programs speak to. stop ends in peace what would hold up the end of the program.
func (a *App) staffSide() (side http.Handler, stop func(), err error) {
	handed := submission.New(submission.Config{Store: a.stores.main, Pack: a.pack, Key: a.key.Submissions(),
		Intake: intake.New(intake.Config{Store: a.stores.main, Pepper: a.key.Pepper(), Wake: a.runner.Wake})})
	site, err := a.staffSite(handed)
	if err != nil {
		return nil, nil, err
	}
	partners, err := api.New(api.Config{Identity: a.rooms.people, Submission: handed, Pack: a.pack, Lang: a.staffWords, Log: a.log, Seen: a.numbers.Requests("partner")})
	if err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(api.Path, partners.Handler())
	mux.Handle("/", site.Handler())
	return mux, partners.Stop, nil
}

// staffSite puts every room's pages on one site, in the order in which the menu shows them.
func (a *App) staffSite(handed *submission.Room) (*staff.Site, error) {
	engine, err := a.page(a.staffWords)
	if err != nil {
		return nil, err
	}
	site, err := staff.New(staff.Config{Page: engine, Lang: a.staffWords, Reporters: a.publicWords, Identity: a.rooms.people, Log: a.log, Clock: clock.System{},
		Name: "Amparo " + a.pack.Name(a.pack.Default()), Default: a.pack.Default(), Demo: a.config.Demo, Secure: a.config.Secure(),
		Agency: a.agencyName, Qualification: a.qualificationName, Seen: a.numbers.Requests(config.Desk)})
	if err != nil {
		return nil, err
	}
	r, main := a.rooms, a.stores.main
	return site, errors.Join(
		desk.Add(site, desk.Config{Store: main, Pack: a.pack, Triage: r.triage, Mailbox: r.mailbox, Contact: r.contact, Casework: r.cases, Join: r.join, Notice: r.notice,
			Name: a.colleagueName, Partner: a.partnerOf(handed), Campaign: a.campaignName}),
		cases.Add(site, cases.Config{Store: main, Pack: a.pack, Casework: r.cases, Mailbox: r.mailbox, Contact: r.contact, Referral: r.handed, Triage: r.triage,
			Clock: clock.System{}, Name: a.colleagueName}),
		partner.Add(site, partner.Config{Store: main, Pack: a.pack, Referral: r.handed, Clock: clock.System{}, Name: a.colleagueName}),
		hotline.Add(site, hotline.Config{Pack: a.pack, Notice: r.notice, Clock: clock.System{}, Name: a.colleagueName}),
		search.Add(site, search.Config{Join: r.join, Pack: a.pack}),
		helpline.Add(site, helpline.Config{Helpline: a.calls, Promise: a.promise, Pack: a.pack, Clock: clock.System{}}),
		rota.Add(site, rota.Config{Rota: r.rota, Pack: a.pack, Clock: clock.System{}}),
		admin.Add(site, admin.Config{Identity: r.people, Store: main, Pack: a.pack, Triage: r.triage, Clock: clock.System{},
			Name: a.colleagueName, KeysCopied: a.vault.Exported}),
		reach.Add(site, reach.Config{Pack: a.pack, Reach: r.reach(main), Words: a.publicWords}),
		campaign.Add(site, campaign.Config{Campaign: r.campaign, Pack: a.pack, Clock: clock.System{}, Words: a.publicWords, Address: a.door, Name: a.colleagueName}),
		programme.Add(site, programme.Config{Programme: r.programme, Pack: a.pack, Clock: clock.System{}, Words: a.publicWords, Address: a.door, Name: a.colleagueName}),
		retention.Add(site, retention.Config{Retention: r.retention, Pack: a.pack, Name: a.colleagueName}),
		story.Add(site, story.Config{Story: r.story, Pack: a.pack, Clock: clock.System{}, Words: a.publicWords, Name: a.colleagueName, Colleagues: a.storyColleagues}),
		lesson.Add(site, lesson.Config{Lesson: r.lesson, Pack: a.pack, Clock: clock.System{}, Words: a.publicWords, Name: a.colleagueName}),
		insight.Add(site, insight.Config{Pack: a.pack, Insight: r.insight(main), Name: a.colleagueName, Door: a.doorState}),
	)
}

func (a *App) agencyName(code, tag string) string {
	agency, _ := a.pack.Agency(code, tag)
	return agency.Name
}

func (a *App) qualificationName(code, tag string) string {
	return a.pack.Word("qualification", code, tag)
}

// colleagueName is what a user is called; empty when nobody has the id.
func (a *App) colleagueName(ctx context.Context, user string) string {
	u, err := a.rooms.people.User(ctx, access.Console, identity.UserID(user))
	if err != nil && fault.KindOf(err) != fault.Withheld {
		a.log.Warn("a colleague's name cannot be read", "user", user, "cause", err.Error())
	}
	return u.DisplayName
}

// partnerOf gives what the partner is called that handed a report in.
func (a *App) partnerOf(handed *submission.Room) func(ctx context.Context, report string) string {
	return func(ctx context.Context, report string) string {
		name, code, err := "", "", error(nil)
		if code, err = handed.From(ctx, intake.ReportID(report)); err == nil && code != "" {
			name, err = a.rooms.people.PartnerName(ctx, identity.PartnerID(code))
		}
		if err != nil {
			a.log.Warn("the partner of a report cannot be read", "report", report, "cause", err.Error())
		}
		return name
	}
}
