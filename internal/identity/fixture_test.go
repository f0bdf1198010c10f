package identity

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// A hand is a clock that tests move.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// A gcm seals with AES-256-GCM, bound to column and row.
type gcm struct{ cipher.AEAD }

func newGCM(t *testing.T) gcm {
	key := make([]byte, 32)
	rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return gcm{aead}
}

func (g gcm) Seal(_ context.Context, column, row string, plain []byte) ([]byte, error) {
	nonce := make([]byte, g.NonceSize())
	rand.Read(nonce)
	return g.AEAD.Seal(nonce, nonce, plain, []byte(column+"\x00"+row)), nil
}

func (g gcm) Open(_ context.Context, column, row string, sealed []byte) ([]byte, error) {
	return g.AEAD.Open(nil, sealed[:g.NonceSize()], sealed[g.NonceSize():], []byte(column+"\x00"+row))
}

// A house is a room with an agency, an administrator, and what tests count.
type house struct {
	*Room
	t      *testing.T
	clock  *hand
	hashes atomic.Int64
	admin  access.Actor
}

const (
	goodPassword = "a quiet green harbour"
	otherGood    = "seven kites over the bay"
	secret       = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

func each(t *testing.T, f func(h *house)) {
	eachWith(t, Config{}, f)
}

func eachWith(t *testing.T, c Config, f func(h *house)) {
	at := &hand{at: time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC)}
	storetest.Each(t, at, func(t *testing.T, main, _ *store.Store) {
		c.Store, c.Clock, c.Sealer, c.Cost = main, at, newGCM(t), Cost{Memory: 8, Passes: 1, Threads: 1}
		h := &house{Room: New(c), t: t, clock: at}
		derive := h.hash.derive
		h.hash.derive = func(password, salt []byte, passes, memory uint32, threads uint8, size uint32) []byte {
			h.hashes.Add(1)
			return derive(password, salt, passes, memory, threads, size)
		}
		if err := h.EnsureAgency(t.Context(), access.Console, Agency{"demo-helpline", "Demo Helpline"}); err != nil {
			t.Fatal(err)
		}
		h.admin = h.actor(h.add("ada.admin", access.Administrator))
		f(h)
	})
}

// add adds a user who has a password and a second factor already.
func (h *house) add(name string, roles ...access.Role) UserID {
	h.t.Helper()
	u, err := h.AddUser(h.t.Context(), access.Console, AddUserInput{
		Name: name, DisplayName: "Person " + name, Agency: "demo-helpline", Roles: roles,
		Password: goodPassword, Settled: true, SecondFactor: secret,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return u.ID
}

func (h *house) actor(id UserID) access.Actor {
	h.t.Helper()
	u, err := h.User(h.t.Context(), access.Console, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return u.Actor()
}

// code is what an authenticator app shows now.
func (h *house) code(secret string) string {
	h.t.Helper()
	code, err := hotp.GenerateCodeCustom(secret, uint64(h.clock.Now().Unix()/30), codeOptions)
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// signIn signs a user of add in, with a code that was not used yet.
func (h *house) signIn(name string) Passage {
	h.t.Helper()
	h.clock.pass(period)
	p, err := h.SignIn(h.t.Context(), SignInInput{name, goodPassword, h.code(secret)})
	if err != nil || p.Step != StepDone {
		h.t.Fatalf("sign-in of %s: %v %v", name, p.Step, err)
	}
	return p
}

// wants checks kind and code of a refusal.
func (h *house) wants(err error, kind fault.Kind, code fault.Code) {
	h.t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		h.t.Errorf("want %s %s, have %v", kind, code, err)
	}
}

const auditCountSQL = `SELECT count(*) FROM audit_entry WHERE outcome = $1 AND detail LIKE $2 AND reason = $3`

// audited counts the entries of something that was done, or refused for a reason.
func (h *house) audited(what, reason string) (n int) {
	h.t.Helper()
	outcome := "done"
	if reason != "" {
		outcome = "refused"
	}
	err := h.c.Store.Read(h.t.Context(), func(tx store.Tx) error {
		return tx.One(h.t.Context(), auditCountSQL, []any{outcome, `%"` + what + `"%`, reason}, &n)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// dump gives every value of the room's tables and of the audit log.
func (h *house) dump() string {
	h.t.Helper()
	var all bytes.Buffer
	tables := map[string]int{"agency": 3, "user_account": 16, "user_role": 2, "qualification": 4, "session": 9, "sign_in_throttle": 5, "audit_entry": 11}
	err := h.c.Store.Read(h.t.Context(), func(tx store.Tx) error {
		for table, columns := range tables {
			err := tx.Each(h.t.Context(), "SELECT * FROM "+table, nil, func(scan func(dest ...any) error) error {
				values, dest := make([]any, columns), make([]any, columns)
				for i := range values {
					dest[i] = &values[i]
				}
				err := scan(dest...)
				for _, v := range values {
					fmt.Fprintf(&all, "%s\n", v)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all.String()
}

func (h *house) nowhere(secrets ...string) {
	h.t.Helper()
	all := h.dump()
	if !strings.Contains(all, "demo-helpline") {
		h.t.Fatal("the dump is empty")
	}
	for _, s := range secrets {
		if strings.Contains(all, s) {
			h.t.Errorf("%q is stored", s)
		}
	}
}
