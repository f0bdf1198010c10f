package kms_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"amparo/internal/kms"
	"amparo/internal/secret"
)

// A transit answers as the transit engine of Vault does, for one key and one token.
type transit struct {
	box   cipher.AEAD
	token string
	down  atomic.Bool
}

func (s *transit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ Plaintext, Ciphertext string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	give := func(name, value string) {
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]string{name: value}})
	}
	switch {
	case s.down.Load():
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Header.Get("X-Vault-Token") != s.token:
		w.WriteHeader(http.StatusForbidden)
	case strings.HasSuffix(r.URL.Path, "/transit/encrypt/amparo"):
		plain, _ := base64.StdEncoding.DecodeString(in.Plaintext)
		nonce := make([]byte, s.box.NonceSize())
		rand.Read(nonce)
		give("ciphertext", "vault:v1:"+base64.StdEncoding.EncodeToString(s.box.Seal(nonce, nonce, plain, nil)))
	case strings.HasSuffix(r.URL.Path, "/transit/decrypt/amparo"):
		raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(in.Ciphertext, "vault:v1:"))
		plain, err := s.box.Open(nil, raw[:s.box.NonceSize()], raw[s.box.NonceSize():], nil)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		give("plaintext", base64.StdEncoding.EncodeToString(plain))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// one is the service of all tests: the library reads where it is and who asks once in a process.
var one = &transit{}

func TestMain(m *testing.M) {
	server := httptest.NewServer(one)
	os.Setenv("VAULT_SERVER_URL", server.URL)
	os.Setenv("VAULT_SERVER_TOKEN", "the-token")
	code := m.Run()
	server.Close()
	os.Exit(code)
}

// service gives it a new key, and the token that it wants.
func service(t *testing.T, token string) *transit {
	t.Helper()
	block, err := aes.NewCipher([]byte(rand.Text()[:16]))
	must(t, err)
	box, err := cipher.NewGCM(block)
	must(t, err)
	one.box, one.token = box, token
	one.down.Store(false)
	return one
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T) secret.Files {
	t.Helper()
	f, err := kms.Files(t.Context(), "hashivault://amparo")
	must(t, err)
	return f
}

// TestWrapped wraps what lies there as it is, and what is new: neither file has the key in it, each is read with the service and with nothing else.
func TestWrapped(t *testing.T) {
	s := service(t, "the-token")
	f, dir := files(t), t.TempDir()
	plain, fresh := filepath.Join(dir, "plain.key"), filepath.Join(dir, "fresh.key")
	before, err := secret.CreateFile(plain, 32)
	must(t, err)
	if is, err := secret.Wrapped(plain); err != nil || is {
		t.Errorf("wrapped %t, %v", is, err)
	}
	if read, err := f.Read(plain); err != nil || !read.Equal(before) { // so that a service can be brought in later
		t.Errorf("what lies as it is cannot be read: %v", err)
	}
	for want := range 2 {
		if done, err := f.Wrap(plain); err != nil || done != (want == 0) {
			t.Errorf("the %d. time: wrapped %t, %v", want+1, done, err)
		}
	}
	after, err := f.Create(fresh, 32)
	must(t, err)
	for path, key := range map[string]secret.Bytes{plain: before, fresh: after} {
		text, err := os.ReadFile(path)
		must(t, err)
		info, err := os.Stat(path)
		must(t, err)
		if is, _ := secret.Wrapped(path); !is || strings.Contains(string(text), hex.EncodeToString(key)) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: wrapped %t, %v, %s", path, is, info.Mode(), text)
		}
		if read, err := f.Read(path); err != nil || !read.Equal(key) {
			t.Errorf("%s: another key comes back: %v", path, err)
		}
		if _, err := secret.ReadFile(path); err == nil || !strings.Contains(err.Error(), "name it with --kms") {
			t.Errorf("without the service: %v", err)
		}
	}
	s.down.Store(true)
	if _, err := f.Read(plain); err == nil || !strings.Contains(err.Error(), "see that it is reached") {
		t.Errorf("the service is away: %v", err)
	}
	if _, err := f.Create(filepath.Join(dir, "never.key"), 32); err == nil {
		t.Error("a key was made that nobody wrapped")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "never*")); len(left) != 0 {
		t.Errorf("there is %s", left)
	}
}

// TestRefused has a wrong token, another service, and no service at all.
func TestRefused(t *testing.T) {
	service(t, "the-token")
	path := filepath.Join(t.TempDir(), "a.key")
	_, err := files(t).Create(path, 32)
	must(t, err)
	service(t, "the-token") // with another key
	if _, err := files(t).Read(path); err == nil {
		t.Error("another service unwraps it")
	}
	service(t, "another")
	if _, err := files(t).Read(path); err == nil || strings.Contains(err.Error(), "the-token") {
		t.Errorf("a wrong token: %v", err)
	}
	for _, address := range []string{"nonsense", "http://127.0.0.1", "awskms://x"} {
		if _, err := kms.Files(t.Context(), address); err == nil || !strings.Contains(err.Error(), "hashivault://amparo") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if f, err := kms.Files(t.Context(), ""); err != nil || f.Keeper != nil {
		t.Errorf("no service: %v, %v", f, err)
	}
}
