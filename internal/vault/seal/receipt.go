package seal

import (
	"crypto/hmac"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/big"

	"amparo/internal/secret"
)

// receiptSize holds every number below 10^24, which is a little less than 2^80.
const receiptSize = 10

var receiptLimit = new(big.Int).Exp(big.NewInt(10), big.NewInt(24), nil)

// A Receipt is a number below 10^24 that the reporter alone holds. It prints as "[secret]"; Letters and Digits spell it
// for the one page that shows it. The zero Receipt is none. Compare two with Equal.
type Receipt struct {
	number secret.Hidden // receiptSize bytes, big-endian
}

// NewReceipt draws a number, each below 10^24 as likely as any other.
func NewReceipt() Receipt {
	n, err := rand.Int(rand.Reader, receiptLimit)
	if err != nil {
		panic("seal: " + err.Error()) // the system has no randomness
	}
	return receiptOf(n)
}

// receiptOf makes a receipt of a number below receiptLimit.
func receiptOf(n *big.Int) Receipt {
	return Receipt{number: secret.Hide(n.FillBytes(make([]byte, receiptSize)))}
}

// IsZero tells whether this is no receipt.
func (r Receipt) IsZero() bool { return r.number == nil }

// Equal tells whether both are the same receipt.
func (r Receipt) Equal(other Receipt) bool {
	if r.IsZero() || other.IsZero() {
		return r.IsZero() == other.IsZero()
	}
	return r.number().Equal(other.number())
}

// raw gives the number, big-endian. Using a receipt that was never drawn is a programming error and panics: nobody
// may ever be handed one.
func (r Receipt) raw() secret.Bytes {
	if r.number == nil {
		panic("seal: this receipt was never drawn")
	}
	return r.number()
}

// LookupID gives the id that a mailbox is stored and found by: 64 hexadecimal digits, the HMAC-SHA256 under the pepper
// of an id derived from the number. It does not lead back to the number.
func (r Receipt) LookupID(pepper secret.Bytes) string {
	if len(pepper) != KeySize {
		panic("seal: the pepper needs 32 bytes")
	}
	mac := hmac.New(sha256.New, pepper)
	mac.Write(Derive(r.raw(), "amparo receipt lookup 1"))
	return hex.EncodeToString(mac.Sum(nil))
}

// mailbox gives the key pair of the mailbox, which has the derived key as its seed.
func (r Receipt) mailbox() hpke.PrivateKey {
	key, err := hpke.MLKEM768X25519().NewPrivateKey(Derive(r.raw(), "amparo receipt mailbox 1"))
	if err != nil {
		panic("seal: " + err.Error()) // every 32 bytes are a seed
	}
	return key
}

// MailboxPublic gives the key that replies are sealed to: the public half, in the encoding of its KEM (1,216 bytes).
func (r Receipt) MailboxPublic() []byte { return r.mailbox().PublicKey().Bytes() }

// SealToMailbox seals a message that only the holder of the receipt opens, and only with the same binding. It gives
// fault.Invalid when plain is longer than MaxPlain.
func SealToMailbox(public []byte, b Binding, plain []byte) ([]byte, error) {
	return sealTo(public, b, plain, "amparo mailbox", "")
}

// OpenMailbox gives what SealToMailbox was given, or ErrBroken.
func (r Receipt) OpenMailbox(b Binding, sealed []byte) ([]byte, error) {
	return openWith(r.mailbox(), b, sealed, "amparo mailbox", "")
}

// String gives "[secret]", as all that prints or encodes a receipt.
func (Receipt) String() string { return secret.Shown }

// GoString gives "[secret]".
func (Receipt) GoString() string { return secret.Shown }

// Format writes "[secret]" for every verb.
func (Receipt) Format(f fmt.State, _ rune) { secret.Redact(f) }

// LogValue gives "[secret]".
func (Receipt) LogValue() slog.Value { return slog.StringValue(secret.Shown) }

// MarshalText gives "[secret]", in JSON too. Text carries a receipt inside a sealed form.
func (Receipt) MarshalText() ([]byte, error) { return []byte(secret.Shown), nil }
