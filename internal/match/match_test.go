package match_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/match"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const (
	everythingSQL = `SELECT digest, subject FROM match_mark`
	entriesSQL    = `SELECT action, subjects, detail FROM audit_entry`
)

var start = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// a bench is one database, a room over it, and what a job may do.
type bench struct {
	t    *testing.T
	main *store.Store
	room *match.Room
	by   access.Proof
	now  time.Time
}

func each(t *testing.T, f func(b *bench)) {
	t.Helper()
	b := &bench{}
	storetest.Each(t, clock.Func(func() time.Time { return b.now }), func(t *testing.T, main, _ *store.Store) {
		by, err := access.Own(access.System("test"), access.ReportRead)
		if err != nil {
			t.Fatal(err)
		}
		*b = bench{t: t, main: main, by: by, now: start, room: match.New(match.Config{Store: main, Blind: blind})}
		f(b)
	})
}

func blind(kind, text string) []byte {
	sum := sha256.Sum256([]byte(kind + "\x00" + text))
	return sum[:16]
}

func officer(name, agency string) access.Actor {
	return access.Actor{Kind: access.Staff, ID: name, Agency: agency, Roles: []access.Role{access.DutyOfficer}}
}

func (b *bench) write(f func(ctx context.Context, tx store.Tx) error) {
	b.t.Helper()
	if err := b.main.Write(b.t.Context(), func(tx store.Tx) error { return f(b.t.Context(), tx) }); err != nil {
		b.t.Fatal(err)
	}
}

// told marks a subject on the desk of an agency.
func (b *bench) told(subject, agency string, clues ...[]match.Clue) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx store.Tx) error {
		if err := grant.Give(ctx, tx, b.by, subject, agency, access.Desk); err != nil {
			return err
		}
		return b.room.Keep(ctx, tx, b.by, subject, slices.Concat(clues...))
	})
}

func (b *bench) search(who access.Actor, words string) string {
	b.t.Helper()
	list, err := b.room.Search(b.t.Context(), who, words, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return said(list)
}

func (b *bench) alike(who access.Actor, subject string) (got string) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx store.Tx) error {
		list, err := match.Alike(ctx, tx, who, subject)
		got = said(list)
		return err
	})
	return got
}

func (b *bench) repeat(subject string, since time.Time, without ...string) (yes bool) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx store.Tx) (err error) {
		yes, err = match.Repeat(ctx, tx, subject, since, without...)
		return err
	})
	return yes
}

// said shows likenesses as "subject[kinds]".
func said(list []match.Likeness) string {
	var out []string
	for _, l := range list {
		out = append(out, fmt.Sprint(l.Subject, l.Kinds))
	}
	return strings.Join(out, " ")
}

func TestLikenesses(t *testing.T) {
	each(t, func(b *bench) {
		me := officer("huda", "line")
		b.told("r1", "line", match.Online("chat.example/ghost_99"), match.Person("Lina Haddad"))
		b.now = b.now.Add(time.Hour)
		b.told("r2", "line", match.Online("@ghost_99"))
		b.now = b.now.Add(time.Hour)
		b.told("r3", "line", match.Person("لينا حداد"))
		b.told("r4", "line", match.Person("Lina"), match.Reach("055 7654321"))
		b.now = b.now.Add(-30 * time.Minute)
		b.told("r5", "line", match.Person("Leena Ahmad Hadad"))
		for subject, want := range map[string]string{"r1": "r2[account] r3[sound] r5[sound]", "r2": "r1[account]",
			"r3": "r5[sound] r1[sound]", "r4": ""} {
			if got := b.alike(me, subject); got != want {
				t.Errorf("%s is like %q, want %q", subject, got, want)
			}
		}
	})
}

func TestSearch(t *testing.T) {
	each(t, func(b *bench) {
		me := officer("huda", "line")
		b.told("r1", "line", match.Online("https://chat.example/ghost_99"), match.Person("Mohammed Haddad"))
		b.told("r2", "line", match.Person("محمد حداد"), match.Reach("+999 55 765 4321"))
		b.told("r3", "line", match.Person("Mohammed Salem"))
		for words, want := range map[string]string{
			"@Ghost_99":             "r1[account]",
			"ghost_99":              "r1[account]",
			"chat.example/Ghost_99": "r1[account page]",
			"Muhamad Hadad":         "r1[sound] r2[sound]",
			"محمد":                  "r1[word] r2[word] r3[word]",
			"Salem":                 "r3[word]",
			"Haddad Nowhere":        "",
			"055 7654321":           "r2[phone]",
			"nobody-here-77":        "",
		} {
			if got := sorted(b.search(me, words)); got != want {
				t.Errorf("%q finds %q, want %q", words, got, want)
			}
		}
	})
}

// TestARareWordBesideACommonOne looks for a child whose first name more children have than a search goes through, and later.
func TestARareWordBesideACommonOne(t *testing.T) {
	each(t, func(b *bench) {
		me := officer("huda", "line")
		b.told("rare", "line", match.Person("Amal Zorn"), match.Person("Bruno Kemp"))
		b.told("together", "line", match.Person("Karim Amal"))
		b.now = b.now.Add(time.Hour)
		b.write(func(ctx context.Context, tx store.Tx) error {
			for i := range 2100 {
				subject := fmt.Sprint("common", i)
				if err := grant.Give(ctx, tx, b.by, subject, "line", access.Desk); err != nil {
					return err
				}
				if err := b.room.Keep(ctx, tx, b.by, subject, slices.Concat(match.Person("Amal Haddad"), match.Person("Karim"))); err != nil {
					return err
				}
			}
			return nil
		})
		for words, want := range map[string]string{"Amal Zorn": "rare[sound]", "zorn AMAL": "rare[sound]", "Amal Kemp": "rare[word]", "Haddad Zorn": "",
			"Amal Zorn Kemp Bruno": "rare[word]", "Amal Zorn Kemp Haddad": ""} {
			if got := b.search(me, words); got != want {
				t.Errorf("%q finds %q, want %q", words, got, want)
			}
		}
		if got := b.search(me, "Amal Karim"); !strings.Contains(got, "together[sound]") || strings.Count(got, "[word]") != match.MostFound {
			t.Errorf("two common words find %q", got)
		}
		list, err := b.room.Search(b.t.Context(), me, "Amal", nil)
		if err != nil || len(list) != match.MostFound {
			t.Errorf("a common name finds %d, %v", len(list), err)
		}
	})
}

func sorted(s string) string {
	list := strings.SplitAfter(s, "]")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	slices.Sort(list)
	return strings.TrimSpace(strings.Join(list, " "))
}

// TestNothingHints holds that who may not see a subject is not told that it is there.
func TestNothingHints(t *testing.T) {
	each(t, func(b *bench) {
		b.told("r1", "line", match.Online("@ghost_99"))
		b.told("r2", "line", match.Online("@ghost_99"))
		b.write(func(ctx context.Context, tx store.Tx) error {
			return grant.Exclude(ctx, tx, b.by, "r1", "omar", grant.Named)
		})
		for who, want := range map[string]string{"huda": "r1[account]", "omar": ""} {
			if got := b.alike(officer(who, "line"), "r2"); got != want {
				t.Errorf("%s sees %q", who, got)
			}
		}
		if got := b.search(officer("omar", "line"), "@ghost_99"); got != "r2[account]" {
			t.Errorf("who must not know finds %q", got)
		}
		if got := b.search(officer("nour", "other"), "@ghost_99"); got != "" {
			t.Errorf("another agency finds %q", got)
		}
	})
}

func TestRepeat(t *testing.T) {
	each(t, func(b *bench) {
		b.told("r1", "line", match.Online("@ghost_99"), match.Person("Lina Haddad"))
		b.now = b.now.AddDate(0, 11, 0)
		b.told("r2", "line", match.Online("ghost_99"))
		b.told("r3", "line", match.Person("لينا حداد"))
		year := b.now.AddDate(-1, 0, 0)
		if !b.repeat("r2", year) || b.repeat("r3", year) || b.repeat("r2", start.Add(time.Hour)) || b.repeat("nothing", year) {
			t.Error("a repeat is told wrongly: the same account is one, the sound of a name is none, and what is older is none")
		}
		b.told("r4", "line", match.Online("ghost_99"))
		if b.repeat("r2", year, "r1", "r4") || !b.repeat("r2", year, "r1") {
			t.Error("what is left out counts, or what is not does not")
		}
		b.write(func(ctx context.Context, tx store.Tx) error { return match.Forget(ctx, tx, access.Proof{}, "r4") })
		if b.repeat("r2", year, "r1") || !b.repeat("r2", year) {
			t.Error("what is forgotten counts, or something else was forgotten")
		}
	})
}

// TestNoWordIsKept looks into the table and the log.
func TestNoWordIsKept(t *testing.T) {
	each(t, func(b *bench) {
		b.told("r1", "line", match.Online("@ghost_99"), match.Person("Lina Haddad"))
		b.told("r1", "line", match.Online("@ghost_99"))
		b.search(officer("huda", "line"), "ghost_99 Haddad")
		rows := 0
		b.write(func(ctx context.Context, tx store.Tx) error {
			return tx.Each(ctx, everythingSQL, nil, func(scan func(...any) error) error {
				var digest []byte
				var subject string
				err := scan(&digest, &subject)
				if rows++; len(digest) != 16 || strings.Contains(string(digest), "ghost") {
					t.Errorf("a mark of %d bytes", len(digest))
				}
				return err
			})
		})
		if rows < 4 {
			t.Errorf("%d marks", rows)
		}
		b.write(func(ctx context.Context, tx store.Tx) error {
			n := 0
			err := tx.Each(ctx, entriesSQL, nil, func(scan func(...any) error) error {
				var action, subjects, detail string
				err := scan(&action, &subjects, &detail)
				if n++; strings.Contains(action+subjects+detail, "ghost") || !strings.Contains(detail, "found") {
					t.Errorf("the log says %s %s %s", action, subjects, detail)
				}
				return err
			})
			if n != 1 {
				t.Errorf("%d entries", n)
			}
			return err
		})
	})
}

func TestWhoMaySearch(t *testing.T) {
	each(t, func(b *bench) {
		for role, kind := range map[access.Role]fault.Kind{access.CaseManager: "", access.Supervisor: "", access.Administrator: fault.Forbidden,
			access.Auditor: fault.Forbidden} {
			who := access.Actor{Kind: access.Staff, ID: "x", Agency: "line", Roles: []access.Role{role}}
			if _, err := b.room.Search(t.Context(), who, "ghost_99", nil); fault.KindOf(err) != kind {
				t.Errorf("%s gets %v", role, err)
			}
		}
		for _, nothing := range []string{"", "  ", "?!", "a"} {
			if _, err := b.room.Search(t.Context(), officer("huda", "line"), nothing, nil); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%q gives %v", nothing, err)
			}
		}
	})
}
