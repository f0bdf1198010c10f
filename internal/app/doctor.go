package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"amparo/internal/access"
	"amparo/internal/backup"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/front"
	"amparo/internal/identity"
	"amparo/internal/jobs"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/vault/open"
)

// What the doctor holds to be too much or too little.
const (
	longestLag = 2 * time.Minute // that a job may wait for a worker
	longestAge = 50 * time.Hour  // of the last backup: two nights and a little
	leastSpace = 1 << 30         // bytes free in the data folder
)

// A Finding is something that is wrong with an installation, and how to mend it.
type Finding struct {
	About  string `json:"about"`  // data, keys, backups, country, people, notices, rota, work, door
	Wrong  string `json:"wrong"`  // one sentence
	Mend   string `json:"mend"`   // what to do
	Urgent bool   `json:"urgent"` // reports may be lost, or answered too late
}

// a doctor gathers findings.
type doctor struct {
	list []Finding
	free func(dir string) uint64 // bytes free on the disk of a folder
	pack *jurisdiction.Pack      // nil when none can be looked at
}

func (d *doctor) find(about string, urgent bool, wrong, mend string) {
	d.list = append(d.list, Finding{about, wrong, mend, urgent})
}

// Doctor looks at an installation and gives what is wrong with it, the urgent first. It changes nothing and works while
// the installation is serving. An error means that it could not look further than what it found.
func Doctor(ctx context.Context, c config.Serve) ([]Finding, error) {
	return (&doctor{free: free}).examine(ctx, c)
}

func (d *doctor) examine(ctx context.Context, c config.Serve) ([]Finding, error) {
	if err := started(c.Data); err != nil {
		return nil, err
	}
	d.files(c.Data)
	d.country(c)
	d.mail(c)
	err := d.inside(ctx, c)
	slices.SortStableFunc(d.list, func(a, b Finding) int {
		if a.Urgent == b.Urgent {
			return cmp.Compare(a.About, b.About)
		}
		if a.Urgent {
			return -1
		}
		return 1
	})
	return d.list, err
}

// inside looks at what the databases hold, when they are such as this program needs.
func (d *doctor) inside(ctx context.Context, c config.Serve) error {
	s, err := openStores(ctx, c.Data)
	if err != nil {
		return err
	}
	other, err := d.tables(ctx, s)
	if err = errors.Join(err, s.close()); err != nil || other {
		return err
	}
	return with(ctx, c.Data, func(s stores, v *open.Vault) error {
		room := people(s, v, identity.Config{})
		return errors.Join(d.copies(ctx, v), d.backups(ctx, c, s), d.staff(ctx, s, room, c.SMTPHost != ""), d.rota(ctx, s, room), d.work(ctx, s), d.door(ctx, s), d.adoptedRules(ctx, c, s))
	})
}

// files looks at the data folder from outside.
func (d *doctor) files(c config.Data) {
	err := filepath.WalkDir(c.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 && entry.Name() != open.AuditPublicFile { // which is to be given away
			d.find("data", true, path+" can be read by others on this machine.", "Run: chmod go= "+path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.find("data", true, "The data folder cannot be read: "+err.Error()+".", "Run the doctor as the user that serves.")
	}
	if d.free(c.Dir) < leastSpace {
		d.find("data", true, "There is less than 1 GiB free where the data is.", "Make room: without it, reports can no longer be taken in.")
	}
}

// free tells how many bytes are free on the disk of a folder; all there are when nobody can tell.
func free(dir string) uint64 {
	var disk syscall.Statfs_t
	if syscall.Statfs(dir, &disk) != nil {
		return math.MaxUint64
	}
	return disk.Bavail * uint64(disk.Bsize)
}

// country looks at the pack.
func (d *doctor) country(c config.Serve) {
	if c.Pack == "" && !c.Demo {
		d.find("country", false, "No pack was named, so the country's data was not looked at.", "Run the doctor with --pack DIR.")
		return
	}
	pack, problems := front.ReadPack(c.Pack)
	if len(problems) > 0 {
		d.find("country", true, fmt.Sprintf("The pack has %d faults, and the program will not start with it.", len(problems)),
			"Run: amparo pack check "+c.Pack)
		return
	}
	d.pack = pack
	if words, err := lang.Load(); err == nil {
		if _, _, err := front.Tongues(words, pack); err != nil {
			d.find("country", true, "The program will not start with this pack: "+err.Error()+".", "Take the language out of the pack's profile.yaml.")
		}
	}
	if left := pack.LiveProblems(); len(left) > 0 && !c.Demo {
		d.find("country", true, fmt.Sprintf("%d things keep the pack from being served to real people.", len(left)),
			"Run: amparo pack check --json "+c.Pack)
	}
	for _, contact := range pack.OverdueContacts(pack.Default(), time.Now()) {
		urgent := contact.Kind == jurisdiction.EmergencyKind || contact.Kind == jurisdiction.HelplineKind
		d.find("country", urgent, "The contact "+contact.Code+" was not checked in time.",
			"Have two people try it, and write the new date into contacts.yaml.")
	}
}

// mail looks at how staff hear of what comes in.
func (d *doctor) mail(c config.Serve) {
	if c.SMTPHost == "" && !c.Demo {
		d.find("notices", false, "No mail server was named, so nobody is called when something urgent comes in.",
			"Give --smtp-host, --mail-from and --desk-url (or AMPARO_SMTP_HOST and so on) to serve and to the doctor; "+
				"see that mail arrives with: amparo mail test ADDRESS")
	}
}

// tables tells whether a database is older or newer than this program.
func (d *doctor) tables(ctx context.Context, s stores) (other bool, err error) {
	for set, one := range map[store.Set]*store.Store{store.Main: s.main, store.Keys: s.keys} {
		pending, err := one.Pending(ctx, set)
		if errors.Is(err, store.ErrNewer) {
			other = true
			d.find("data", true, "The tables of the set "+string(set)+" are newer than this program.",
				"Start the version that made them, or a later one.")
			continue
		}
		if err != nil {
			return false, err
		}
		if pending {
			other = true
			d.find("data", true, "The tables of the set "+string(set)+" are older than this program.",
				"Run: amparo migrate (serving does it, too).")
		}
	}
	return other, nil
}

// copies asks whether the keys were ever copied.
func (d *doctor) copies(ctx context.Context, v *open.Vault) error {
	done, err := v.Exported(ctx)
	if err == nil && !done {
		d.find("keys", true, "There is no copy of the keys as they are now. Losing the keys is losing every case.",
			"Run: amparo key export FILE --passphrase FILE, and keep both away from this machine.")
	}
	return err
}

// backups asks when the databases were last backed up, unless it is a demonstration.
func (d *doctor) backups(ctx context.Context, c config.Serve, s stores) error {
	if c.Demo {
		return nil
	}
	return s.main.Read(ctx, func(tx store.Tx) error {
		for _, of := range []backup.Of{backup.Matters, backup.Keys} {
			last, err := backup.Latest(ctx, tx, of)
			if err != nil {
				return err
			}
			mend := "Run every night: amparo backup --" + string(of) + " DIR --passphrase FILE"
			switch age := tx.Now.Sub(last); {
			case clock.Micro(last) == 0:
				d.find("backups", true, "There is no backup of the "+string(of)+".", mend)
			case age > longestAge:
				d.find("backups", true, fmt.Sprintf("The last backup of the %s was made %d hours ago.", of, int(age.Hours())), mend)
			}
		}
		return nil
	})
}

// staff looks at who works here and, with mail, whether anybody on duty can be reached by it.
func (d *doctor) staff(ctx context.Context, s stores, room *identity.Room, mail bool) error {
	users, err := room.Users(ctx, access.Console)
	if err != nil {
		return err
	}
	if mail {
		if err := d.reached(ctx, room, users); err != nil {
			return err
		}
	}
	count := map[access.Role]int{}
	for _, u := range users {
		for _, role := range u.Roles {
			if u.Active {
				count[role]++
			}
		}
	}
	if err := d.orphans(ctx, s, users); err != nil {
		return err
	}
	for role, without := range map[access.Role]string{
		access.DutyOfficer:   "nobody reads what is reported",
		access.CaseManager:   "no case can be opened",
		access.Supervisor:    "nobody can hand a case to somebody else",
		access.ServiceLead:   "what is late by half is told to nobody new",
		access.Administrator: "nobody can help a colleague who cannot sign in",
	} {
		if count[role] == 0 {
			d.find("people", role == access.DutyOfficer, "There is no active "+string(role)+": "+without+".",
				"Run: amparo user add NAME --role "+string(role)+" …")
		}
	}
	return nil
}

// orphans looks for open cases that nobody answers for.
func (d *doctor) orphans(ctx context.Context, s stores, users []identity.User) error {
	active := slices.DeleteFunc(slices.Clone(users), func(u identity.User) bool { return !u.Active })
	return s.main.Read(ctx, func(tx store.Tx) error {
		n, err := casework.Orphans(ctx, tx, asWorkers(active, nil, tx.Now))
		if err == nil && n > 0 {
			d.find("people", true, fmt.Sprintf("%d open cases have no case manager who is still there.", n),
				"Tell a supervisor: the list of cases marks them, and each is handed over on its own page.")
		}
		return err
	})
}

// reached tells whether anybody on duty has an address.
func (d *doctor) reached(ctx context.Context, room *identity.Room, users []identity.User) error {
	for _, u := range users {
		if !u.Active || !u.Actor().Has(access.DutyOfficer) {
			continue
		}
		if address, err := room.Address(ctx, access.Console, u.ID); err != nil || address != "" {
			return err
		}
	}
	d.find("notices", true, "No duty officer has an e-mail address, so nobody is called when something urgent comes in.",
		"Run: amparo user add NAME --role duty_officer --email ADDRESS …")
	return nil
}

// rota looks at the desks that have a rota: whether somebody is at each in the country's service hours of the next days, and at the
// desk on call, or on call for it, at any hour.
func (d *doctor) rota(ctx context.Context, s stores, room *identity.Room) error {
	if d.pack == nil {
		return nil
	}
	r := rooms{pack: d.pack, people: room}
	plan := r.newRota(s.main)
	return s.main.Read(ctx, func(tx store.Tx) error {
		for _, desk := range d.pack.Agencies(d.pack.Default()) {
			if !desk.Desk {
				continue
			}
			gap, err := r.unstaffed(ctx, tx, plan, desk.Code)
			if err != nil {
				return err
			}
			if !gap.IsZero() {
				d.find("rota", desk.Code == d.pack.OnCall(), fmt.Sprintf("By its rota nobody is there for the desk %s on %s.", desk.Code,
					gap.In(d.pack.Zone()).Format("2 January 2006 at 15:04")), "Have a supervisor plan a shift, or see who covers whoever is away.")
			}
		}
		return nil
	})
}

// work looks at what waits.
func (d *doctor) work(ctx context.Context, s stores) error {
	return s.main.Read(ctx, func(tx store.Tx) error {
		lag, err := jobs.Lag(ctx, tx)
		if err != nil {
			return err
		}
		if lag > longestLag {
			d.find("work", true, fmt.Sprintf("Work waits for %s; reports may not reach the desk.", lag.Round(time.Second)),
				"See that amparo serve is running, and look for errors in its log.")
		}
		dead, err := jobs.ListDead(ctx, tx)
		if err != nil {
			return err
		}
		if len(dead) > 0 {
			d.find("work", true, fmt.Sprintf("%d jobs were given up after many tries, the first: %s (%s).", len(dead), dead[0].Kind, dead[0].Failure),
				"Look for the job's id "+string(dead[0].ID)+" in the log, mend the cause, and serve a newer version if it is ours.")
		}
		late, err := task.Oldest(ctx, tx)
		if err == nil && late > 24*time.Hour {
			d.find("work", false, fmt.Sprintf("The most overdue task should have been done %s ago.", late.Round(time.Hour)),
				"Tell a supervisor: the desk shows it first.")
		}
		return err
	})
}
