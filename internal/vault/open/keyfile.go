package open

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"amparo/internal/clock"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// The files in the folder of keys; seal.PublicKeyFile is the fourth.
const (
	WrappingFile    = "wrapping.key"
	AuditFile       = "audit.key"
	AuditPublicFile = "audit.pub"
)

const auditHeader = "# The public half of this installation's audit key (Ed25519). Give it to whoever checks the audit log from outside.\n"

// errAnother says that a key file and the key store do not belong together. Both may have been read while another process was changing the key: it
// counts when a second look finds the same.
var errAnother = errors.New("not the key that this key store was made with")

// looks is how often a key file and the key store are held against each other, and lookAgain the time that is waited once more before each.
const (
	looks     = 10
	lookAgain = 2 * time.Millisecond
)

// again does what is wanted, and anew when it met a key that another process was just changing: what was read before was wrapped with the one from before.
func again(f func() error) (err error) {
	for n := range looks {
		time.Sleep(time.Duration(n) * lookAgain) // else several looks meet one and the same change
		if err = f(); !errors.Is(err, errAnother) && !errors.Is(err, seal.ErrBroken) && !errors.Is(err, store.ErrLost) {
			break
		}
	}
	return err
}

// known is what the stores remember of the key files.
type known struct {
	prints map[string]string // fingerprint by name of file
	used   bool              // something is wrapped
}

// keyFiles reads wrapping.key and audit.key, or makes them when they were never used, and writes audit.pub.
func (v *Vault) keyFiles(ctx context.Context) error {
	k, err := v.remembered(ctx)
	if err != nil {
		return err
	}
	if err := v.finish(k); err != nil {
		return err
	}
	root, err := v.keyFile(WrappingFile, k, k.used, "nothing that is sealed here can be opened without it")
	if err != nil {
		return err
	}
	audit, err := v.keyFile(AuditFile, k, false, "the audit log cannot go on without it")
	if err != nil {
		return err
	}
	v.wrapping.Store(newWrapping(root))
	v.audit = secret.Hide(audit)
	if err := v.remember(ctx, map[string]secret.Bytes{WrappingFile: root, AuditFile: audit}); err != nil {
		return err
	}
	return v.auditPublicFile()
}

// keyFile reads a key file, and makes it when it is neither remembered nor used.
func (v *Vault) keyFile(name string, k known, used bool, lost string) (secret.Bytes, error) {
	path := filepath.Join(v.dir, name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && (used || k.prints[name] != "") {
		return nil, fmt.Errorf("%s is missing, and %s: put it back from the key export (no new one is made in its place)", path, lost)
	}
	key, err := v.disk.ReadOrCreate(path, seal.KeySize)
	if err != nil {
		return nil, err
	}
	return key, v.same(name, key, k.prints[name])
}

// same compares a key with the fingerprint remembered; an empty one is none.
func (v *Vault) same(name string, key secret.Bytes, print string) error {
	if print == "" || print == fingerprint(key) {
		return nil
	}
	return fmt.Errorf("%s is %w: put the right one back from the key export", filepath.Join(v.dir, name), errAnother)
}

// fingerprint tells keys apart and does not lead back to them.
func fingerprint(key secret.Bytes) string {
	return hex.EncodeToString(seal.Derive(key, "amparo fingerprint 1")[:16])
}

func (v *Vault) remembered(ctx context.Context) (known, error) {
	k := known{prints: map[string]string{}}
	err := v.keys.Read(ctx, func(tx store.Tx) error {
		if err := eachPrint(ctx, tx, k.prints); err != nil {
			return err
		}
		var one int
		err := tx.One(ctx, anyWrappedSQL, nil, &one)
		k.used = err == nil
		if errors.Is(err, store.ErrNoRow) {
			return nil
		}
		return err
	})
	if err != nil {
		return k, fmt.Errorf("the key store cannot be read: %w", err)
	}
	return k, nil
}

func eachPrint(ctx context.Context, tx store.Tx, prints map[string]string) error {
	return tx.Each(ctx, keyFilesSQL, nil, func(scan func(...any) error) error {
		var name, print string
		err := scan(&name, &print)
		prints[name] = print
		return err
	})
}

// remember keeps the fingerprints of new key files, and refuses keys that lost against those of another process.
func (v *Vault) remember(ctx context.Context, files map[string]secret.Bytes) error {
	prints := map[string]string{}
	err := v.keys.Write(ctx, func(tx store.Tx) error {
		for _, name := range []string{AuditFile, WrappingFile} {
			if _, err := tx.Exec(ctx, rememberSQL, name, fingerprint(files[name]), clock.Micro(tx.Now)); err != nil {
				return err
			}
		}
		return eachPrint(ctx, tx, prints)
	})
	if err != nil {
		return fmt.Errorf("the key store cannot be written: %w", err)
	}
	if err := v.same(WrappingFile, files[WrappingFile], prints[WrappingFile]); err != nil {
		return err
	}
	return v.same(AuditFile, files[AuditFile], prints[AuditFile])
}

// auditPublicFile writes audit.pub when it is missing, and refuses one of another key.
func (v *Vault) auditPublicFile() error {
	path := filepath.Join(v.dir, AuditPublicFile)
	err := secret.WriteNew(path, []byte(auditHeader+hex.EncodeToString(v.AuditPublic())+"\n"), 0o644)
	if err == nil || !errors.Is(err, fs.ErrExist) {
		return err
	}
	there, err := ReadAuditPublic(path)
	if err != nil {
		return err
	}
	if !there.Equal(v.AuditPublic()) {
		return fmt.Errorf("%s does not belong to %s: remove it, start again, and give the new one to whoever checks the audit log", path, AuditFile)
	}
	return nil
}

// ReadAuditPublic reads an audit.pub file, here or where somebody checks the audit log from outside.
func ReadAuditPublic(path string) (ed25519.PublicKey, error) {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("cannot read the public audit key: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if key, err := hex.DecodeString(line); err == nil && len(key) == ed25519.PublicKeySize {
			return key, nil
		}
		break
	}
	return nil, fmt.Errorf("%s holds no public audit key: take it again from the installation's folder of keys", path)
}
