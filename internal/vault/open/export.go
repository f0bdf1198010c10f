package open

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// MinPassphrase is the fewest characters of a passphrase for a key export.
const MinPassphrase = 12

const (
	exportVersion = 1
	exportWork    = 18      // log2 of scrypt's rounds, as age has it: a second for us, a second per guess for others
	exportLimit   = 1 << 20 // bytes; a key export has less than two thousand
)

// exported are the key files that an export holds, in the order in which they are restored.
var exported = [...]string{WrappingFile, AuditFile, seal.PublicKeyFile}

// A bundle is what is inside a key export. Its fields are plain bytes on purpose: here the keys must be written.
type bundle struct {
	Version int               `json:"amparo_keys"`
	MadeAt  time.Time         `json:"made_at"`
	Files   map[string][]byte `json:"files"`
}

// Export writes all key files as an age file under the passphrase (scrypt; this takes a second and 256 MiB) and
// remembers that it was done. The public key file is in it when it is in the folder. It gives fault.Invalid for a
// passphrase of fewer than MinPassphrase characters.
func (v *Vault) Export(ctx context.Context, w io.Writer, passphrase secret.Bytes) error {
	if utf8.RuneCount(passphrase) < MinPassphrase {
		return fault.New(fault.Invalid, "fault.password_short", "Min", MinPassphrase)
	}
	files, err := v.files()
	if err != nil {
		return err
	}
	if err := writeBundle(w, bundle{exportVersion, v.clock.Now(), files}, passphrase, v.exportWork); err != nil {
		return fmt.Errorf("the key export cannot be written: %w", err)
	}
	return v.keys.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, addExportSQL, ident.New[string](tx.Now), clock.Micro(tx.Now), v.exportPrint(files))
		return err
	})
}

// Exported tells whether the key files, as they are now, were ever exported.
func (v *Vault) Exported(ctx context.Context) (bool, error) {
	files, err := v.files()
	if err != nil {
		return false, err
	}
	var n int
	err = v.keys.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, exportedSQL, []any{v.exportPrint(files)}, &n) })
	return n > 0, err
}

// ImportCheck proves that an export opens with the passphrase and holds every key of this installation as it is now.
func (v *Vault) ImportCheck(r io.Reader, passphrase secret.Bytes) error {
	b, err := readBundle(r, passphrase)
	if err != nil {
		return err
	}
	files, err := v.files()
	if err != nil {
		return err
	}
	for _, name := range exported {
		there, here := b.Files[name], files[name]
		switch {
		case here != nil && there == nil:
			return fmt.Errorf("the key export lacks %s: make a new export", name)
		case here != nil && !hmac.Equal(there, here):
			return fmt.Errorf("the key export holds another %s: it belongs to another installation; make a new export", name)
		}
	}
	return nil
}

// Restore writes the key files of an export into a folder, for their owner alone. A file that is there with another key
// stops it before anything is written; one with the same key is left as it is.
func Restore(dir string, disk secret.Files, r io.Reader, passphrase secret.Bytes) error {
	b, err := readBundle(r, passphrase)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder of keys: %w", err)
	}
	missing, err := missingFrom(dir, disk, b)
	if err != nil {
		return err
	}
	for _, name := range missing {
		to := disk
		if name == seal.PublicKeyFile {
			to = secret.Files{} // it opens nothing, and is read where no key management service is
		}
		if err := to.Write(filepath.Join(dir, name), b.Files[name]); err != nil {
			return err
		}
	}
	return nil
}

// missingFrom gives the files of the bundle that the folder lacks.
func missingFrom(dir string, disk secret.Files, b bundle) (list []string, err error) {
	for _, name := range exported {
		want, ok := b.Files[name]
		if !ok {
			continue
		}
		path := filepath.Join(dir, name)
		there, err := disk.Read(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			list = append(list, name)
		case err != nil:
			return nil, err
		case !there.Equal(want):
			return nil, fmt.Errorf("%s is there with another key, and nothing was restored: move it away first if you are sure", path)
		}
	}
	return list, nil
}

// files reads the key files as they are now, and refuses them if they are not those that this process works with.
func (v *Vault) files() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range exported {
		key, err := v.disk.Read(filepath.Join(v.dir, name))
		if errors.Is(err, fs.ErrNotExist) && name == seal.PublicKeyFile {
			continue
		}
		if err != nil {
			return nil, err
		}
		files[name] = key
	}
	if !v.wrapping.Load().root().Equal(files[WrappingFile]) || !v.audit().Equal(files[AuditFile]) {
		return nil, fmt.Errorf("the key files in %s were changed after the program started: put the right ones back, or start it again", v.dir)
	}
	return files, nil
}

// exportPrint tells one set of key files from another, without leading back to them.
func (v *Vault) exportPrint(files map[string][]byte) string {
	mac := hmac.New(sha256.New, seal.Derive(v.wrapping.Load().root(), "amparo export 1"))
	for _, name := range exported {
		mac.Write(seal.Bound(name, string(files[name])))
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func writeBundle(w io.Writer, b bundle, passphrase secret.Bytes, work int) error {
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	to, err := age.NewScryptRecipient(string([]byte(passphrase)))
	if err != nil {
		return err
	}
	to.SetWorkFactor(work)
	var sealed bytes.Buffer // whole before the first byte goes out
	in, err := age.Encrypt(&sealed, to)
	if err != nil {
		return err
	}
	if _, err := in.Write(text); err != nil {
		return err
	}
	if err := in.Close(); err != nil {
		return err
	}
	_, err = sealed.WriteTo(w)
	return err
}

func readBundle(r io.Reader, passphrase secret.Bytes) (bundle, error) {
	var b bundle
	with, err := age.NewScryptIdentity(string([]byte(passphrase)))
	if err != nil {
		return b, errors.New("the passphrase is empty: give the one that the key export was made with")
	}
	in, err := age.Decrypt(io.LimitReader(r, exportLimit), with)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return b, errors.New("the passphrase does not open this key export: type it again")
	}
	var text []byte
	if err == nil {
		text, err = io.ReadAll(in)
	}
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil { // the cause may show a part of the file
		return bundle{}, errors.New("this is not a key export, or it was altered or cut: take another copy")
	}
	return b, b.check()
}

func (b bundle) check() error {
	if b.Version != exportVersion {
		return fmt.Errorf("this key export has version %d, and this program reads version %d: use the program that made it", b.Version, exportVersion)
	}
	for _, name := range exported {
		if key, ok := b.Files[name]; len(key) != seal.KeySize && (ok || name != seal.PublicKeyFile) {
			return fmt.Errorf("this key export has no good %s: take another copy", name)
		}
	}
	return nil
}
