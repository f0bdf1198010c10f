package desk

import (
	"context"
	"embed"
	"errors"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/contact"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/notice"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Path is where the queue is.
const Path = "/desk"

// Config is what the pages need besides the site. Every field is needed.
type Config struct {
	Store    *store.Store
	Pack     *jurisdiction.Pack
	Triage   *triage.Room
	Mailbox  *mailbox.Room
	Contact  *contact.Room
	Casework *casework.Room
	Join     *join.Room
	Notice   *notice.Room
	// Name is what colleagues call a user; empty when there is none of that id.
	Name func(ctx context.Context, user string) string
	// Partner is what the partner is called that handed a report in; empty for one that came in otherwise. nil knows of none.
	Partner func(ctx context.Context, report string) string
	// Campaign is what the campaign of a code is called; empty when there is none. nil knows of none.
	Campaign func(ctx context.Context, code string) string
}

// a desk answers requests. It keeps nothing between two of them.
type desk struct {
	Config
	site *staff.Site
}

// Add adds the duty desk to the site: its templates, its place in the menu, its pages.
func Add(site *staff.Site, c Config) error {
	if c.Store == nil || c.Pack == nil || c.Triage == nil || c.Mailbox == nil || c.Contact == nil || c.Casework == nil || c.Join == nil || c.Notice == nil || c.Name == nil {
		return errors.New("the duty desk lacks a part of its configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	d := &desk{c, site}
	site.AddPlace(staff.Place{Text: "desk.place", Href: Path, Action: access.ReportList, Count: d.pressing, CountWords: "desk.pressing", Most: mostPressing, MostWords: "desk.pressing_most"})
	site.Handle("GET "+Path, d.queue)
	site.Handle("POST /desk/filters", d.keepFilter)
	site.Handle("POST /desk/filters/drop", d.dropFilter)
	site.Handle("GET /desk/note", d.askNote)
	site.Handle("POST /desk/note", d.writeNote)
	site.Handle("GET "+burstPath, d.burst)
	site.Handle("POST "+burstPath, d.bulk)
	site.Handle("POST "+burstPath+"/undo", d.undoBulk)
	handle := func(pattern string, h func(*staff.Visit) error) { site.Handle(pattern, genuine(h)) }
	handle("GET /desk/{report}", d.read)
	handle("POST /desk/{report}/claim", d.claim)
	handle("POST /desk/{report}/release", d.release)
	handle("GET /desk/{report}/hand", d.askHand)
	handle("POST /desk/{report}/hand", d.hand)
	handle("POST /desk/{report}/decide", d.decide)
	handle("POST /desk/{report}/child", d.childKnown)
	handle("POST /desk/{report}/content", d.contentAlone)
	handle("POST /desk/{report}/check", d.answerCheck)
	handle("GET /desk/{report}/facts", d.facts)
	handle("POST /desk/{report}/facts", d.amend)
	handle("POST /desk/{report}/hold", d.hold)
	handle("POST /desk/{report}/go-on", d.goOn)
	handle("POST /desk/{report}/reached", d.reached)
	handle("POST /desk/{report}/reply", d.reply)
	handle("POST /desk/{report}/read", d.markRead)
	handle("GET /desk/{report}/conflict", d.conflict)
	handle("POST /desk/{report}/conflict", d.declare)
	handle("GET /desk/{report}/join/{into}", d.askJoin)
	handle("POST /desk/{report}/join/{into}", d.join)
	handle("POST /desk/{report}/undo-join", d.undoJoin)
	handle("GET /desk/{report}/split", d.askSplit)
	handle("POST /desk/{report}/split", d.split)
	handle("POST /desk/{report}/undo-split", d.undoSplit)
	handle("GET /desk/{report}/outcome", d.outcomes)
	handle("GET /desk/{report}/outcome/{outcome}", d.outcome)
	handle("POST /desk/{report}/outcome/{outcome}", d.finish)
	handle("GET /desk/{report}/outcome/opened_case", d.newCase)
	handle("POST /desk/{report}/outcome/opened_case", d.openCase)
	return nil
}

// mostPressing is how far the menu counts what presses.
const mostPressing = 100

// pressing counts the reports that somebody should look at now: those at P1 that nobody has, and those of the actor in which a
// reply waits to be read. It is more than mostPressing when there are more.
func (d *desk) pressing(ctx context.Context, actor access.Actor) (n int, err error) {
	err = d.Store.Read(ctx, func(tx store.Tx) error {
		if n, err = d.Triage.Pressing(ctx, tx, actor, mostPressing+1); err != nil {
			return err
		}
		unread, err := mailbox.UnreadHeld(ctx, tx, actor, access.ReportRead, access.Claimant)
		n = min(n+len(unread), mostPressing+1)
		return err
	})
	return n, err
}

// genuine answers an address that cannot be a report's as one that is not there.
func genuine(h func(*staff.Visit) error) func(*staff.Visit) error {
	return func(v *staff.Visit) error {
		if ident.Check(string(id(v))) != nil {
			return fault.New(fault.Withheld, fault.CodeWithheld)
		}
		return h(v)
	}
}

// id is the report that the address names.
func id(v *staff.Visit) report.ID { return report.ID(v.R.PathValue("report")) }

// href is the address of a report's page, or of what lies below it.
func href(r report.ID, below string) string { return Path + "/" + string(r) + below }
