// Package ident makes the ids of everything that Amparo keeps.
//
// An id is 26 lower-case letters and digits (Crockford's base 32): 48 bits of milliseconds, then 80 random
// bits. Ids made later sort later (to the millisecond), carry nothing about a person, and cannot be guessed.
// Each room gives its ids a type of its own, as in `type CaseID string`.
package ident

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

// Length is the number of characters of an id.
const Length = 26

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

var encoding = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)

// New makes an id for something that came to be at the time given.
func New[T ~string](at time.Time) T {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(at.UnixMilli())<<16)
	rand.Read(raw[6:]) // never fails: the program ends when the system has no randomness
	return T(encoding.EncodeToString(raw[:]))
}

// Of gives the id that belongs to two things together: an id drawn before, whose time it keeps, and a text. The same two give
// the same id, others another; without the drawn id it cannot be guessed. It gives first back when that is no id.
func Of[T ~string](first T, text string) T {
	if Check(string(first)) != nil {
		return first
	}
	raw, _ := encoding.DecodeString(string(first)) // Check has decoded it
	sum := sha256.Sum256([]byte(string(first) + text))
	copy(raw[6:], sum[:])
	return T(encoding.EncodeToString(raw))
}

// OfForm gives the id of what a form makes: the same when the same form is sent again with the same words, and another for any other. draft was drawn when the
// form was made; what was sent, and by whom, is held together as JSON, and what cannot be is an error. It gives draft back when that is no id.
func OfForm[T ~string](draft T, sent ...any) (T, error) {
	text, err := json.Marshal(sent)
	return Of(draft, string(text)), err
}

// Check tells whether s has the shape of an id. It says nothing about whether the thing exists.
func Check(s string) error {
	if len(s) != Length {
		return fmt.Errorf("an id has %d characters, this has %d", Length, len(s))
	}
	if raw, err := encoding.DecodeString(s); err != nil || encoding.EncodeToString(raw) != s {
		return fmt.Errorf("an id is made of %s", alphabet)
	}
	return nil
}
