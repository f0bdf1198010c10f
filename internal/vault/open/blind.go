package open

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// BlindSize is the length in bytes of what Blind gives.
const BlindSize = 16

// blindIndex is the subject of the key of blind indexes.
const blindIndex = "blind_index"

// openBlind reads the key of blind indexes, and makes it at the first start.
func (v *Vault) openBlind(ctx context.Context) error {
	if err := v.NewDataKey(ctx, blindIndex, Identity); err != nil {
		return err
	}
	name := keyName{blindIndex, Identity}
	var wrapped []byte
	err := v.keys.Read(ctx, func(tx store.Tx) error {
		return tx.One(ctx, dataKeySQL, []any{name.subject, string(name.purpose)}, &wrapped)
	})
	if err != nil {
		return err
	}
	key, err := v.unwrap(ctx, wrapped, name.bound()...)
	v.blind = secret.Hide(key)
	return err
}

// Blind gives the digest by which a text of a kind is found again and not read: the first BlindSize bytes of
// HMAC-SHA256 under a key that only the key store has. The same text and kind always give the same digest.
func (v *Vault) Blind(kind, text string) []byte {
	mac := hmac.New(sha256.New, v.blind())
	mac.Write(seal.Bound(kind, text))
	return mac.Sum(nil)[:BlindSize]
}
