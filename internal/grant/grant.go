package grant

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// A Grant says that somebody has been given a subject.
type Grant struct {
	Subject  string
	Grantee  string // a user id, or the code of an agency
	Relation access.Relation
	GivenBy  string
	GivenAt  time.Time
	EndedAt  time.Time // zero while it holds
}

// A Source says how a conflict of interest came to be known.
type Source string

// The sources of a conflict of interest.
const (
	Named    Source = "named"    // the reporter said that this person must not know
	Declared Source = "declared" // the person, or a supervisor, said so
)

// A Scope is what a list statement needs to show an actor exactly what the actor may do an action on: the
// arguments $1 to $6 of VisibleSQL.
type Scope [6]string

// ScopeFor gives the scope of an actor and an action, from the same table as access.Decide.
func ScopeFor(actor access.Actor, action access.Action) Scope {
	by := func(id string, relation access.Relation) string { return by(actor, action, id, relation) }
	return Scope{actor.ID, by(actor.ID, access.Claimant), by(actor.ID, access.Manager), by(actor.ID, access.CoWorker),
		by(actor.Agency, access.Desk), by(actor.Agency, access.Agency)}
}

// by is the id as a grantee of the relation, when the actor may do the action by it; empty otherwise.
func by(actor access.Actor, action access.Action, id string, relation access.Relation) string {
	if id != "" && access.May(actor, action, relation) {
		return id
	}
	return ""
}

// HandedArgs gives the arguments of a statement that carries HandedSQL; more follow as $4 and on.
func HandedArgs(actor access.Actor, action access.Action, more ...any) []any {
	return append([]any{actor.ID, by(actor, action, actor.ID, access.Taker), by(actor, action, actor.Agency, access.Receiver)}, more...)
}

// Only is the scope as far as it comes from one relation.
func (s Scope) Only(r access.Relation) Scope {
	only := Scope{s[0]}
	if i := slices.Index([]access.Relation{access.Claimant, access.Manager, access.CoWorker, access.Desk, access.Agency}, r); i >= 0 {
		only[i+1] = s[i+1]
	}
	return only
}

// Empty tells that the actor may do the action on nothing, whatever is granted.
func (s Scope) Empty() bool { return s == Scope{s[0]} }

// Args gives the arguments of a statement that carries VisibleSQL; more follow as $7 and on.
func (s Scope) Args(more ...any) []any {
	list := make([]any, 0, len(s)+len(more))
	for _, v := range s {
		list = append(list, v)
	}
	return append(list, more...)
}

// Give ties the grantee to the subject. Giving again what holds already changes nothing. It gives fault.Conflict
// (ErrTaken) when the relation admits only one grantee and another holds it.
func Give(ctx context.Context, tx store.Tx, by access.Proof, subject, grantee string, relation access.Relation) error {
	rows, err := tx.Exec(ctx, giveSQL, subject, grantee, string(relation), by.Actor().ID, clock.Micro(tx.Now))
	if err != nil || rows == 1 {
		return err
	}
	holder, err := held(ctx, tx, subject, relation, grantee)
	if err != nil {
		return err
	}
	if holder == "" { // given before and taken back at this very instant
		_, err := tx.Exec(ctx, againSQL, subject, grantee, string(relation), clock.Micro(tx.Now))
		return err
	}
	if holder != grantee {
		return fault.Wrap(ErrTaken, fault.Conflict, "fault.claimed")
	}
	return nil
}

// ErrTaken says that another grantee holds what only one can hold.
var ErrTaken = errors.New("another grantee holds it")

// End takes a grant back; its row stays as history. Ending what does not hold is no error.
func End(ctx context.Context, tx store.Tx, _ access.Proof, subject, grantee string, relation access.Relation) error {
	_, err := tx.Exec(ctx, endSQL, subject, grantee, string(relation), clock.Micro(tx.Now))
	return err
}

// Exclude records that the user has a conflict of interest with the subject.
func Exclude(ctx context.Context, tx store.Tx, _ access.Proof, subject, user string, source Source) error {
	_, err := tx.Exec(ctx, excludeSQL, subject, user, string(source), clock.Micro(tx.Now))
	return err
}

// CopyConflicts carries the conflicts of one subject over to another: who must not know of a report must not know
// of the case that it becomes.
func CopyConflicts(ctx context.Context, tx store.Tx, _ access.Proof, from, to string) error {
	if _, err := tx.Exec(ctx, copyConflictsSQL, from, to, clock.Micro(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, copyCopiesSQL, from, to)
	return err
}

// Bring keeps a subject from those who must not know of another for its own sake, for as long as TakeBack does not end it, and
// gives those who may no longer know by it.
func Bring(ctx context.Context, tx store.Tx, _ access.Proof, from, to string) (kept []string, err error) {
	sources := map[string]string{}
	var users []string
	err = tx.Each(ctx, ownSQL, []any{from}, func(scan func(...any) error) error {
		var user, source string
		err := scan(&user, &source)
		users, sources[user] = append(users, user), source
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, user := range users {
		if _, err := tx.Exec(ctx, bringSQL, to, user, from); err != nil {
			return nil, err
		}
		fresh, err := tx.Exec(ctx, broughtSQL, to, user, sources[user], clock.Micro(tx.Now))
		if err != nil {
			return nil, err
		}
		if fresh == 1 {
			kept = append(kept, user)
		}
	}
	return kept, nil
}

// TakeBack ends what Bring has brought from one subject to another. Whoever was named or declared at the subject itself, or whom
// a third one brought, still must not know of it.
func TakeBack(ctx context.Context, tx store.Tx, _ access.Proof, from, to string) error {
	if _, err := tx.Exec(ctx, takeBackSQL, to, from); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, looseSQL, to)
	return err
}

// Excluded tells whether the user has a conflict of interest with the subject.
func Excluded(ctx context.Context, tx store.Tx, subject, user string) (bool, error) {
	var n int
	err := tx.One(ctx, excludedSQL, []any{subject, user}, &n)
	return n > 0, err
}

// Relations gives all that ties the actor to the subject, Conflicted among it: the input of access.Decide.
func Relations(ctx context.Context, tx store.Tx, actor access.Actor, subject string) ([]access.Relation, error) {
	var list []access.Relation
	agency := actor.Agency
	err := tx.Each(ctx, relationsSQL, []any{subject, actor.ID, agency}, func(scan func(...any) error) error {
		var r access.Relation
		if err := scan(&r); err != nil {
			return err
		}
		list = append(list, r)
		return nil
	})
	return list, err
}

// Decide is access.Decide on the relations of the actor to the subject.
func Decide(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, subject string) (access.Proof, error) {
	relations, err := Relations(ctx, tx, actor, subject)
	if err != nil {
		return access.Proof{}, err
	}
	return access.Decide(actor, action, relations...)
}

// Holder gives who holds a relation that only one can hold; empty when nobody does.
func Holder(ctx context.Context, tx store.Tx, subject string, relation access.Relation) (string, error) {
	return held(ctx, tx, subject, relation, "")
}

// held gives who holds a relation, the grantee before others; empty when nobody does.
func held(ctx context.Context, tx store.Tx, subject string, relation access.Relation, grantee string) (holder string, err error) {
	err = tx.One(ctx, holderSQL, []any{subject, string(relation), grantee}, &holder)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return holder, err
}

// Holders gives, for each of the subjects that the actor may do the action on, who holds a relation that only one can
// hold. Subjects without a holder are left out.
func Holders(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, relation access.Relation) (map[string]string, error) {
	holders := map[string]string{}
	err := tx.Each(ctx, holdersSQL, ScopeFor(actor, action).Args(string(relation)), func(scan func(...any) error) error {
		var subject, user string
		err := scan(&subject, &user)
		holders[subject] = user
		return err
	})
	return holders, err
}

// HoldersOf gives who holds a relation that only one can hold, of those subjects that somebody has. Who may see them was decided by
// whoever gives the subjects.
func HoldersOf(ctx context.Context, tx store.Tx, relation access.Relation, subjects []string) (map[string]string, error) {
	holders := map[string]string{}
	err := tx.Many(ctx, holdersOfSQL, subjects, func(scan func(...any) error) error {
		var subject, user string
		var r access.Relation
		err := scan(&subject, &r, &user)
		if r == relation {
			holders[subject] = user
		}
		return err
	})
	return holders, err
}

// ExcludedOf gives the users who have a conflict of interest with each of the subjects.
func ExcludedOf(ctx context.Context, tx store.Tx, subjects []string) (map[string]map[string]bool, error) {
	all := map[string]map[string]bool{}
	err := tx.Many(ctx, excludedOfSQL, subjects, func(scan func(...any) error) error {
		var subject, user string
		err := scan(&subject, &user)
		if all[subject] == nil {
			all[subject] = map[string]bool{}
		}
		all[subject][user] = true
		return err
	})
	return all, err
}

// A CoWork is a subject with somebody who works on it without owning it.
type CoWork struct{ Subject, User string }

// CoWorkers gives who works on what without owning it, of those whom an actor has made co-workers. It is for a job that looks after
// what it has given itself; nobody is shown it.
func CoWorkers(ctx context.Context, tx store.Tx, by access.Proof) (list []CoWork, err error) {
	err = tx.Each(ctx, coWorkersSQL, []any{by.Actor().ID}, func(scan func(...any) error) error {
		var c CoWork
		err := scan(&c.Subject, &c.User)
		list = append(list, c)
		return err
	})
	return list, err
}

// History gives every grant of the subject, ended ones too, oldest first.
func History(ctx context.Context, tx store.Tx, subject string) ([]Grant, error) {
	var list []Grant
	err := tx.Each(ctx, historySQL, []any{subject}, func(scan func(...any) error) error {
		var g Grant
		var given, ended int64
		if err := scan(&g.Subject, &g.Grantee, &g.Relation, &g.GivenBy, &given, &ended); err != nil {
			return err
		}
		g.GivenAt, g.EndedAt = clock.FromMicro(given), clock.FromMicro(ended)
		list = append(list, g)
		return nil
	})
	return list, err
}
