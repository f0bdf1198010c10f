package open

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"amparo/internal/clock"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

const (
	// IntakeLife is how long reports are sealed to one intake key.
	IntakeLife = 30 * 24 * time.Hour
	// IntakeRest is how long the private half of an intake key is kept after it was retired: nothing takes so long to be committed.
	IntakeRest = 24 * time.Hour

	// nextFile is where a new wrapping key lies while it is put in the place of the old one.
	nextFile = WrappingFile + ".new"
)

const (
	filePrintSQL    = `SELECT fingerprint FROM key_file WHERE name = $1`
	putPrintSQL     = `UPDATE key_file SET fingerprint = $2 WHERE name = $1`
	putPrivateSQL   = `UPDATE intake_private SET wrapped = $2 WHERE id = $1`
	putDataSQL      = `UPDATE data_key SET wrapped = $3 WHERE subject = $1 AND purpose = $2`
	youngestSQL     = `SELECT COALESCE(MAX(created_at), 0) FROM intake_key WHERE retired_at = 0`
	restedSQL       = `SELECT id FROM intake_key WHERE retired_at > 0 AND retired_at <= $1 ORDER BY id LIMIT 100`
	dropPrivateSQL  = `DELETE FROM intake_private WHERE id = $1`
	dropPublicSQL   = `DELETE FROM intake_key WHERE id = $1 AND retired_at > 0`
	wrappingVersion = "amparo wrapping 1"
)

// A wrapping is the key that wraps all others, in use.
type wrapping struct {
	root secret.Hidden
	box  cipher.AEAD
	mark string // the key's fingerprint
}

func newWrapping(root secret.Bytes) *wrapping {
	return &wrapping{root: secret.Hide(root), box: seal.NewAEAD(seal.Derive(root, wrappingVersion)), mark: fingerprint(root)}
}

// TendIntake makes a new intake key when the one in use is older than IntakeLife, and destroys the private halves of those that were retired longer than
// IntakeRest ago and to which nothing waits any more: what was sealed to them opens for nobody afterwards. waits tells whether an envelope waits for a key.
func (v *Vault) TendIntake(ctx context.Context, waits func(ctx context.Context, tx store.Tx, key string) (bool, error)) (made bool, destroyed int, err error) {
	var youngest int64
	var rested []string
	var now time.Time
	err = v.main.Read(ctx, func(tx store.Tx) error {
		rested, now = nil, tx.Now
		if err := tx.One(ctx, youngestSQL, nil, &youngest); err != nil {
			return err
		}
		return tx.Each(ctx, restedSQL, []any{clock.Micro(now.Add(-IntakeRest))}, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			rested = append(rested, id)
			return err
		})
	})
	if err != nil {
		return false, 0, err
	}
	if made = now.Sub(clock.FromMicro(youngest)) >= IntakeLife; made {
		if _, err := v.RotateIntake(ctx); err != nil {
			return false, 0, err
		}
	}
	for _, id := range rested {
		gone, err := v.destroy(ctx, id, waits)
		if err != nil {
			return made, destroyed, err
		}
		if gone {
			destroyed++
		}
	}
	return made, destroyed, nil
}

// destroy destroys one intake key unless something waits for it: first the half that opens.
func (v *Vault) destroy(ctx context.Context, id string, waits func(ctx context.Context, tx store.Tx, key string) (bool, error)) (bool, error) {
	var still bool
	err := v.main.Read(ctx, func(tx store.Tx) (err error) { still, err = waits(ctx, tx, id); return err })
	if err != nil || still {
		return false, err
	}
	err = v.keys.Write(ctx, func(tx store.Tx) error { _, err := tx.Exec(ctx, dropPrivateSQL, id); return err })
	if err != nil {
		return false, err
	}
	v.mu.Lock()
	delete(v.openers, id)
	v.mu.Unlock()
	return true, v.main.Write(ctx, func(tx store.Tx) error { _, err := tx.Exec(ctx, dropPublicSQL, id); return err })
}

// RotateWrapping makes a new wrapping key and wraps every key with it, while other processes go on: they take the new one from the folder when they meet it. The
// old one opens older backups of the key store and nothing else; a key export must be made anew. A process with a folder of its own needs a copy of the
// new file. Where a key management service wraps the files, audit.key is wrapped, too, when it was not yet.
func (v *Vault) RotateWrapping(ctx context.Context) (err error) {
	unlock, err := v.alone()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	root, err := v.next(ctx)
	if err != nil {
		return err
	}
	to := newWrapping(root)
	err = v.keys.Write(ctx, func(tx store.Tx) error {
		if err := v.follow(ctx, tx); err != nil {
			return err
		}
		return v.rewrap(ctx, tx, v.wrapping.Load(), to)
	})
	if err != nil {
		return fmt.Errorf("the keys cannot be wrapped anew, and are as they were: %w", err)
	}
	v.wrapping.Store(to)
	if err := v.settle(); err != nil {
		return err
	}
	_, err = v.disk.Wrap(filepath.Join(v.dir, AuditFile))
	return err
}

// alone lets one rotation at a time go on in this folder, by whom it belongs to: a file of somebody else there locks the program out of its own keys.
func (v *Vault) alone() (unlock func() error, err error) {
	dir, err := os.Open(v.dir)
	if err != nil {
		return nil, err
	}
	info, err := dir.Stat()
	if err == nil {
		if who, ok := info.Sys().(*syscall.Stat_t); ok && int(who.Uid) != os.Geteuid() {
			err = fmt.Errorf("the folder %s belongs to another user; run this as the user that serves", v.dir)
		}
	}
	if err == nil && syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		err = errors.New("another rotation of the keys is under way; wait until it has ended")
	}
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return dir.Close, nil // which gives the lock up
}

// next makes the new wrapping key. One that lies there from a rotation that was cut short is put in its place when it counts, and else thrown away: somebody
// may have read it meanwhile.
func (v *Vault) next(ctx context.Context) (secret.Bytes, error) {
	k, err := v.remembered(ctx)
	if err == nil {
		err = v.finish(k)
	}
	path := filepath.Join(v.dir, nextFile)
	if err == nil {
		if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return nil, err
	}
	return v.disk.Create(path, seal.KeySize)
}

// rewrap wraps every key of the store with another wrapping key.
func (v *Vault) rewrap(ctx context.Context, tx store.Tx, from, to *wrapping) error {
	type row struct {
		statement string
		args      []any
	}
	var rows []row
	add := func(wrapped []byte, statement string, names []any, parts ...string) error {
		key, err := unwrapWith(from, wrapped, parts...)
		if err != nil {
			return err
		}
		rows = append(rows, row{statement, append(names, sealBox(to.box, key, seal.Bound(parts...)))})
		return nil
	}
	err := tx.Each(ctx, allPrivateSQL, nil, func(scan func(...any) error) error {
		var id string
		var wrapped []byte
		if err := scan(&id, &wrapped); err != nil {
			return err
		}
		return add(wrapped, putPrivateSQL, []any{id}, "intake_private", id)
	})
	if err != nil {
		return err
	}
	err = tx.Each(ctx, allDataSQL, nil, func(scan func(...any) error) error {
		var n keyName
		var wrapped []byte
		if err := scan(&n.subject, &n.purpose, &wrapped); err != nil {
			return err
		}
		return add(wrapped, putDataSQL, []any{n.subject, string(n.purpose)}, n.bound()...)
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := tx.Exec(ctx, r.statement, r.args...); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, putPrintSQL, WrappingFile, to.mark)
	return err
}

// settle puts the new wrapping key in the place of the old one.
func (v *Vault) settle() error {
	err := os.Rename(filepath.Join(v.dir, nextFile), filepath.Join(v.dir, WrappingFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // which a process that starts may have done meanwhile
		return fmt.Errorf("the new wrapping key is in %s and counts already; rename it to %s: %w", nextFile, WrappingFile, err)
	}
	dir, err := os.Open(v.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// finish puts a new wrapping key in the place of the old one when the rotation that made it counts and was cut short.
func (v *Vault) finish(k known) error {
	root, err := v.disk.Read(filepath.Join(v.dir, nextFile))
	if errors.Is(err, fs.ErrNotExist) || err == nil && fingerprint(root) != k.prints[WrappingFile] {
		return nil // none was begun, or it does not count
	}
	if err != nil {
		return err
	}
	return v.settle()
}

// follow makes sure that the wrapping key in use is the one that the key store has now, and takes the new one from the folder when another process has
// changed it.
func (v *Vault) follow(ctx context.Context, tx store.Tx) error {
	mark, err := printOf(ctx, tx)
	if err != nil {
		return err
	}
	if mark == v.wrapping.Load().mark {
		return nil
	}
	for _, name := range []string{WrappingFile, nextFile, WrappingFile} { // the last time for a file that was just put in its place
		root, err := v.disk.Read(filepath.Join(v.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if fingerprint(root) == mark {
			v.wrapping.Store(newWrapping(root))
			return nil
		}
	}
	var now string
	err = v.keys.Read(ctx, func(tx store.Tx) (err error) { now, err = printOf(ctx, tx); return err })
	if err != nil {
		return err
	}
	if now != mark { // it was changed once more since this transaction began
		return store.ErrLost
	}
	return fmt.Errorf("the wrapping key was changed, and the folder %s has not got the new one: copy %s from where it was changed", v.dir, WrappingFile)
}

// printOf gives the fingerprint of the wrapping key that the key store has.
func printOf(ctx context.Context, tx store.Tx) (mark string, err error) {
	err = tx.One(ctx, filePrintSQL, []any{WrappingFile}, &mark)
	return mark, err
}
