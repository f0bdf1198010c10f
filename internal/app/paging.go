package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/jobs"
	"amparo/internal/notify"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// A paging is the payload of noticePage. While one about a report waits, there is no other.
type paging struct {
	Report string   `json:"report"`
	Round  int      `json:"round"`           // from 1
	Paged  []string `json:"paged,omitempty"` // users of the rota that were paged since supervisors were last, or since the beginning
}

// The rounds of paging where nobody is on duty or on call by a rota.
const (
	pagePause      = 5 * time.Minute // after the first round; each further pause is so much longer
	longestPause   = time.Hour
	supervisedFrom = 3 // the round from which on supervisors are paged, too
)

// mostPaged is how many of a rota are paged, one after another, before supervisors are. A job cannot carry more than some.
const mostPaged = 30

// arrived has a desk paged when what has just come to it is most urgent.
func (n *notices) arrived(ctx context.Context, tx store.Tx, report string) error {
	now, err := triage.Now(ctx, tx, report)
	if err != nil || !now.Priority.Wakes() || n.sender == nil {
		return err
	}
	return n.enqueue(ctx, tx, paging{Report: report, Round: 1}, tx.Now)
}

// watch has the desk paged for every report that is most urgent and that nobody has: one that was raised or put back since it
// came, too. Where pages are on their way it changes nothing.
func (n *notices) watch(ctx context.Context, tx store.Tx) error {
	if n.sender == nil {
		return nil
	}
	list, err := triage.ToBePaged(ctx, tx)
	for _, report := range list {
		if err := n.enqueue(ctx, tx, paging{Report: string(report), Round: 1}, tx.Now); err != nil {
			return err
		}
	}
	return err
}

func (n *notices) enqueue(ctx context.Context, tx store.Tx, p paging, at time.Time) error {
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: noticePage, Key: string(noticePage) + ":" + p.Report, Payload: p, At: at})
}

// page is the work of noticePage: one step of paging, and the next one later, until somebody has claimed the report.
func (n *notices) page(ctx context.Context, tx store.Tx, payload json.RawMessage) error {
	var p paging
	if err := json.Unmarshal(payload, &p); err != nil {
		return err
	}
	t, waits, err := n.open(ctx, tx, p.Report, triage.TaskStart)
	if err != nil || !waits {
		return err
	}
	c, err := n.called(ctx, tx, t)
	if err != nil {
		return err
	}
	to, next, pause := c.step(p, n.answer)
	if err := n.post(ctx, tx, t, notify.Urgent, to); err != nil {
		return err
	}
	return n.enqueue(ctx, tx, next, tx.Now.Add(pause))
}

// A call is who can be paged for a report; nobody is in it who must not know of the report.
type call struct {
	everybody   []identity.User // of the desks that have nobody on duty or on call
	ladder      []identity.User // of the others: who is on duty, then who is on call
	supervisors []identity.User
}

// called finds who can be paged. The desk that the task lies at comes before others that were given the report.
func (n *notices) called(ctx context.Context, tx store.Tx, t task.Task) (c call, err error) {
	all, err := n.near(ctx, tx, t.Subject)
	if err != nil {
		return c, err
	}
	instead, err := standIns(ctx, tx)
	if err != nil {
		return c, err
	}
	var later []identity.User
	for _, desk := range desks(t, all) {
		b, err := n.rota.Duty(ctx, tx, desk, tx.Now)
		if err != nil {
			return c, err
		}
		on, call := among(all, b.AtDesk), among(all, b.OnCall)
		if len(on)+len(call) == 0 {
			c.everybody = append(c.everybody, there(of(desk, having(all, access.DutyOfficer)), instead)...)
		}
		c.ladder, later = append(c.ladder, on...), append(later, call...)
	}
	c.ladder = append(c.ladder, later...)
	if c.supervisors = having(all, access.Supervisor); len(c.supervisors) == 0 {
		c.supervisors = having(all, access.ServiceLead)
	}
	c.supervisors = there(c.supervisors, instead)
	return c, nil
}

// step gives who is paged now, the step after it, and the pause until then. By a rota it is one person after another, then
// supervisors, and again from the beginning. Where nobody is on duty or on call it is everybody at once, in every step.
func (c call) step(p paging, answer time.Duration) (to []identity.User, next paging, pause time.Duration) {
	next = paging{Report: p.Report, Round: p.Round + 1}
	to = slices.Clone(c.everybody)
	if len(c.ladder) == 0 {
		if p.Round >= supervisedFrom {
			to = append(to, c.supervisors...)
		}
		return to, next, min(longestPause, time.Duration(p.Round)*pagePause)
	}
	i := slices.IndexFunc(c.ladder, func(u identity.User) bool { return !slices.Contains(p.Paged, string(u.ID)) })
	if i < 0 || len(p.Paged) >= mostPaged {
		return append(to, c.supervisors...), next, answer
	}
	next.Paged = append(slices.Clone(p.Paged), string(c.ladder[i].ID))
	return append(to, c.ladder[i]), next, answer
}

// desks are the agencies whose people may claim the report, that of the task first.
func desks(t task.Task, all []identity.User) (list []string) {
	for _, u := range all {
		if agency := string(u.Agency); agency != t.Agency && !slices.Contains(list, agency) {
			list = append(list, agency)
		}
	}
	slices.Sort(list)
	return append([]string{t.Agency}, list...)
}

// among gives the users who are the people, in the order of these.
func among(users []identity.User, people []rota.Person) (list []identity.User) {
	for _, p := range people {
		if i := slices.IndexFunc(users, func(u identity.User) bool { return string(u.ID) == p.User }); i >= 0 {
			list = append(list, users[i])
		}
	}
	return list
}

// of gives those of an agency.
func of(agency string, users []identity.User) []identity.User {
	return slices.DeleteFunc(slices.Clone(users), func(u identity.User) bool { return string(u.Agency) != agency })
}
