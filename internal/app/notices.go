package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/jobs"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/notify"
	"amparo/internal/rota"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/task"
)

// The jobs of notices. What they carry are ids and codes.
const (
	noticeTask jobs.Kind = "notice.task" // tells whoever has a task of it; carries a task.Due, as task.DueJob does
	noticePage jobs.Kind = "notice.page" // one step of paging until somebody claims the report; carries a paging
	noticeDoor jobs.Kind = "notice.door" // tells those who answer for the service that reports may not come through
	noticeSend jobs.Kind = "notice.send" // sends one mail; carries a letter
)

// notices tell people by mail that something waits for them, and nothing else. Whoever must not know of a matter is told
// nothing, and nobody is when no mail server is configured.
type notices struct {
	store  *store.Store
	people *identity.Room
	rota   *rota.Room
	answer time.Duration // that somebody who is paged has, before the next one is
	sender notify.Sender // nil without a mail server
	log    *slog.Logger
}

// newSender makes the sender that the configuration asks for; nil when it names no mail server.
func newSender(c config.Mail, words *lang.Catalog, log *slog.Logger) (notify.Sender, error) {
	if c.SMTPHost == "" {
		return nil, nil
	}
	to, err := server(c)
	if err != nil {
		return nil, err
	}
	return notify.New(to, words, log)
}

// server is how mail leaves.
func server(c config.Mail) (to notify.Config, err error) {
	to = notify.Config{Host: c.SMTPHost, Port: c.SMTPPort, TLS: c.SMTPTLS, Username: c.SMTPUser, From: c.MailFrom, Desk: c.DeskURL}
	if c.SMTPPassword != "" {
		to.Password, err = secret.ReadText(c.SMTPPassword)
	}
	return to, err
}

// TestMail sends a test message, to see whether notices arrive.
func TestMail(ctx context.Context, c config.Mail, to, tag string) error {
	words, err := lang.Load()
	if err != nil {
		return err
	}
	sender, err := newSender(c, words, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return sender.Send(ctx, notify.Message{To: to, Kind: notify.Test, Lang: tag})
}

// handle gives the jobs of notices their workers. Without a mail server these end their jobs without a word.
func (n *notices) handle(r *jobs.Runner) {
	r.Handle(task.DueJob, n.worker(n.tell))
	r.Handle(noticeTask, n.worker(n.tell))
	r.Handle(noticePage, n.worker(n.page))
	r.Handle(noticeDoor, n.worker(n.tellDoor))
	r.Handle(noticeSend, func(ctx context.Context, payload json.RawMessage, _ jobs.Done) error { return n.send(ctx, payload) })
}

// worker runs the work in one transaction with the end of its job, which comes first: the work may enqueue the next of its kind.
func (n *notices) worker(work func(ctx context.Context, tx store.Tx, payload json.RawMessage) error) jobs.Worker {
	return func(ctx context.Context, payload json.RawMessage, done jobs.Done) error {
		return n.store.Write(ctx, func(tx store.Tx) error {
			if err := done(ctx, tx); err != nil || n.sender == nil {
				return err
			}
			return work(ctx, tx, payload)
		})
	}
}

// nudged tells whoever has the subject that the reporter wrote. While they have not read it they are not told again.
func (n *notices) nudged(ctx context.Context, tx store.Tx, subject string) error {
	t, found, err := n.open(ctx, tx, subject, task.ReadReply)
	if err != nil || !found || n.sender == nil || !t.Opened.Equal(tx.Now) {
		return err
	}
	job := jobs.Job{Kind: noticeTask, Key: string(noticeTask) + ":" + string(t.ID), Payload: task.Due{Task: t.ID, Subject: subject, Kind: t.Kind}}
	return jobs.Enqueue(ctx, tx, job)
}

// handed tells whom a report was handed to that something waits. Whoever has no open task there is told nothing: nothing waits.
func (n *notices) handed(ctx context.Context, tx store.Tx, subject string) error {
	t, found, err := task.Next(ctx, tx, subject)
	if err != nil || !found || n.sender == nil {
		return err
	}
	job := jobs.Job{Kind: noticeTask, Key: string(noticeTask) + ":" + string(t.ID) + ":" + t.Owner,
		Payload: task.Due{Task: t.ID, Subject: subject, Kind: t.Kind}}
	return jobs.Enqueue(ctx, tx, job)
}

// tell is the work of noticeTask and of task.DueJob: whoever is to hear of a task that is still open is told of it.
func (n *notices) tell(ctx context.Context, tx store.Tx, payload json.RawMessage) error {
	var due task.Due
	if err := json.Unmarshal(payload, &due); err != nil {
		return err
	}
	t, found, err := n.find(ctx, tx, due.Subject, func(t task.Task) bool { return t.ID == due.Task })
	if err != nil || !found {
		return err
	}
	priority, err := urgency(ctx, tx, due.Subject)
	if err != nil {
		return err
	}
	kind := notify.Waiting
	if priority.Wakes() {
		kind = notify.Urgent
	}
	all, err := n.near(ctx, tx, due.Subject)
	if err != nil {
		return err
	}
	instead, err := standIns(ctx, tx)
	if err != nil {
		return err
	}
	return n.post(ctx, tx, t, kind, hears(due.Tell, t, all, instead))
}

// A standIn gives who is there for a user: themselves or, while they are away, whoever covers for them; empty when nobody does.
type standIn func(user string) string

// standIns is who is there for whom now.
func standIns(ctx context.Context, tx store.Tx) (standIn, error) {
	gone, err := rota.Away(ctx, tx, tx.Now)
	return func(user string) string { return gone.StandIn(user, tx.Now) }, err
}

// hears gives who is told at a step of escalation: the owner first, then supervisors, too, then who supervises these. When
// there is nobody of a kind, those of the kind before hear again.
func hears(tell string, t task.Task, all []identity.User, instead standIn) []identity.User {
	list := slices.Clone(whose(t, all, instead))
	switch tell {
	case jurisdiction.TellSupervisor:
		return append(list, there(having(all, access.Supervisor), instead)...)
	case jurisdiction.TellServiceLead:
		return append(list, there(having(all, access.Supervisor, access.ServiceLead), instead)...)
	}
	return list
}

// whose gives the owner of a task or, while that one is away, whoever covers; when nobody has it, or nobody of these is there and
// may know of it, those on duty, and else supervisors; of what was handed to another agency, its specialists.
func whose(t task.Task, all []identity.User, instead standIn) []identity.User {
	who := identity.UserID(instead(t.Owner))
	if i := slices.IndexFunc(all, func(u identity.User) bool { return u.ID == who }); i >= 0 {
		return all[i : i+1]
	}
	for _, roles := range [][]access.Role{{access.DutyOfficer}, {access.Supervisor, access.ServiceLead}, {access.Specialist}} {
		if on := having(all, roles...); len(on) > 0 {
			return there(on, instead)
		}
	}
	return nil
}

// there gives those who are not away; all of them when all are, for somebody has to hear of it.
func there(users []identity.User, instead standIn) []identity.User {
	here := slices.DeleteFunc(slices.Clone(users), func(u identity.User) bool { return instead(string(u.ID)) != string(u.ID) })
	if len(here) == 0 {
		return users
	}
	return here
}

// open finds the subject's open task of a kind.
func (n *notices) open(ctx context.Context, tx store.Tx, subject string, kind task.Kind) (task.Task, bool, error) {
	return n.find(ctx, tx, subject, func(t task.Task) bool { return t.Kind == kind })
}

// find gives the first of the subject's open tasks that is one.
func (n *notices) find(ctx context.Context, tx store.Tx, subject string, is func(t task.Task) bool) (task.Task, bool, error) {
	list, err := task.OpenFor(ctx, tx, subject)
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true, err
	}
	return task.Task{}, false, err
}

// near gives the active people who may read the subject, which nobody may who must not know of it.
func (n *notices) near(ctx context.Context, tx store.Tx, subject string) (list []identity.User, err error) {
	users, err := n.people.Colleagues(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		relations, err := grant.Relations(ctx, tx, u.Actor(), subject)
		if err != nil {
			return nil, err
		}
		if may := func(a access.Action) bool { return access.May(u.Actor(), a, relations...) }; may(access.ReportRead) || may(access.CaseRead) || may(access.ReferralRead) {
			list = append(list, u)
		}
	}
	return list, nil
}

// having gives those who have one of the roles.
func having(users []identity.User, roles ...access.Role) []identity.User {
	return slices.DeleteFunc(slices.Clone(users), func(u identity.User) bool { return !slices.ContainsFunc(roles, u.Actor().Has) })
}

// A letter is the payload of noticeSend: one mail to one person, for as long as the task is open. A letter about no task is sent in any case.
type letter struct {
	User    identity.UserID `json:"user"`
	Kind    notify.Kind     `json:"kind"`
	Lang    string          `json:"lang"`
	Subject string          `json:"subject"`
	Task    task.ID         `json:"task"`
}

// post enqueues a letter for each; somebody who is there twice gets one. While one about the same task waits for the mail server, the next is not needed.
func (n *notices) post(ctx context.Context, tx store.Tx, t task.Task, kind notify.Kind, to []identity.User) error {
	for _, u := range to {
		l := letter{User: u.ID, Kind: kind, Lang: tongueOf(u), Subject: t.Subject, Task: t.ID}
		if err := n.letter(ctx, tx, l, string(t.ID)); err != nil {
			return err
		}
	}
	return nil
}

// letter enqueues a letter, unless one to the same person about the same waits for the mail server.
func (n *notices) letter(ctx context.Context, tx store.Tx, l letter, about string) error {
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: noticeSend, Key: fmt.Sprintf("%s:%s:%s", noticeSend, l.User, about), Payload: l})
}

// tongueOf is the languages in which somebody can be written to.
func tongueOf(u identity.User) string { return strings.Join(u.Languages, ",") }

// send is the work of noticeSend. What a mail server refuses for good is not tried again.
func (n *notices) send(ctx context.Context, payload json.RawMessage) error {
	var l letter
	if err := json.Unmarshal(payload, &l); err != nil {
		return err
	}
	address, err := n.address(ctx, l)
	if err != nil || address == "" || n.sender == nil {
		return err
	}
	err = n.sender.Send(ctx, notify.Message{To: address, Kind: l.Kind, Lang: l.Lang})
	if errors.Is(err, notify.ErrMessage) || errors.Is(err, notify.ErrRefused) {
		n.log.Error("a notice cannot be delivered; see that the address of the user is right", "user", l.User, "error", err)
		return nil
	}
	return err
}

// address gives where a letter goes; nowhere when the task has ended meanwhile, or the person is there no more or has none.
func (n *notices) address(ctx context.Context, l letter) (address string, err error) {
	waits := l.Task == ""
	err = n.store.Read(ctx, func(tx store.Tx) error {
		if waits {
			return nil
		}
		list, err := task.OpenFor(ctx, tx, l.Subject)
		waits = slices.ContainsFunc(list, func(t task.Task) bool { return t.ID == l.Task })
		return err
	})
	if err != nil || !waits {
		return "", err
	}
	address, err = n.people.Address(ctx, access.System(string(noticeSend)), l.User)
	if fault.KindOf(err) == fault.Withheld {
		return "", nil
	}
	if address == "" {
		n.log.Warn("a notice has nowhere to go; give the user an address", "user", l.User)
	}
	return address, err
}
