package seal

import (
	"fmt"

	"amparo/internal/secret"
)

// PublicKeyFile is the name of the public key file in the folder of keys.
const PublicKeyFile = "public.key"

// A PublicKey is the one secret that the public processes share. Who has it can read forms in flight and test guessed
// receipts; nobody can open an envelope with it. Without it no receipt finds its mailbox again: it belongs to the key
// export.
type PublicKey struct{ root secret.Hidden }

// ReadPublicKey reads a public key file; it is refused when others can read it.
func ReadPublicKey(path string) (*PublicKey, error) {
	root, err := secret.ReadFile(path)
	if err == nil && len(root) != KeySize {
		err = fmt.Errorf("%s holds a key of %d bytes where %d are needed: put the key file back from a copy", path, len(root), KeySize)
	}
	return publicKey(root, err)
}

// ReadOrCreatePublicKey reads a public key file, and makes it when there is none: for the first start alone, since
// mailboxes opened under another key are not found under a new one.
func ReadOrCreatePublicKey(path string) (*PublicKey, error) {
	root, err := secret.ReadOrCreate(path, KeySize)
	return publicKey(root, err)
}

func publicKey(root secret.Bytes, err error) (*PublicKey, error) {
	if err != nil {
		return nil, err
	}
	return &PublicKey{secret.Hide(root)}, nil
}

// Form gives the sealer of forms.
func (k *PublicKey) Form() (*Form, error) { return NewForm(k.root()) }

// Pepper gives the key for look-up ids of receipts.
func (k *PublicKey) Pepper() secret.Bytes { return Derive(k.root(), "amparo receipt pepper 1") }

// Submissions gives the key under which what partners hand in has its digests and receipts.
func (k *PublicKey) Submissions() secret.Bytes {
	return Derive(k.root(), "amparo partner submission 1")
}

// Format writes "[secret]" for every verb.
func (*PublicKey) Format(f fmt.State, _ rune) { secret.Redact(f) }
