package casework_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

const (
	readTestSQL           = `SELECT reason || ' ' || trim(subjects) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = 'mona' ORDER BY at, id`
	tablesSQLiteTestSQL   = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	tablesPostgresTestSQL = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	columnsSQLiteTestSQL  = `SELECT name FROM pragma_table_info($1)`
)

// TestOneEntryForOnePage reads a case with more on the page: one entry in the audit log names all that was opened.
func TestOneEntryForOnePage(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, id := o.one()
		o.must(o.plan("mona", id))
		_, err := o.room.Show(t.Context(), o.staff("mona"), id, func(v *reveal.View, p casework.Page) error {
			if p.Child != "A" || p.Manager != "mona" || len(p.Tasks) != 2 {
				t.Errorf("the page is given as %+v", p)
			}
			_, err := o.mail.Read(t.Context(), v, m.id)
			return err
		})
		o.must(err)
		want := []string{string(id), string(m.id)}
		slices.Sort(want)
		if got := o.read(); len(got) != 1 || got[0] != "case.read "+strings.Join(want, " ") {
			t.Errorf("recorded %q, want %s", got, want)
		}
		stop := errors.New("stop")
		if _, err := o.room.Show(t.Context(), o.staff("mona"), id, func(*reveal.View, casework.Page) error { return stop }); !errors.Is(err, stop) || len(o.read()) != 1 {
			t.Errorf("what could not be shown: %v, %d entries", err, len(o.read()))
		}
	})
}

// read gives the entries that tell what mona opened.
func (o *office) read() (list []string) {
	o.t.Helper()
	o.see(func(ctx context.Context, tx store.Tx) error {
		return tx.Each(ctx, readTestSQL, nil, func(scan func(...any) error) error {
			var e string
			err := scan(&e)
			list = append(list, e)
			return err
		})
	})
	return list
}

// TestListsShowOnlyWhatIsYours asks for the list and for the page, as everybody.
func TestListsShowOnlyWhatIsYours(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, calm := o.one("Salma", "Karim")
		urgent := o.opened(o.told(true), "B")[0]
		_, closed := o.one()
		o.must(o.close("mona", closed))
		o.must(o.assign("salma", urgent, "karim"))
		for who, want := range map[string][]casework.ID{
			"mona": {calm, closed}, "karim": {urgent}, "salma": {urgent, closed}, "lina": nil, "huda": nil, "adam": nil, "nour": nil, "sami": nil,
		} {
			list := o.list(who)
			if got := ids(list); !slices.Equal(got, want) {
				t.Errorf("%s sees %v, want %v", who, got, want)
			}
			for _, id := range []casework.ID{calm, urgent, closed} {
				if read := readAs(o, who, id) == nil; read != slices.Contains(want, id) {
					t.Errorf("%s reads %s: %v", who, id, read)
				}
			}
		}
		if l := o.list("salma"); l[0].Priority != ruleset.P1 || l[0].Next.Kind != casework.TaskReview || !l[0].Due || l[1].Due || l[1].State != casework.Closed {
			t.Errorf("the supervisor's list is %+v", l)
		}
	})
}

func (o *office) list(who string) (list []casework.Listed) {
	o.t.Helper()
	o.see(func(ctx context.Context, tx store.Tx) (err error) {
		list, err = casework.List(ctx, tx, o.staff(who))
		return err
	})
	return list
}

func ids(list []casework.Listed) (all []casework.ID) {
	for _, l := range list {
		all = append(all, l.ID)
	}
	return all
}

// TestTheOverviewIsOneEntry has open and closed cases, in one of which an answer waits, and one that salma must not know of.
func TestTheOverviewIsOneEntry(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, waits := o.one()
		_, ended := o.one()
		_, hidden := o.one("Salma")
		o.must(o.room.AddTask(t.Context(), o.staff("mona"), casework.TaskInput{Case: hidden, Words: "call the school", Due: o.now.Add(time.Minute), Version: 1}))
		o.must(o.close("mona", waits))
		o.must(o.close("mona", ended))
		o.says(m, "one more thing")
		all, err := o.room.Overview(t.Context(), o.staff("mona"), 1)
		o.must(err)
		if len(all.Open) != 1 || all.Open[0].ID != hidden || all.Open[0].Child != "A" || all.Open[0].Manager != "mona" || all.Open[0].Next.Words != "call the school" {
			t.Errorf("open cases %+v", all.Open)
		}
		if len(all.Closed) != 1 || all.Closed[0].ID != waits || all.Closed[0].Next.Kind != task.ReadReply || all.More != 1 || len(all.Mine) != 3 {
			t.Errorf("closed cases %+v and %d more; %d to do", all.Closed, all.More, len(all.Mine))
		}
		if got := o.read(); len(got) != 1 || !strings.HasPrefix(got[0], "case.list ") || !strings.Contains(got[0], string(hidden)) || strings.Contains(got[0], string(ended)) {
			t.Errorf("recorded %q", got)
		}
		if all, err = o.room.Overview(t.Context(), o.staff("salma"), -1); err != nil || len(all.Open) != 0 || len(all.Closed) != 2 {
			t.Errorf("who must not know of one sees %+v, %v", all, err)
		}
		_, err = o.room.Overview(t.Context(), o.staff("huda"), -1)
		o.wants("a duty officer", err, "forbidden")
	})
}

// TestTheHeadOfAForm wants it shown to whoever may do what the form is for, and to nobody else.
func TestTheHeadOfAForm(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one("Karim")
		p, err := o.room.Head(t.Context(), o.staff("salma"), access.CaseAssign, id)
		if err != nil || p.Child != "A" || p.Manager != "mona" || len(p.Tasks) != 1 || len(p.Timeline)+len(p.Contacts) != 0 {
			t.Errorf("the head is %+v, %v", p, err)
		}
		for who, want := range map[string]string{"mona": "forbidden", "karim": "withheld", "sami": "withheld"} {
			_, err := o.room.Head(t.Context(), o.staff(who), access.CaseAssign, id)
			o.wants(who, err, want)
		}
	})
}

// TestATaskFromTheReportIsReadInTheCase has a task whose words are sealed under the report's key.
func TestATaskFromTheReportIsReadInTheCase(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(false)
		id := task.ID(mailbox.NewID(*o.now))
		label, err := o.room.Reveal.Seal(t.Context(), string(m.id), reveal.Content, reveal.Cell{Table: "task", Column: "label", Row: string(id)}, []byte(canary))
		o.must(err)
		o.do(func(ctx context.Context, tx store.Tx) error {
			_, err := task.Start(ctx, tx, proof(o), task.Input{ID: id, Subject: string(m.id), Kind: "report_action", Label: label, Due: o.now.Add(time.Hour)})
			return err
		})
		p := o.show("mona", o.opened(m, "A")[0])
		if i := slices.IndexFunc(p.Tasks, func(s casework.Step) bool { return s.ID == id }); i < 0 || p.Tasks[i].Words != canary || p.Tasks[i].Owner != "mona" {
			t.Errorf("tasks %+v", p.Tasks)
		}
	})
}

// TestNothingIsReadableInTheDatabase writes a canary into everything that can be written, and looks for it in every
// column of every table.
func TestNothingIsReadableInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(true, canary)
		o.says(m, canary)
		in := o.input(m, canary)
		in.Summary, in.Message = canary, canary
		list, err := o.room.Open(t.Context(), o.staff("huda"), in)
		o.must(err)
		id := list[0]
		o.must(o.mail.MarkRead(t.Context(), o.staff("mona"), m.id, string(id), 0))
		o.must(o.contact("mona", id, func(in *casework.ContactInput) { in.Note = canary }))
		o.must(o.note("mona", id, canary, o.version(id)))
		o.must(o.plan("mona", id, func(in *casework.TaskInput) { in.Words, in.Blocking = canary, true }))
		o.must(o.room.Assign(t.Context(), o.staff("salma"), casework.AssignInput{Case: id, To: "karim", Told: canary, Risks: canary, Version: o.version(id)}))
		o.must(o.close("salma", id, func(in *casework.CloseInput) {
			in.Note, in.ChildTold, in.NotToldWhy, in.Override, in.Message = canary, false, canary, canary, canary
		}))
		o.must(o.reopen("salma", id, func(in *casework.ReopenInput) { in.Reason = canary }))
		if p := o.show("karim", id); p.Child != canary || len(p.Timeline) < 7 {
			t.Errorf("the case is %+v", p)
		}
		rows := o.search(o.main, canary) + o.search(o.keys, canary)
		if rows < 50 {
			t.Errorf("only %d rows were searched", rows)
		}
	})
}

// search looks for a text in every row of every table, in words and in bytes, and gives the number of rows.
func (o *office) search(s *store.Store, text string) (rows int) {
	o.t.Helper()
	o.must(s.Read(o.t.Context(), func(tx store.Tx) error {
		for table, statement := range o.dumps(tx, s.Engine()) {
			err := tx.Each(o.t.Context(), statement, nil, func(scan func(...any) error) error {
				var row string
				err := scan(&row)
				if low := strings.ToLower(row); strings.Contains(low, text) || strings.Contains(low, hex.EncodeToString([]byte(text))) {
					o.t.Errorf("%s: what was written is readable in %s", table, row)
				}
				rows++
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		return nil
	}))
	return rows
}

// dumps gives, for every table, the statement that shows its rows as text, with bytes in hexadecimal digits.
func (o *office) dumps(tx store.Tx, engine store.Engine) map[string]string {
	o.t.Helper()
	all := map[string]string{}
	if engine == store.Postgres {
		for _, table := range o.column(tx, tablesPostgresTestSQL) {
			all[table] = "SELECT one::text FROM " + table + " one"
		}
		return all
	}
	for _, table := range o.column(tx, tablesSQLiteTestSQL) {
		columns := o.column(tx, columnsSQLiteTestSQL, table)
		all[table] = "SELECT quote(" + strings.Join(columns, ") || ' ' || quote(") + ") FROM " + table
	}
	return all
}

func (o *office) column(tx store.Tx, statement string, args ...any) (list []string) {
	o.t.Helper()
	o.must(tx.Each(o.t.Context(), statement, args, func(scan func(...any) error) error {
		var one string
		err := scan(&one)
		list = append(list, one)
		return err
	}))
	return list
}

// TestUrgencyIsTheCases asks inside a transaction, for rooms that know a case by its id alone.
func TestUrgencyIsTheCases(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.opened(o.told(true), "A")[0]
		o.see(func(ctx context.Context, tx store.Tx) error {
			p, err := casework.Urgency(ctx, tx, id)
			if p != ruleset.P1 {
				t.Errorf("the case is %s", p)
			}
			_, none := casework.Urgency(ctx, tx, casework.ID(report.ID("none")))
			o.wants("no such case", none, "withheld")
			return err
		})
	})
}
