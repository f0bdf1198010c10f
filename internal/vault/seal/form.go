package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/secret"
)

// FormLife is how long what a sealed form holds may be shown again: long enough for somebody who must stop and come back to
// the open page, short enough that a page found later tells nothing.
const FormLife = 24 * time.Hour

const (
	formSalt  = 16 // random bytes out of which each sealing has a key of its own
	formNonce = 12
	formHead  = 1 + formSalt + formNonce
)

var formText = base64.RawURLEncoding.Strict()

// A Form seals the answers of unfinished forms. It is safe for use by many goroutines. All public processes that share
// a key open each other's forms.
type Form struct{ key secret.Hidden }

// NewForm makes a Form of a key of KeySize bytes.
func NewForm(key secret.Bytes) (*Form, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("the key for forms has %d bytes where %d are needed", len(key), KeySize)
	}
	return &Form{key: secret.Hide(Derive(key, "amparo form 1"))}, nil
}

// Format writes "[secret]" for every verb.
func (*Form) Format(f fmt.State, _ rune) { secret.Redact(f) }

// Seal gives the state as text of the base64url alphabet, padded so that its length hides the answers. It opens for
// the same kind alone, until FormLife after now.
func (f *Form) Seal(kind string, state []byte, now time.Time) string {
	head := append([]byte{Version}, secret.Random(formSalt+formNonce)...)
	inner := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(state)), uint64(now.UnixMicro()))
	sealed := f.aead(head).Seal(head, head[1+formSalt:], pad(append(inner, state...)), formBound(kind))
	return formText.EncodeToString(sealed)
}

// Open gives the state that Seal was given, and when. It gives fault.Gone when that is longer ago than FormLife, and
// fault.Invalid when the text is not what Seal gave for this kind.
func (f *Form) Open(kind, s string, now time.Time) (state []byte, at time.Time, err error) {
	state, at, err = f.OpenAged(kind, s)
	if err == nil && now.Sub(at) > FormLife {
		return nil, time.Time{}, fault.New(fault.Gone, "fault.form_expired")
	}
	return state, at, err
}

// OpenAged is Open whatever the age, so that nothing given is lost with it. Of what is older than FormLife nothing may be
// shown.
func (f *Form) OpenAged(kind, s string) (state []byte, at time.Time, err error) {
	inner, err := f.unseal(kind, s)
	if err != nil {
		return nil, time.Time{}, fault.Wrap(err, fault.Invalid, "fault.form_broken")
	}
	return inner[8:], clock.FromMicro(int64(binary.BigEndian.Uint64(inner))), nil
}

func (f *Form) unseal(kind, s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") { // which the decoder would pass over
		return nil, ErrBroken
	}
	raw, err := formText.DecodeString(s)
	if err != nil || len(raw) < formHead || raw[0] != Version {
		return nil, ErrBroken
	}
	padded, err := f.aead(raw[:formHead]).Open(nil, raw[1+formSalt:formHead], raw[formHead:], formBound(kind))
	if err != nil {
		return nil, ErrBroken
	}
	inner, err := unpad(padded)
	if err != nil {
		return nil, err
	}
	if len(inner) < 8 {
		return nil, errors.New("the sealed form holds no time")
	}
	return inner, nil
}

// aead is the cipher of one sealing. A key for each, because one key with random nonces is only good for some 2^32.
func (f *Form) aead(head []byte) cipher.AEAD {
	return NewAEAD(derive(f.key(), head[1:1+formSalt], "amparo form sealing 1"))
}

func formBound(kind string) []byte { return Bound("amparo form", bound, kind) }

// NewAEAD gives AES-256-GCM with 12-byte nonces under a key of KeySize bytes; another length is a programming error
// and panics.
func NewAEAD(key secret.Bytes) cipher.AEAD {
	if len(key) != KeySize {
		panic("seal: AES-256 needs a key of 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("seal: " + err.Error())
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("seal: " + err.Error())
	}
	return aead
}
