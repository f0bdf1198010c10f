package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"amparo/internal/secret"
)

// KeySize is the length in bytes of every symmetric key and of the seed of every key pair.
const KeySize = 32

// ErrBroken says that something sealed does not open: it was altered or cut, or it was sealed for something else.
var ErrBroken = errors.New("what is sealed was altered, or belongs to something else")

// Derive gives the key of KeySize bytes that belongs to the label (HKDF-SHA256). Keys of two labels tell nothing about
// each other, nor about the key that they come from.
func Derive(key secret.Bytes, label string) secret.Bytes {
	return derive(key, nil, label)
}

func derive(key secret.Bytes, salt []byte, label string) secret.Bytes {
	out, err := hkdf.Key(sha256.New, []byte(key), salt, label, KeySize)
	if err != nil {
		panic("seal: " + err.Error()) // only for lengths that no caller can ask for
	}
	return out
}

// Bound gives the parts as one text in which none can be taken for its neighbour: each stands behind its length. It is
// what envelopes and cells are bound to.
func Bound(parts ...string) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}
