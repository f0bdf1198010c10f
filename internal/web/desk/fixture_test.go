package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
	"amparo/internal/web/desk"
	"amparo/internal/web/staff"
	"amparo/internal/web/staff/stafftest"
)

const (
	openedTestSQL  = `SELECT subjects FROM audit_entry WHERE action = 'sealed.open' AND actor_id = $1 ORDER BY at, id`
	refusedTestSQL = `SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1`
	entriesTestSQL = `SELECT count(*) FROM audit_entry`
	breakTestSQL   = `UPDATE assessment SET facts = reason WHERE subject = $1`
	goneTestSQL    = `UPDATE report SET instrument = 'gone' WHERE id = $1`
	casesTestSQL   = `SELECT count(*) FROM case_file`
)

// a place is a house with a duty desk.
type place struct {
	*stafftest.House
	t *testing.T
}

// each runs f on each engine, every time in a new house with a duty desk.
func each(t *testing.T, f func(t *testing.T, l *place)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		l := &place{h, t}
		l.furnish(h.Site)
		f(t, l)
	})
}

// furnish adds the desk to a site of the house.
func (l *place) furnish(site *staff.Site) {
	l.t.Helper()
	err := desk.Add(site, desk.Config{Store: l.Main, Pack: l.Pack, Triage: l.Triage, Mailbox: l.Mailbox, Contact: l.Contact, Casework: l.Casework, Join: l.Join, Notice: l.Notice, Name: l.name, Partner: l.partner,
		Campaign: func(ctx context.Context, code string) string {
			name, err := campaign.Called(ctx, l.Main, campaign.ReadCode(code))
			l.must(err)
			return name
		}})
	if err != nil {
		l.t.Fatal(err)
	}
}

// partner is who is told to have handed in every report that came in as partners' do.
func (l *place) partner(_ context.Context, id string) (name string) {
	l.Read(func(ctx context.Context, tx store.Tx) error {
		r, _, err := report.Load(ctx, tx, report.ID(id))
		if r.Channel == "partner_api" {
			name = "Harbour Hotline"
		}
		return err
	})
	return name
}

func (l *place) name(ctx context.Context, user string) string {
	u, err := l.Identity.User(ctx, access.Console, identity.UserID(user))
	if err != nil {
		return ""
	}
	return u.DisplayName
}

// The answers of three reports: a child in danger now, one who is being blackmailed, one of whom little is known.
var (
	danger  = map[string][]string{"danger": {"yes"}, "words": {"please come"}}
	pressed = map[string][]string{"danger": {"no"}, "pressure": {"demand"}, "when": {"ongoing"}, "words": {"he wants money"}}
	little  = map[string][]string{"danger": {"no"}}
)

// claimed is a report that somebody has claimed, and whose priority is confirmed when that is asked for, with what it does not leave
// triage without.
func (l *place) claimed(who string, answers map[string][]string, confirmed bool) report.ID {
	l.t.Helper()
	id := l.Report(answers)
	l.take(who, id)
	if confirmed {
		l.confirm(who, id)
	}
	return id
}

func (l *place) take(who string, id report.ID) {
	l.t.Helper()
	l.must(l.Triage.Claim(l.t.Context(), l.Actor(who), id))
}

func (l *place) confirm(who string, id report.ID) {
	l.t.Helper()
	s := l.standing(id)
	l.must(l.Triage.Decide(l.t.Context(), l.Actor(who), triage.Decision{Subject: string(id), Sequence: s.Sequence, To: s.Priority}))
	l.answer(who, id)
}

// answer answers what the report does not leave triage without.
func (l *place) answer(who string, id report.ID) {
	l.t.Helper()
	for _, item := range l.Pack.Required(string(l.standing(id).Priority), "") {
		answer := triage.AnswerNo
		if item.Answer == jurisdiction.Person {
			answer = l.ID("salma")
		}
		l.must(l.Triage.Check(l.t.Context(), l.Actor(who), triage.CheckInput{Report: id, Item: item.Code, Answer: answer}))
	}
}

func (l *place) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *place) standing(id report.ID) (s triage.Standing) {
	l.t.Helper()
	l.Read(func(ctx context.Context, tx store.Tx) (err error) {
		s, err = triage.Now(ctx, tx, string(id))
		return err
	})
	return s
}

func (l *place) report(id report.ID) (r report.Report) {
	l.t.Helper()
	l.Read(func(ctx context.Context, tx store.Tx) (err error) { r, _, err = report.Load(ctx, tx, id); return err })
	return r
}

// thread reads what was said on both sides, without leaving an entry of anybody's.
func (l *place) thread(id report.ID) (list []mailbox.Message) {
	l.t.Helper()
	by, err := access.Own(access.System("test"), access.ReportRead)
	l.must(err)
	l.must(l.Reveal.Show(l.t.Context(), by, func(v *reveal.View) error {
		list, err = l.Mailbox.Read(l.t.Context(), v, id)
		return err
	}))
	return list
}

// replies are what the reporter reads.
func (l *place) replies(receipt seal.Receipt) (list []string) {
	l.t.Helper()
	for _, r := range l.Box(receipt).Replies {
		list = append(list, r.Text)
	}
	return list
}

// opened gives the subjects of each entry that tells what somebody opened.
func (l *place) opened(who string) (list [][]string) {
	l.t.Helper()
	l.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.Each(ctx, openedTestSQL, []any{l.ID(who)}, func(scan func(...any) error) error {
			var subjects string
			err := scan(&subjects)
			list = append(list, strings.Fields(subjects))
			return err
		})
	})
	return list
}

func (l *place) count(statement string, args ...any) (n int) {
	l.t.Helper()
	l.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

func (l *place) refusals(who string) int { return l.count(refusedTestSQL, l.ID(who)) }

// told is a report in a language, with its receipt.
func (l *place) told(language string, answers map[string][]string) (report.ID, seal.Receipt) {
	l.t.Helper()
	return l.ReportAs(intake.Told{Language: language, Answers: answers})
}

func path(id report.ID, below string) string { return desk.Path + "/" + string(id) + below }

// handle is what a page calls the report.
func handle(id report.ID) string { return strings.ToUpper(string(id[len(id)-5:])) }

// rows gives the reports of the queue in the order of the page.
func rows(p stafftest.Page) (list []report.ID) {
	for _, n := range p.Find("a") {
		under := n.Parent
		for under != nil && under.Data != "tbody" {
			under = under.Parent
		}
		if under != nil {
			list = append(list, report.ID(strings.TrimPrefix(stafftest.Attr(n, "href"), desk.Path+"/")))
		}
	}
	return list
}

// field gives the element of a form by the name that it sends.
func field(p stafftest.Page, name string) *html.Node {
	for _, kind := range []string{"input", "textarea", "select"} {
		if i := slices.IndexFunc(p.Find(kind), func(n *html.Node) bool { return stafftest.Attr(n, "name") == name }); i >= 0 {
			return p.Find(kind)[i]
		}
	}
	return nil
}

// typed is what stands in a field of several lines.
func typed(p stafftest.Page, name string) string {
	n := field(p, name)
	if n == nil {
		return ""
	}
	return strings.TrimPrefix(stafftest.Content(n), "\n")
}
