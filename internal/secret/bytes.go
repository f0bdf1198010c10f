package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Shown is what stands in the place of every secret.
const Shown = "[secret]"

// Bytes is a key or a password. It never shows what it holds: convert it to []byte to use it.
type Bytes []byte

// Random gives n fresh random bytes.
func Random(n int) Bytes {
	b := make(Bytes, n)
	rand.Read(b) // never fails: the program ends when the system has no randomness
	return b
}

// Hidden is a secret for an unexported field: call it to have the secret. Nothing that looks into a struct, such as
// fmt, finds more than the address of a function.
type Hidden func() Bytes

// Hide gives b as a Hidden.
func Hide(b Bytes) Hidden { return func() Bytes { return b } }

// Equal compares in a time that does not depend on where the two differ.
func (b Bytes) Equal(other Bytes) bool { return subtle.ConstantTimeCompare(b, other) == 1 }

// String gives Shown.
func (Bytes) String() string { return Shown }

// GoString gives Shown.
func (Bytes) GoString() string { return Shown }

// Format writes Shown for every verb.
func (Bytes) Format(f fmt.State, _ rune) { Redact(f) }

// LogValue gives Shown.
func (Bytes) LogValue() slog.Value { return slog.StringValue(Shown) }

// MarshalJSON gives Shown as a JSON string.
func (Bytes) MarshalJSON() ([]byte, error) { return []byte(`"` + Shown + `"`), nil }

// MarshalText gives Shown.
func (Bytes) MarshalText() ([]byte, error) { return []byte(Shown), nil }

// Value refuses: a secret goes into a database wrapped, as plain bytes, or not at all.
func (Bytes) Value() (driver.Value, error) {
	return nil, errors.New("a secret is not written to the database in the clear")
}

// Redact writes Shown to w: the whole Format method of a type that holds secrets.
func Redact(w io.Writer) { _, _ = io.WriteString(w, Shown) }
