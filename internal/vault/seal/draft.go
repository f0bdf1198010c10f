package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/big"

	"amparo/internal/secret"
)

// NewDraft draws the secret of one form, as text. It rides sealed in the form from the first page to the last.
func NewDraft() string { return formText.EncodeToString(secret.Random(KeySize)) }

// DraftReceipt gives the receipt of what is told in the form of that draft. The same words have the same receipt, however
// often and from whichever page they are sent; other words have another, so that they are never taken for those sent
// before. To who does not know the draft each receipt is as likely as any other. It gives ErrBroken when draft is none.
func DraftReceipt(draft string, told []byte) (Receipt, error) {
	raw, err := formText.DecodeString(draft)
	if err != nil || len(raw) != KeySize {
		return Receipt{}, ErrBroken
	}
	return KeyedReceipt(Derive(raw, "amparo draft receipt 1"), told), nil
}

// KeyedReceipt gives the receipt of what is told under a key of KeySize bytes: always the same one, and to who does not know the key each is
// as likely as any other.
func KeyedReceipt(key secret.Bytes, told []byte) Receipt {
	mac := hmac.New(sha256.New, key)
	mac.Write(told)
	n := new(big.Int).SetBytes(mac.Sum(nil))
	return receiptOf(n.Mod(n, receiptLimit)) // 256 bits: no remainder is favoured by more than 2^-176
}
