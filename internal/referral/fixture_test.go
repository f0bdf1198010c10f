package referral_test

import (
	"context"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/identity"
	"amparo/internal/referral"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/staff/stafftest"
)

// An office is a house with a case of Mona's, and somebody of the police who answers.
type office struct {
	*stafftest.House
	file casework.ID
}

// each runs f on each engine with a new case at P2.
func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) { f(t, office{h, h.Case()}) })
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// is fails the test unless the error is of a kind.
func (o office) is(err error, kind fault.Kind) {
	o.T.Helper()
	if fault.KindOf(err) != kind || err == nil {
		o.T.Errorf("%v, want %s", err, kind)
	}
}

// input is what Mona asks of the police, with the child's agreement.
func (o office) input() referral.SendInput {
	return referral.SendInput{Case: o.file, Draft: referral.NewDraft(o.Clock()), Agency: stafftest.Police, Service: "specialist_cyber_unit",
		Asked:  referral.Asked{Title: "Keep the accounts", Need: "Please have the accounts kept.", Safety: "Do not call at home."},
		Person: referral.Person{Name: "Sami", Contact: "By Mona only."}, Basis: referral.ByChild, Agreed: "Sami said yes on Monday."}
}

func (o office) send(in referral.SendInput) referral.ID {
	o.T.Helper()
	id, err := o.Referral.Send(o.T.Context(), o.Actor("mona"), in)
	o.must(err)
	return id
}

// show is what somebody there sees.
func (o office) show(who string, id referral.ID) (referral.Page, error) {
	return o.Referral.Show(o.T.Context(), o.Actor(who), id)
}

// now is the referral as Mona sees it with the case.
func (o office) now(id referral.ID) (p referral.Page) {
	o.T.Helper()
	_, err := o.Casework.Show(o.T.Context(), o.Actor("mona"), o.file, func(v *reveal.View, _ casework.Page) error {
		all, err := o.Referral.OfCase(o.T.Context(), v, o.file)
		for _, one := range all {
			if one.ID == id {
				p = one
			}
		}
		return err
	})
	o.must(err)
	return p
}

// take has somebody accept it.
func (o office) take(who string, id referral.ID) {
	o.T.Helper()
	o.must(o.Referral.Take(o.T.Context(), o.Actor(who), referral.TakeInput{Referral: id, Next: o.Now().Add(48 * time.Hour), Version: o.now(id).Version}))
}

// tasks are the kinds of the open tasks of a subject.
func (o office) tasks(subject string) map[task.Kind]int {
	o.T.Helper()
	kinds := map[task.Kind]int{}
	o.Read(func(ctx context.Context, tx store.Tx) error {
		list, err := task.OpenFor(ctx, tx, subject)
		clear(kinds)
		for _, t := range list {
			kinds[t.Kind]++
		}
		return err
	})
	return kinds
}

// hire adds another specialist to an agency.
func (o office) hire(name, agency string) access.Actor {
	o.T.Helper()
	id := o.Hire(identity.AddUserInput{Name: name, DisplayName: name, Agency: identity.AgencyID(agency), Roles: []access.Role{access.Specialist}, Languages: []string{"en"}})
	u, err := o.Identity.User(o.T.Context(), access.Console, id)
	o.must(err)
	return u.Actor()
}

// close closes the case; why overrides what is open.
func (o office) close(who, why string) error {
	o.T.Helper()
	p, err := o.Casework.Show(o.T.Context(), o.Actor(who), o.file, nil)
	o.must(err)
	return o.Casework.Close(o.T.Context(), o.Actor(who), casework.CloseInput{Case: o.file, Reason: "goals_met_child_safe", Note: "All is well.", ChildTold: true,
		Override: why, Version: p.Version})
}

// finish has Mona say that the case's tasks of a kind are done, of which there must be one.
func (o office) finish(kind task.Kind) {
	o.T.Helper()
	p, err := o.Casework.Show(o.T.Context(), o.Actor("mona"), o.file, nil)
	o.must(err)
	n := 0
	for _, step := range p.Tasks {
		if step.Kind == kind && step.State == task.Open {
			n++
			o.must(o.Casework.FinishTask(o.T.Context(), o.Actor("mona"), o.file, step.ID, step.Version))
		}
	}
	if n != 1 {
		o.T.Errorf("%d tasks to %s", n, kind)
	}
}

// refused are the actions that somebody was refused, by the log.
func (o office) refused(who string) (list []string) {
	o.T.Helper()
	by, err := access.Decide(o.Actor("aida"), access.AuditRead)
	o.must(err)
	o.Read(func(ctx context.Context, tx store.Tx) error {
		found, err := audit.List(ctx, tx, by, audit.Filter{Actor: o.ID(who), Outcome: audit.Refused})
		list = nil
		for _, e := range found {
			list = append(list, string(e.Action))
		}
		return err
	})
	return list
}
