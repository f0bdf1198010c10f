package open_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/secret"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

var passphrase = secret.Bytes("seven quiet herons")

func exports(t *testing.T, v *open.Vault) []byte {
	t.Helper()
	var w bytes.Buffer
	if err := v.Export(t.Context(), &w, passphrase); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

func isExported(t *testing.T, v *open.Vault) bool {
	t.Helper()
	yes, err := v.Exported(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return yes
}

// TestExportRestoreOpen loses the folder of keys and opens everything again from the export.
func TestExportRestoreOpen(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.withKeys(t, "a")
		public, err := seal.OwnPublicKey(t.Context(), p.main, filepath.Join(p.dir, seal.PublicKeyFile))
		if err != nil {
			t.Fatal(err)
		}
		sealed, b := box(t, v, "a", open.Content, "what was told"), seal.Binding{Kind: "report", ID: "r1"}
		key := current(t, p.main)
		envelope, err := seal.Seal(key, b, []byte("more"))
		if err != nil {
			t.Fatal(err)
		}
		if isExported(t, v) {
			t.Error("exported before the export")
		}
		file := exports(t, v)
		if !isExported(t, v) {
			t.Error("not exported after the export")
		}
		if first, _, _ := strings.Cut(string(file[len("age-encryption.org/v1\n"):]), "\n"); !strings.HasSuffix(first, " 18") {
			t.Errorf("the passphrase is stretched by %q", first)
		}
		if err := v.ImportCheck(bytes.NewReader(file), passphrase); err != nil {
			t.Error(err)
		}
		if err := os.Rename(p.dir, p.dir+".lost"); err != nil {
			t.Fatal(err)
		}
		p.refused(t, "is missing")
		if err := open.Restore(p.dir, secret.Files{}, bytes.NewReader(file), passphrase); err != nil {
			t.Fatal(err)
		}
		again := p.open(t)
		if got, err := again.Open(t.Context(), "a", open.Content, cell, sealed); err != nil || string(got) != "what was told" {
			t.Errorf("the cell: %q, %v", got, err)
		}
		if got, err := again.OpenEnvelope(t.Context(), key.ID, b, envelope); err != nil || string(got) != "more" {
			t.Errorf("the envelope: %q, %v", got, err)
		}
		if !again.Signer().Equal(v.Signer()) || !isExported(t, again) {
			t.Error("the audit key, or the memory of the export, is another")
		}
		restored, err := seal.ReadPublicKey(filepath.Join(p.dir, seal.PublicKeyFile))
		if err != nil || !restored.Pepper().Equal(public.Pepper()) {
			t.Errorf("the public key file: %v", err)
		}
		for _, name := range []string{open.WrappingFile, open.AuditFile, seal.PublicKeyFile} {
			if info, err := os.Stat(filepath.Join(p.dir, name)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestExportTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t).Quick()
		file := exports(t, v)
		root, err := secret.ReadFile(filepath.Join(p.dir, open.WrappingFile))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(file, []byte("age-encryption.org/v1\n-> scrypt ")) || bytes.Contains(file, root[:6]) || bytes.Contains(file, []byte("wrapping.key")) {
			t.Error("the export is not an age file under a passphrase")
		}
		var prints string
		read(t, p.keys, everyPrintSQL+` LIMIT 1`, nil, &prints)
		if len(prints) != 32 {
			t.Errorf("a fingerprint of %d characters", len(prints))
		}
		err = v.Export(t.Context(), new(bytes.Buffer), secret.Bytes("too short"))
		if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != "fault.password_short" {
			t.Errorf("a short passphrase: %v", err)
		}
	})
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestFailedExportIsNone(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t).Quick()
		if err := v.Export(t.Context(), full{}, passphrase); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("got %v", err)
		}
		if isExported(t, v) {
			t.Error("a failed export counts")
		}
	})
}

// TestNewPublicKeyNeedsANewExport has the public side make its file after the export.
func TestNewPublicKeyNeedsANewExport(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t).Quick()
		file := exports(t, v)
		if _, err := seal.OwnPublicKey(t.Context(), p.main, filepath.Join(p.dir, seal.PublicKeyFile)); err != nil {
			t.Fatal(err)
		}
		if isExported(t, v) {
			t.Error("a key that is in no export counts as exported")
		}
		if err := v.ImportCheck(bytes.NewReader(file), passphrase); err == nil || !strings.Contains(err.Error(), "lacks public.key") {
			t.Errorf("got %v", err)
		}
	})
}

func TestImportCheckRefuses(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t).Quick()
		file := exports(t, v)
		bad := bytes.Clone(file)
		bad[len(bad)-20] ^= 1
		for name, try := range map[string]struct {
			file []byte
			with secret.Bytes
			want string
		}{
			"another passphrase": {file, secret.Bytes("seven loud herons"), "the passphrase does not open"},
			"no passphrase":      {file, nil, "the passphrase is empty"},
			"altered":            {bad, passphrase, "altered"},
			"cut":                {file[:len(file)-1], passphrase, "altered or cut"},
			"empty":              {nil, passphrase, "not a key export"},
			"something else":     {[]byte("hello"), passphrase, "not a key export"},
		} {
			if err := v.ImportCheck(bytes.NewReader(try.file), try.with); err == nil || !strings.Contains(err.Error(), try.want) {
				t.Errorf("%s: %v", name, err)
			}
			if dir := filepath.Join(t.TempDir(), "keys"); name == "cut" {
				if err := open.Restore(dir, secret.Files{}, bytes.NewReader(try.file), try.with); err == nil {
					t.Errorf("restored what is %s", name)
				}
				if _, err := os.Stat(dir); err == nil {
					t.Error("a refused restore left a folder")
				}
			}
		}
	})
}

// TestExportOfAnother offers one installation the export of another.
func TestExportOfAnother(t *testing.T) {
	var other []byte
	each(t, func(t *testing.T, p *place) {
		v := p.open(t).Quick()
		if other == nil {
			other = exports(t, v)
			return
		}
		if err := v.ImportCheck(bytes.NewReader(other), passphrase); err == nil || !strings.Contains(err.Error(), "another installation") {
			t.Errorf("got %v", err)
		}
		before, _ := os.ReadFile(filepath.Join(p.dir, open.WrappingFile))
		if err := open.Restore(p.dir, secret.Files{}, bytes.NewReader(other), passphrase); err == nil || !strings.Contains(err.Error(), "nothing was restored") {
			t.Errorf("wrote over another key: %v", err)
		}
		if after, _ := os.ReadFile(filepath.Join(p.dir, open.WrappingFile)); !bytes.Equal(before, after) {
			t.Error("the key file was changed")
		}
	})
}

// TestRestoreGoesOn restores into a folder that has a part of the files, as after a restore that was cut short.
func TestRestoreGoesOn(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		file := exports(t, p.open(t).Quick())
		if err := os.Remove(filepath.Join(p.dir, open.AuditFile)); err != nil {
			t.Fatal(err)
		}
		if err := open.Restore(p.dir, secret.Files{}, bytes.NewReader(file), passphrase); err != nil {
			t.Error(err)
		}
		p.open(t)
		if err := os.Chmod(filepath.Join(p.dir, open.AuditFile), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := open.Restore(p.dir, secret.Files{}, bytes.NewReader(file), passphrase); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("took a file that others can read: %v", err)
		}
	})
}

// TestChangedKeyFiles has the files exchanged under a running program.
func TestChangedKeyFiles(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v, path := p.open(t).Quick(), filepath.Join(p.dir, open.WrappingFile)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Exported(t.Context()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a missing file: %v", err)
		}
		if _, err := secret.CreateFile(path, seal.KeySize); err != nil {
			t.Fatal(err)
		}
		if err := v.Export(t.Context(), new(bytes.Buffer), passphrase); err == nil || !strings.Contains(err.Error(), "were changed") {
			t.Errorf("exported a key that opens nothing: %v", err)
		}
	})
}
