// Package fault gives every error that a person may meet a kind and two faces.
//
// The public face is a message code with parameters: `lang` says it in the reader's language, and what it says
// tells the reader what to do. The private face is the cause, for the log alone. An error without a fault is
// Internal and shows nothing of itself. A kind decides what the person sees; `httpx` holds the only switch from
// kind to HTTP status.
//
// Parameters are shown to the person: never put into them what another person said, or a secret.
package fault

import (
	"errors"
	"fmt"
)

// A Kind says what sort of failure it is, and so what the person can do about it.
type Kind string

// The kinds.
const (
	Invalid         Kind = "invalid"         // what was given is wrong; the fields say where
	Unauthenticated Kind = "unauthenticated" // sign in first
	Forbidden       Kind = "forbidden"       // this role may not do this
	Withheld        Kind = "withheld"        // not yours, or not there: shown as not found
	Conflict        Kind = "conflict"        // somebody changed it meanwhile, or it is done already
	Gone            Kind = "gone"            // it was there and has ended
	TooMany         Kind = "too_many"        // slow down
	Unavailable     Kind = "unavailable"     // try again soon
	Internal        Kind = "internal"        // our failure
)

// Code is the message of the reader's catalogue that says what happened, as in "fault.stale".
type Code string

// The codes that belong to no room.
const (
	CodeInternal    Code = "fault.internal"
	CodeUnavailable Code = "fault.unavailable"
	CodeStale       Code = "fault.stale"
	CodeWithheld    Code = "fault.withheld"
	CodeForbidden   Code = "fault.forbidden"
)

// A Field is one wrong answer: the name of the form field and what is wrong with it.
type Field struct {
	Name   string
	Code   Code
	Params map[string]any
}

// An Error is a failure with its two faces. Make it with New or Wrap; read it with KindOf and its kin.
type Error struct {
	kind   Kind
	code   Code
	params map[string]any
	fields []Field
	cause  error
}

// New makes a fault. params are name, value, name, value.
func New(kind Kind, code Code, params ...any) *Error {
	return &Error{kind: kind, code: code, params: pairs(params)}
}

// Wrap makes a fault with a private cause.
func Wrap(cause error, kind Kind, code Code, params ...any) *Error {
	return &Error{kind: kind, code: code, params: pairs(params), cause: cause}
}

// With adds a wrong field and gives the same fault back.
func (e *Error) With(field string, code Code, params ...any) *Error {
	e.fields = append(e.fields, Field{Name: field, Code: code, Params: pairs(params)})
	return e
}

// Wrong tells whether any field was added: a validation ends with `if e.Wrong() { return e }`.
func (e *Error) Wrong() bool { return len(e.fields) > 0 }

// Error is the private face, for logs: kind, code, the names of the wrong fields, and the cause.
func (e *Error) Error() string {
	s := string(e.kind) + " " + string(e.code)
	for _, f := range e.fields {
		s += " " + f.Name + "=" + string(f.Code)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the private cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf tells the kind of any error; a plain one is Internal. A nil error has the empty kind.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := find(err); ok {
		return e.kind
	}
	return Internal
}

// CodeOf tells the message of any error; a plain one is CodeInternal.
func CodeOf(err error) Code {
	if e, ok := find(err); ok {
		return e.code
	}
	return CodeInternal
}

// Params gives the message's parameters; nil when there are none.
func Params(err error) map[string]any {
	if e, ok := find(err); ok {
		return e.params
	}
	return nil
}

// Fields gives the wrong fields, in the order in which they were found.
func Fields(err error) []Field {
	if e, ok := find(err); ok {
		return e.fields
	}
	return nil
}

func find(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

func pairs(list []any) map[string]any {
	if len(list) == 0 {
		return nil
	}
	if len(list)%2 != 0 {
		panic("fault: parameters come in pairs of name and value")
	}
	m := make(map[string]any, len(list)/2)
	for i := 0; i < len(list); i += 2 {
		m[fmt.Sprint(list[i])] = list[i+1]
	}
	return m
}
