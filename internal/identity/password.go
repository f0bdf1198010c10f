package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"amparo/internal/fault"
)

// A Cost is the price of hashing one password with Argon2id (RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is 64 MiB, two passes, one thread.
var DefaultCost = Cost{Memory: 64 << 10, Passes: 2, Threads: 1}

const (
	saltBytes = 16
	hashBytes = 32
)

// A phc is a hashed password in the PHC string format:
// $argon2id$v=19$m=65536,t=2,p=1$SALT$HASH, in base 64 without padding.
type phc struct {
	cost       Cost
	salt, hash []byte
}

var errPHC = errors.New("the stored password cannot be read")

func (p phc) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.cost.Memory, p.cost.Passes, p.cost.Threads, b.EncodeToString(p.salt), b.EncodeToString(p.hash))
}

// parsePHC reads what String wrote and nothing else; a cost that could exhaust the machine is refused.
func parsePHC(s string) (phc, error) {
	var p phc
	parts := strings.Split(s, "$")
	if len(parts) != 6 {
		return p, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.Memory, &p.cost.Passes, &p.cost.Threads); err != nil {
		return p, errPHC
	}
	var errSalt, errHash error
	p.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	p.hash, errHash = base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errHash != nil || len(p.salt) != saltBytes || len(p.hash) != hashBytes || p.String() != s {
		return p, errPHC
	}
	if c := p.cost; c.Memory < 8 || c.Memory > 1<<20 || c.Passes < 1 || c.Passes > 16 || c.Threads < 1 || c.Threads > 16 {
		return p, errPHC
	}
	return p, nil
}

// A hasher hashes passwords, a few at a time.
type hasher struct {
	cost   Cost
	lanes  chan struct{}
	dummy  string
	derive func(password, salt []byte, passes, memory uint32, threads uint8, size uint32) []byte
}

func newHasher(cost Cost, lanes int) *hasher {
	dummy := phc{cost, make([]byte, saltBytes), make([]byte, hashBytes)}
	return &hasher{cost: cost, lanes: make(chan struct{}, lanes), dummy: dummy.String(), derive: argon2.IDKey}
}

// run hashes once, waiting for a free lane as long as the context lasts.
func (h *hasher) run(ctx context.Context, password string, salt []byte, cost Cost) ([]byte, error) {
	select {
	case h.lanes <- struct{}{}:
		defer func() { <-h.lanes }()
	case <-ctx.Done():
		return nil, fault.Wrap(ctx.Err(), fault.Unavailable, fault.CodeUnavailable)
	}
	return h.derive([]byte(password), salt, cost.Passes, cost.Memory, cost.Threads, hashBytes), nil
}

// make gives the stored form of a prepared password, with a fresh salt.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	hash, err := h.run(ctx, password, salt, h.cost)
	return phc{h.cost, salt, hash}.String(), err
}

// check tells whether the password is the stored one. With nothing stored it does the same work and says no.
func (h *hasher) check(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	p, err := parsePHC(stored)
	if err != nil {
		return false, err
	}
	hash, err := h.run(ctx, password, p.salt, p.cost)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(hash, p.hash) == 1 && known, nil
}

// oneTimePassword draws 100 random bits as four groups of five letters and digits.
func oneTimePassword() string {
	s := strings.ToLower(rand.Text())
	return s[0:5] + "-" + s[5:10] + "-" + s[10:15] + "-" + s[15:20]
}
