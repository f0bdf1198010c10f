package seal

import (
	"encoding/binary"
	"math/bits"
)

const (
	// Floor is the smallest padded length in bytes; every bucket is twice the one before.
	Floor = 4 << 10
	// MaxPlain is the longest content in bytes that Seal and SealToMailbox take: what fits into the bucket of 1 MiB.
	MaxPlain = 1<<20 - prefix

	prefix = 4 // bytes before the content that tell its length
)

// Padded gives the padded length of n bytes of content: the smallest bucket that holds them and their length.
func Padded(n int) int {
	if n+prefix <= Floor {
		return Floor
	}
	return 1 << bits.Len(uint(n+prefix-1))
}

// pad gives length, content, and zeros up to the bucket.
func pad(plain []byte) []byte {
	out := make([]byte, Padded(len(plain)))
	binary.BigEndian.PutUint32(out, uint32(len(plain)))
	copy(out[prefix:], plain)
	return out
}

// unpad takes what pad gives and nothing else: the one right bucket, and zeros alone behind the content.
func unpad(padded []byte) ([]byte, error) {
	if len(padded) < Floor {
		return nil, ErrBroken
	}
	n := int(binary.BigEndian.Uint32(padded))
	if n > len(padded)-prefix || Padded(n) != len(padded) {
		return nil, ErrBroken
	}
	for _, b := range padded[prefix+n:] {
		if b != 0 {
			return nil, ErrBroken
		}
	}
	return padded[prefix : prefix+n : prefix+n], nil
}
