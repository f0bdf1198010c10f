package seal

import (
	"crypto/hpke"
	"errors"
	"fmt"

	"amparo/internal/fault"
	"amparo/internal/secret"
)

// Version is the version of everything sealed here; it is bound into the content and stands as its first byte.
const Version = 1

// bound is Version as it stands in what sealed things are bound to.
const bound = "1"

// A Binding says what is sealed: its kind, as in "report", and its id. Both are needed to open it.
type Binding struct{ Kind, ID string }

// An IntakeKey is the public half of a key pair of the installation, in the encoding of its KEM.
type IntakeKey struct {
	ID     string
	Public []byte
}

// An Opener opens envelopes with the private half of an intake key that the caller brings.
type Opener struct {
	id  string
	key hpke.PrivateKey
}

// Format writes "[secret]" for every verb.
func (*Opener) Format(f fmt.State, _ rune) { secret.Redact(f) }

// NewOpener takes the private half of the intake key with the id given: the KeySize random bytes that are its seed.
func NewOpener(id string, private secret.Bytes) (*Opener, error) {
	key, err := hpke.MLKEM768X25519().NewPrivateKey(private)
	if err != nil || id == "" {
		return nil, fmt.Errorf("the private half of the intake key %q cannot be used", id)
	}
	return &Opener{id: id, key: key}, nil
}

// Key gives the public half.
func (o *Opener) Key() IntakeKey { return IntakeKey{ID: o.id, Public: o.key.PublicKey().Bytes()} }

// Seal makes an envelope that only the holder of the private half opens, and only with the same binding. It gives
// fault.Invalid when plain is longer than MaxPlain.
func Seal(key IntakeKey, b Binding, plain []byte) ([]byte, error) {
	if key.ID == "" {
		return nil, errors.New("seal: the intake key has no id")
	}
	return sealTo(key.Public, b, plain, "amparo envelope", key.ID)
}

// Open gives what Seal was given, or ErrBroken.
func (o *Opener) Open(b Binding, sealed []byte) ([]byte, error) {
	return openWith(o.key, b, sealed, "amparo envelope", o.id)
}

// sealTo is a version byte, the encapsulated key, and the padded content; use and owner are bound in beside b.
func sealTo(public []byte, b Binding, plain []byte, use, owner string) ([]byte, error) {
	if b.Kind == "" || b.ID == "" {
		return nil, errors.New("seal: a binding needs a kind and an id")
	}
	if len(plain) > MaxPlain {
		return nil, fault.New(fault.Invalid, "fault.too_large", "Max", MaxPlain>>10)
	}
	key, err := hpke.MLKEM768X25519().NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("seal: the public key cannot be used: %w", err)
	}
	box, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), info(b, use, owner), pad(plain))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return append([]byte{Version}, box...), nil
}

func openWith(key hpke.PrivateKey, b Binding, sealed []byte, use, owner string) ([]byte, error) {
	if len(sealed) < 1 || sealed[0] != Version {
		return nil, ErrBroken
	}
	padded, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), info(b, use, owner), sealed[1:])
	if err != nil {
		return nil, ErrBroken // the cause says nothing more
	}
	return unpad(padded)
}

func info(b Binding, use, owner string) []byte {
	return Bound(use, bound, owner, b.Kind, b.ID)
}
