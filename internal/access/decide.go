package access

import (
	"slices"

	"amparo/internal/fault"
)

// A Proof shows that a decision was made. What an upper room calls inside a transaction takes one, so that it
// cannot be reached without asking. Only Decide makes one that is not empty.
type Proof struct {
	actor  Actor
	action Action
}

// Actor is who was allowed.
func (p Proof) Actor() Actor { return p.actor }

// Action is what was allowed.
func (p Proof) Action() Action { return p.action }

// Decide tells whether the actor may do this, given every relation that ties the actor to the subject (none when
// the action has no subject). It gives a Proof, or a fault: Withheld without a relation or with a conflict of
// interest, Forbidden otherwise.
func Decide(actor Actor, action Action, relations ...Relation) (Proof, error) {
	if slices.Contains(relations, Conflicted) {
		return Proof{}, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if May(actor, action, relations...) {
		return Proof{actor, action}, nil
	}
	if needsSubject(action) && !tied(actor, relations) {
		return Proof{}, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return Proof{}, fault.New(fault.Forbidden, fault.CodeForbidden)
}

// Own gives the proof of a job acting for the program itself, in the work that the job exists for.
// It is refused for any other kind of actor.
func Own(actor Actor, action Action) (Proof, error) {
	if actor.Kind != Job || actor.ID == "" {
		return Proof{}, fault.New(fault.Forbidden, fault.CodeForbidden)
	}
	return Proof{actor, action}, nil
}

// May is the decision alone, for pages that show only what can be done.
func May(actor Actor, action Action, relations ...Relation) bool {
	if slices.Contains(relations, Conflicted) {
		return false
	}
	switch actor.Kind {
	case Operator:
		return console[action]
	case Partner:
		return actor.ID != "" && partner[action]
	case Staff:
		return slices.ContainsFunc(actor.Roles, func(r Role) bool { return allows(table[r][action], relations) })
	}
	return false
}

func allows(need, have []Relation) bool {
	return slices.ContainsFunc(need, func(n Relation) bool { return n == None || slices.Contains(have, n) })
}

// tied tells whether a relation is one by which a role of the actor may do anything at all. To belong to the agency of a
// case, for example, is nothing to an administrator, who must not learn from a refusal that the case is there.
func tied(actor Actor, relations []Relation) bool {
	return slices.ContainsFunc(relations, func(have Relation) bool {
		return have != None && slices.ContainsFunc(actor.Roles, func(role Role) bool { return uses(role, have) })
	})
}

func uses(role Role, relation Relation) bool {
	for _, need := range table[role] {
		if slices.Contains(need, relation) {
			return true
		}
	}
	return false
}

// needsSubject tells whether every permission for the action asks for a relation.
func needsSubject(action Action) bool {
	for _, bundle := range table {
		if slices.Contains(bundle[action], None) {
			return false
		}
	}
	return true
}
