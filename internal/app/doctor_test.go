package app

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/backup"
	"amparo/internal/config"
	"amparo/internal/front"
	"amparo/internal/identity"
	"amparo/internal/jobs"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/rota"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/vault/open"
)

// A ward is an installation and the doctor who looks at it.
type ward struct {
	t     *testing.T
	c     config.Serve
	space uint64
}

// finds gives what the doctor finds, as "about: wrong", the urgent with a mark.
func (w *ward) finds() []string {
	w.t.Helper()
	found, err := (&doctor{free: func(string) uint64 { return w.space }}).examine(w.t.Context(), w.c)
	must(w.t, err)
	var list []string
	for i, f := range found {
		mark := ""
		if f.Urgent {
			mark = "! "
		}
		if f.Mend == "" || i > 0 && f.Urgent && !found[i-1].Urgent {
			w.t.Errorf("%q has nothing to do about it, or stands in the wrong place", f.Wrong)
		}
		list = append(list, mark+f.About+": "+f.Wrong)
	}
	return list
}

// well wants nothing to be wrong.
func (w *ward) well(after string) {
	w.t.Helper()
	if list := w.finds(); len(list) > 0 {
		w.t.Errorf("%s it finds %q", after, list)
	}
}

// ill wants exactly one thing to be wrong, which begins so.
func (w *ward) ill(want string) {
	w.t.Helper()
	if list := w.finds(); len(list) != 1 || !strings.HasPrefix(list[0], want) {
		w.t.Errorf("it finds %q, want %q", list, want)
	}
}

// inside gives a store of the installation to f.
func (w *ward) inside(f func(ctx context.Context, tx store.Tx) error) {
	w.t.Helper()
	must(w.t, with(w.t.Context(), w.c.Data, func(s stores, _ *open.Vault) error {
		return s.main.Write(w.t.Context(), func(tx store.Tx) error { return f(w.t.Context(), tx) })
	}))
}

const (
	lagTestSQL     = `UPDATE job SET run_at = $1 WHERE kind = 'test.wait'`
	killTestSQL    = `UPDATE job SET state = 'dead', attempt = 20, error = 'unavailable fault.unavailable', unique_key = NULL WHERE kind = 'test.wait'`
	agedTestSQL    = `UPDATE backup SET made_at = made_at - $1 WHERE of = 'matters'`
	nothingTestSQL = `DELETE FROM job`
	cureTestSQL    = `UPDATE task SET state = 'done'`
	versionTestSQL = `SELECT max(version_id) FROM schema_version`
	undoTestSQL    = `DELETE FROM schema_version WHERE version_id = $1`
	redoTestSQL    = `INSERT INTO schema_version (version_id, is_applied) VALUES ($1, true)`
)

// lead gives the rota to f, and who may plan it at the desk that is on call.
func (w *ward) lead(f func(plan *rota.Room, lead access.Actor)) {
	w.t.Helper()
	must(w.t, with(w.t.Context(), w.c.Data, func(s stores, v *open.Vault) error {
		pack, err := front.Country(w.c)
		must(w.t, err)
		r := rooms{pack: pack, people: people(s, v, identity.Config{})}
		users, err := r.people.Users(w.t.Context(), access.Console)
		i := slices.IndexFunc(users, func(u identity.User) bool {
			return u.Active && u.Actor().Supervises() && string(u.Agency) == pack.OnCall()
		})
		if i < 0 {
			w.t.Fatalf("nobody plans the rota: %v", err)
		}
		f(r.newRota(s.main), users[i].Actor())
		return err
	}))
}

// rota plans shifts for three days at the desk that is on call, and withdraws them.
func (w *ward) rota() {
	w.t.Helper()
	now := time.Now()
	var list []rota.Shift
	w.lead(func(plan *rota.Room, lead access.Actor) {
		for day := range 3 {
			from := now.Add(time.Duration(day)*24*time.Hour - time.Hour)
			must(w.t, plan.Plan(w.t.Context(), lead, rota.PlanInput{User: lead.ID, Kind: rota.AtDesk, From: from, Until: from.Add(24 * time.Hour), Weeks: 1}))
		}
		sheet, err := plan.Show(w.t.Context(), lead, rota.Span{From: now, Until: now.AddDate(0, 1, 0)})
		must(w.t, err)
		list = sheet.Shifts
	})
	w.ill("! rota: By its rota nobody is there for the desk dcps on ")
	w.lead(func(plan *rota.Room, lead access.Actor) {
		for _, s := range list {
			must(w.t, plan.Withdraw(w.t.Context(), lead, s.ID, s.Version))
		}
	})
}

// TestDoctor brings about everything that the doctor looks for, one by one, and mends it again.
func TestDoctor(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		w := &ward{t, plain(t, d), math.MaxUint64}
		w.c.Mail = config.Mail{SMTPHost: "mail.example.org", MailFrom: "desk@example.org", DeskURL: "https://desk.example.org/"}
		if _, err := Doctor(t.Context(), w.c); err == nil || !strings.Contains(err.Error(), "there is no installation in "+d.Dir) {
			t.Errorf("of nothing it says %v", err)
		}
		a, _ := opened(t, w.c)
		must(t, a.Close())
		w.fresh()
		w.staffed()
		w.well("with people and a copy of the keys")
		w.aged()
		w.files()
		w.country()
		w.notices()
		w.work()
		w.rota()
		w.schema()
		w.well("in the end")
	})
}

// fresh looks at an installation that nobody has done anything about.
func (w *ward) fresh() {
	w.t.Helper()
	want := []string{"! backups: There is no backup of the matters", "! backups: There is no backup of the keys", "! keys: There is no copy of the keys", "! notices: No duty officer has an e-mail address", "! people: There is no active duty_officer",
		"people: There is no active administrator", "people: There is no active case_manager", "people: There is no active service_lead",
		"people: There is no active supervisor"}
	got := w.finds()
	slices.Sort(got[min(5, len(got)):])
	if len(got) != len(want) || !slices.EqualFunc(got, want, strings.HasPrefix) {
		w.t.Errorf("at first it finds %q", got)
	}
	must(w.t, ExportKeys(w.t.Context(), w.c.Data, &strings.Builder{}, secret.Bytes("a long enough passphrase")))
	var orders []backup.Order
	for _, of := range []backup.Of{backup.Matters, backup.Keys} {
		orders = append(orders, backup.Order{Of: of, Dir: filepath.Join(w.t.TempDir(), string(of)), Passphrase: secret.Bytes("a long enough passphrase")})
	}
	made, err := Backup(w.t.Context(), w.c.Data, orders)
	must(w.t, err)
	if len(made) != 2 || made[0].Rows == 0 || made[1].Bytes == 0 {
		w.t.Errorf("it made %+v", made)
	}
}

// aged has the last backups made long ago.
func (w *ward) aged() {
	w.t.Helper()
	w.inside(func(ctx context.Context, tx store.Tx) error {
		_, err := tx.Exec(ctx, agedTestSQL, (60 * time.Hour).Microseconds())
		return err
	})
	w.ill("! backups: The last backup of the matters was made 60 hours ago")
	w.inside(func(ctx context.Context, tx store.Tx) error {
		_, err := tx.Exec(ctx, agedTestSQL, -(60 * time.Hour).Microseconds())
		return err
	})
}

// staffed adds those who are missing.
func (w *ward) staffed() {
	w.t.Helper()
	must(w.t, WithPeople(w.t.Context(), w.c.Data, func(people *identity.Room) error {
		for _, role := range access.Roles {
			name := strings.ReplaceAll(string(role), "_", "-")
			if _, err := people.AddUser(w.t.Context(), access.Console, identity.AddUserInput{Name: name, DisplayName: name, Agency: "dcps",
				Roles: []access.Role{role}, Email: name + "@example.org"}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// files lets others read, and fills the disk.
func (w *ward) files() {
	w.t.Helper()
	for _, path := range []string{w.c.Dir, filepath.Join(w.c.Keys(), open.WrappingFile), filepath.Join(w.c.Dir, "audit.checkpoints")} {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			must(w.t, os.WriteFile(path, nil, 0o600))
			info, err = os.Stat(path)
		}
		must(w.t, err)
		must(w.t, os.Chmod(path, info.Mode().Perm()|0o040))
		list, err := (&doctor{free: free}).examine(w.t.Context(), w.c)
		if len(list) != 1 || list[0].Wrong != path+" can be read by others on this machine." || list[0].Mend != "Run: chmod go= "+path {
			if path != w.c.Dir || err == nil { // of a folder that is open to others nothing more is looked at
				w.t.Errorf("%s is open to others: %+v %v", path, list, err)
			}
		}
		must(w.t, os.Chmod(path, info.Mode().Perm()))
	}
	w.well("with everything closed to others")
	w.space = leastSpace - 1
	w.ill("! data: There is less than 1 GiB free")
	w.space = leastSpace
	w.well("with room")
}

// country names packs that cannot be served.
func (w *ward) country() {
	w.t.Helper()
	good := w.c.Pack
	w.c.Pack = ""
	w.ill("country: No pack was named")
	w.c.Pack = w.t.TempDir()
	w.ill("! country: The pack has")
	w.c.Pack = packWith(w.t, func(text string) string { return text })
	w.ill("! country: ")
	w.c.Demo = true
	w.well("as a demonstration")
	w.c.Pack = packWith(w.t, overdue)
	list := w.finds()
	if len(list) != 7 || !strings.HasPrefix(list[0], "! country: The contact ") || strings.HasPrefix(list[6], "!") {
		w.t.Errorf("of contacts that nobody has checked it says %q", list)
	}
	w.c.Demo, w.c.Pack = false, good
}

// overdue changes the text of contacts so that their time has passed.
func overdue(text string) string {
	text = jurisdictiontest.Reviewed(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		for field, day := range map[string]string{"verified_at": "2020-01-01", "expires_at": "2020-03-01"} {
			if head, _, ok := strings.Cut(line, field+":"); ok {
				lines[i] = head + field + `: "` + day + `"`
			}
		}
	}
	return strings.Join(lines, "\n")
}

// notices takes the mail server away.
func (w *ward) notices() {
	w.t.Helper()
	mail := w.c.Mail
	w.c.Mail = config.Mail{}
	w.ill("notices: No mail server was named")
	w.c.Mail = mail
	w.well("with a mail server")
}

// work lets work wait, die, and be late.
func (w *ward) work() {
	w.t.Helper()
	w.inside(func(ctx context.Context, tx store.Tx) error {
		if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: "test.wait"}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, lagTestSQL, tx.Now.Add(-2*longestLag).UnixMicro())
		return err
	})
	w.ill("! work: Work waits for 4m")
	w.inside(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, killTestSQL); return err })
	w.ill("! work: 1 jobs were given up after many tries, the first: test.wait (unavailable fault.unavailable)")
	w.inside(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, nothingTestSQL); return err })
	w.well("without jobs")
	by, err := access.Own(access.System("test"), access.CaseRecord)
	must(w.t, err)
	w.inside(func(ctx context.Context, tx store.Tx) error {
		_, err := task.Start(ctx, tx, by, task.Input{Subject: "c1", Kind: "test", Due: tx.Now.Add(-30 * time.Hour)})
		return err
	})
	w.ill("work: The most overdue task should have been done 30h0m0s ago")
	w.inside(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, cureTestSQL); return err })
	w.well("with the task done")
}

// schema makes the tables newer and older.
func (w *ward) schema() {
	w.t.Helper()
	var last int64
	w.tables(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, versionTestSQL, nil, &last) })
	step := func(statement string, version int64) {
		w.tables(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, statement, version); return err })
	}
	step(redoTestSQL, 9999)
	w.ill("! data: The tables of the set main are newer")
	step(undoTestSQL, 9999)
	step(undoTestSQL, last)
	w.ill("! data: The tables of the set main are older")
	step(redoTestSQL, last)
}

// tables gives the main store to f, whatever version its tables are of.
func (w *ward) tables(f func(ctx context.Context, tx store.Tx) error) {
	w.t.Helper()
	s, err := openStores(w.t.Context(), w.c.Data)
	must(w.t, err)
	write(w.t, s.main, f)
	must(w.t, s.close())
}
