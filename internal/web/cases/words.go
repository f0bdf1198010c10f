package cases

import (
	"context"
	"strings"

	"amparo/internal/casework"
	"amparo/internal/page"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// names are what colleagues are called, each looked up once for a page.
type names struct {
	ctx   context.Context
	look  func(ctx context.Context, user string) string
	known map[string]string
}

func (s *pages) names(v *staff.Visit) *names { return &names{v.Context(), s.Name, map[string]string{}} }

// of is what a colleague is called; empty for nobody.
func (n *names) of(user string) string {
	if user == "" {
		return ""
	}
	name, ok := n.known[user]
	if !ok {
		name = n.look(n.ctx, user)
		n.known[user] = name
	}
	return name
}

// word is what the country calls a code of a list.
func (s *pages) word(v *staff.Visit, list, code string) string {
	return s.Pack.Word(list, code, v.Words.Tag())
}

// area is what the country calls an area, or that none is known.
func (s *pages) area(v *staff.Visit, code string) string {
	if code == "" {
		return v.T("cases.no_area")
	}
	return v.Area(s.Pack, code)
}

// what says what is to be done, in the words of whoever planned it or by its kind.
func what(v *staff.Visit, step casework.Step) string {
	switch {
	case step.Words == "":
		return v.T("task." + string(step.Kind))
	case follows(step.Kind) || step.Kind == task.ReadAnswer:
		return v.T("task."+string(step.Kind)) + ": " + staff.Shown(step.Words)
	}
	return staff.Shown(step.Words)
}

// soon is the part of its time, in percent, after which a task is said to be due soon.
const soon = 75

// late says that a task is overdue or will be soon; nil when there is time.
func (s *pages) late(v *staff.Visit, t task.Task) *page.Tag {
	now := s.Clock.Now()
	switch {
	case t.Paused(now): // it stands still, and says so
	case t.Overdue(now):
		return &page.Tag{Text: v.T("cases.overdue"), Tone: "urgent"}
	case t.Urgency(now) >= soon:
		return &page.Tag{Text: v.T("cases.due_soon"), Tone: "soon"}
	}
	return nil
}

// timeline says everything that happened, the latest first.
func (s *pages) timeline(v *staff.Visit, n *names, p casework.Page) []staff.Event {
	list := make([]staff.Event, 0, len(p.Timeline))
	for i := len(p.Timeline) - 1; i >= 0; i-- {
		list = append(list, s.event(v, n, p, p.Timeline[i]))
	}
	return list
}

// event says what happened once.
func (s *pages) event(v *staff.Visit, n *names, p casework.Page, e casework.Event) staff.Event {
	out := staff.Event{When: e.At, By: n.of(e.By)}
	switch e.Kind {
	case casework.Assigned:
		out.Title = v.T("cases.event_assigned", "From", n.of(e.Said["from"]), "To", n.of(e.Said["to"]))
	case casework.Declared:
		out.Title = v.T("cases.event_declared", "Name", n.of(e.Said["user"]))
	case casework.Contacted:
		out.Title = v.T("cases.event_contact")
		for _, c := range p.Contacts {
			if c.ID == e.Said["contact"] {
				out.Wrote("", s.contact(v, c))
				out.Tag = safe(v, c.Safe)
			}
		}
	case casework.Planned, casework.Finished, casework.Held, casework.WentOn:
		out.Title = v.T("cases.event_" + string(e.Kind))
		for _, step := range p.Tasks {
			if string(step.ID) == e.Said["task"] {
				out.Wrote("", what(v, step))
			}
		}
		if e.Kind == casework.Held {
			s.held(v, &out, e)
		}
	default:
		out.Title = v.T("cases.event_" + string(e.Kind))
	}
	out.Wrote("", e.Said["note"])
	out.Wrote(v.T("cases.told_child"), e.Said["told"])
	out.Wrote(v.T("cases.next_contact"), e.Said["next"])
	out.Wrote(v.T("cases.open_risks"), e.Said["risks"])
	out.Wrote(v.T("cases.hold_why"), e.Said["hold"])
	out.Wrote(v.T("cases.overrule_why"), e.Said["overrule"])
	if to := e.Said["priority"]; to != "" {
		out.Wrote("", v.T("cases.urged", "From", s.word(v, "priority", e.Said["was"]), "To", s.word(v, "priority", to)))
	}
	if e.Kind == casework.Ended {
		s.ended(v, &out, e)
	}
	return out
}

// ended says how a case was closed.
func (s *pages) ended(v *staff.Visit, out *staff.Event, e casework.Event) {
	out.Tag = &page.Tag{Text: s.word(v, "closure_reason", e.Said["reason"]), Tone: "quiet"}
	if e.Said["child_told"] == "yes" {
		out.Parts = append(out.Parts, staff.Part{Label: v.T("cases.child_told")})
	}
	out.Wrote(v.T("cases.child_not_told"), e.Said["child_told_why"])
	out.Wrote(v.T("cases.overridden"), e.Said["override"])
}

// contact says a try to reach somebody in one line.
func (s *pages) contact(v *staff.Visit, c casework.Contact) string {
	return strings.Join([]string{s.word(v, "contact_mode", c.Mode), s.word(v, "contact_person", c.Person), s.word(v, "contact_outcome", c.Outcome)}, " · ")
}

// safe says whether a contact was safe.
func safe(v *staff.Visit, answer casework.Safe) *page.Tag {
	tone := map[casework.Safe]string{casework.SafeYes: "good", casework.SafeNo: "urgent"}[answer]
	return &page.Tag{Text: v.T("cases.safe_" + string(answer)), Tone: tone}
}

// contacts is the contact log, the latest first.
func (s *pages) contacts(v *staff.Visit, n *names, p casework.Page) []staff.Event {
	list := make([]staff.Event, 0, len(p.Contacts))
	for i := len(p.Contacts) - 1; i >= 0; i-- {
		c := p.Contacts[i]
		e := staff.Event{When: c.At, By: n.of(c.By), Title: s.contact(v, c), Tag: safe(v, c.Safe)}
		e.Wrote("", c.Note)
		list = append(list, e)
	}
	return list
}
