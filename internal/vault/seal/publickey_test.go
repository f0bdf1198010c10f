package seal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/seal"
)

// TestPublicKey: made once, remembered, shared by copying, and never made again in the place of one that is lost.
func TestPublicKey(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		path := filepath.Join(t.TempDir(), seal.PublicKeyFile)
		if _, err := seal.ReadPublicKey(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a missing file gives %v", err)
		}
		stranger := filepath.Join(t.TempDir(), seal.PublicKeyFile)
		must(t, secret.WriteFile(stranger, secret.Random(seal.KeySize)))
		other, err := seal.ReadPublicKey(stranger)
		must(t, err)
		wants(t, other.Belongs(t.Context(), main, stranger), "has no keys yet")

		made, err := seal.OwnPublicKey(t.Context(), main, path)
		must(t, err)
		again, err := seal.OwnPublicKey(t.Context(), main, path)
		must(t, err)
		read, err := seal.ReadPublicKey(path)
		must(t, err)
		must(t, read.Belongs(t.Context(), main, path))
		if !read.Pepper().Equal(made.Pepper()) || !again.Pepper().Equal(made.Pepper()) {
			t.Fatal("read another key")
		}
		one, err := made.Form()
		must(t, err)
		two, err := read.Form()
		must(t, err)
		if got, _, err := two.Open("report", one.Seal("report", []byte("x"), noon), noon); err != nil || string(got) != "x" {
			t.Errorf("two processes with one file: %v", err)
		}

		wants(t, other.Belongs(t.Context(), main, stranger), "is not the key of this installation")
		_, err = seal.OwnPublicKey(t.Context(), main, stranger)
		wants(t, err, "is not the key of this installation")
		must(t, os.Remove(path))
		_, err = seal.OwnPublicKey(t.Context(), main, path)
		wants(t, err, "put it back from the key export")
		if _, err := os.Stat(path); err == nil {
			t.Error("a new key was made in the place of the lost one")
		}
	})
}

func TestAPublicKeyFileThatCannotBeUsed(t *testing.T) {
	short := filepath.Join(t.TempDir(), seal.PublicKeyFile)
	must(t, secret.WriteFile(short, secret.Random(16)))
	if _, err := seal.ReadPublicKey(short); err == nil {
		t.Error("a short key was taken")
	}
	open := filepath.Join(t.TempDir(), seal.PublicKeyFile)
	must(t, secret.WriteFile(open, secret.Random(seal.KeySize)))
	must(t, os.Chmod(open, 0o644))
	_, err := seal.ReadPublicKey(open)
	wants(t, err, "chmod 600")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, words string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("it gives %v, not %q", err, words)
	}
}
