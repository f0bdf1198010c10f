package cases

import (
	"context"
	"net/http"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/mailbox"
	"amparo/internal/page"
	"amparo/internal/store"
	"amparo/internal/web/staff"
)

// recent is how many closed cases the list shows unless all are asked for.
const recent = 10

// A listView is all cases that somebody may read.
type listView struct {
	Mine, Open, Closed page.Table
	More               int // closed cases that are not shown
}

// list shows the cases that the actor may read.
func (s *pages) list(v *staff.Visit) error {
	most := recent
	if v.R.URL.Query().Get("closed") == "all" {
		most = -1
	}
	o, err := s.Casework.Overview(v.Context(), v.Actor, most)
	if err != nil {
		return err
	}
	unread, err := s.unread(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	data := listView{Mine: s.mine(v, o), Open: s.openTable(v, o.Open, unread), Closed: s.closed(v, o.Closed, unread), More: o.More}
	return v.Render(http.StatusOK, "cases_list", v.Frame(v.T("cases.place")), data)
}

// unread counts what reporters said and nobody has read, by case.
func (s *pages) unread(ctx context.Context, actor access.Actor) (n map[string]int, err error) {
	err = s.Store.Read(ctx, func(tx store.Tx) (err error) { n, err = mailbox.Unread(ctx, tx, actor); return err })
	return n, err
}

func columns(v *staff.Visit, ids ...string) []page.Column {
	list := make([]page.Column, len(ids))
	for i, id := range ids {
		list[i].Text = v.T(id)
	}
	return list
}

// mine is what the actor has to do next, in whichever case.
func (s *pages) mine(v *staff.Visit, o casework.Overview) page.Table {
	t := page.Table{Caption: v.T("cases.mine"), Columns: columns(v, "cases.to_do", "cases.due", "cases.case")}
	child := map[string]string{}
	for _, g := range slices.Concat(o.Open, o.Closed) {
		child[string(g.ID)] = g.Child
	}
	for _, step := range o.Mine {
		id := casework.ID(step.Subject)
		t.Rows = append(t.Rows, []page.Cell{{Text: what(v, step), Href: pathOf(id)}, s.clock(v, step),
			{Text: staff.Shown(child[step.Subject]), Note: number(id)}})
	}
	return t
}

// clock is the time by which something must be done.
func (s *pages) clock(v *staff.Visit, step casework.Step) page.Cell {
	return page.Cell{Tag: s.late(v, step.Task), When: step.Due}
}

// openTable is the table of open cases.
func (s *pages) openTable(v *staff.Visit, list []casework.Glance, unread map[string]int) page.Table {
	t := page.Table{Caption: v.T("cases.open"), Columns: columns(v, "cases.priority", "cases.case", "cases.next", "cases.due",
		"cases.manager", "cases.new", "cases.where")}
	n := s.names(v)
	for _, g := range list {
		next, due := page.Cell{Tag: &page.Tag{Text: v.T("cases.no_next"), Tone: "soon"}}, page.Cell{}
		if g.Due {
			next, due = page.Cell{Text: what(v, g.Next)}, s.clock(v, g.Next)
		}
		urgent := v.Priority(s.Pack, g.Priority)
		t.Rows = append(t.Rows, []page.Cell{{Tag: &urgent}, named(g), next, due, answers(v, n, g), fresh(v, unread[string(g.ID)]),
			{Text: s.area(v, g.Area), Note: staff.Tongue(s.Pack, g.Language)}})
	}
	return t
}

// answers is who answers for an open case, and how: nobody who is there, a supervisor who holds it, or its case manager.
func answers(v *staff.Visit, n *names, g casework.Glance) page.Cell {
	return page.Cell{Text: n.of(g.Manager), Tag: answering(v, g.Orphan, g.Held)}
}

// answering says that a case has no case manager who is there, or that a supervisor holds it; nil when neither is so.
func answering(v *staff.Visit, orphan bool, held time.Time) *page.Tag {
	switch {
	case orphan:
		return &page.Tag{Text: v.T("cases.orphan"), Tone: "urgent"}
	case !held.IsZero():
		return &page.Tag{Text: v.T("cases.held_by"), Tone: "soon"}
	}
	return nil
}

// named is a case by what the child is called, and its number.
func named(g casework.Glance) page.Cell {
	return page.Cell{Text: staff.Shown(g.Child), Href: pathOf(g.ID), Note: number(g.ID)}
}

// fresh says how many new replies there are; nothing when there is none.
func fresh(v *staff.Visit, n int) page.Cell {
	if n == 0 {
		return page.Cell{}
	}
	return page.Cell{Tag: &page.Tag{Text: v.Words.N("cases.new_replies", n), Tone: "calm"}}
}

// closed is the table of closed cases.
func (s *pages) closed(v *staff.Visit, list []casework.Glance, unread map[string]int) page.Table {
	t := page.Table{Caption: v.T("cases.closed"), Columns: columns(v, "cases.case", "cases.closed_at", "cases.reason", "cases.manager", "cases.new")}
	n := s.names(v)
	for _, g := range list {
		t.Rows = append(t.Rows, []page.Cell{named(g), {When: g.Closed},
			{Text: s.word(v, "closure_reason", g.ClosureReason)}, {Text: n.of(g.Manager)}, fresh(v, unread[string(g.ID)])})
	}
	return t
}
