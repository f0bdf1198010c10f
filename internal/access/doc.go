// Package access decides who may do what: one pure decision over an actor, an action and the actor's relations
// to the subject. It reads no database; `grant` finds the relations, from the same rows that scope every list.
//
// The whole of a deployment's permissions is the one table in table.go. A [Role] is a named bundle of permissions;
// a permission is an [Action] that needs a [Relation] to the subject. What the table does not allow is refused.
//
// Always true:
//   - A conflict of interest refuses everything, whatever else is granted.
//   - Without any relation to the subject the refusal is fault.Withheld: not yours looks the same as not there.
//   - With a relation but without the permission it is fault.Forbidden.
package access
