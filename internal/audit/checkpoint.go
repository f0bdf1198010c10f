package audit

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// hash is what the tree holds for an entry: the record hash of all its columns, each after its length.
func (r row) hash() tlog.Hash {
	raw := []byte("amparo audit entry 1\n")
	for _, s := range []string{r.id, r.at, r.kind, r.actor, r.agency, r.roles, r.action, r.outcome, r.reason, r.subjects, r.detail} {
		raw = binary.BigEndian.AppendUint32(raw, uint32(len(s)))
		raw = append(raw, s...)
	}
	return tlog.RecordHash(raw)
}

// A checkpoint says that the first size entries have this root. Its text is name, size and root, a line each.
type checkpoint struct {
	size int64
	root tlog.Hash
	note string // text and signature
}

func text(name string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", name, size, root)
}

// sign makes the note of a checkpoint.
func sign(s note.Signer, size int64, root tlog.Hash) (checkpoint, error) {
	msg, err := note.Sign(&note.Note{Text: text(s.Name(), size, root)}, s)
	return checkpoint{size: size, root: root, note: string(msg)}, err
}

// open reads a note and checks its signature. Anything but the exact text of a checkpoint is refused.
func open(v note.Verifier, msg string) (checkpoint, error) {
	n, err := note.Open([]byte(msg), note.VerifierList(v))
	if err != nil {
		return checkpoint{}, err
	}
	line := strings.Split(n.Text, "\n")
	if len(line) != 4 {
		return checkpoint{}, fmt.Errorf("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	if err != nil {
		return checkpoint{}, err
	}
	root, err := tlog.ParseHash(line[2])
	if err != nil {
		return checkpoint{}, err
	}
	if n.Text != text(v.Name(), size, root) || size < 1 {
		return checkpoint{}, fmt.Errorf("not the text of a checkpoint")
	}
	return checkpoint{size: size, root: root, note: msg}, nil
}

// signer makes a note signer of a key. The name must be without spaces and without a plus sign.
func signer(name string, key ed25519.PrivateKey) (note.Signer, error) {
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the key of the audit log is no Ed25519 key")
	}
	vkey, err := note.NewEd25519VerifierKey(name, public)
	if err != nil {
		return nil, err
	}
	part := strings.SplitN(vkey, "+", 3) // name, hash of the key, key
	if len(part) != 3 {
		return nil, fmt.Errorf("%q cannot be the name of an audit log", name)
	}
	const ed25519Algorithm = 1
	seed := append([]byte{ed25519Algorithm}, key.Seed()...)
	return note.NewSigner("PRIVATE+KEY+" + name + "+" + part[1] + "+" + base64.StdEncoding.EncodeToString(seed))
}

// verifier makes a note verifier of a public key.
func verifier(name string, key ed25519.PublicKey) (note.Verifier, error) {
	vkey, err := note.NewEd25519VerifierKey(name, key)
	if err != nil {
		return nil, err
	}
	return note.NewVerifier(vkey)
}
