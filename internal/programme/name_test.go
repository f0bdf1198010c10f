package programme_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/programme"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

func (o office) agreed(s programme.SessionID) programme.NameInput {
	return programme.NameInput{Draft: o.draft(), Session: s, Name: programme.Name{Name: "Sami H.", By: programme.Guardian, Who: "Rima H.", Assent: true, How: programme.Signed, Given: o.Now(),
		Until: o.Now().AddDate(0, 1, 0)}}
}

// TestNamesNeedConsent: whole, of the right people, for so long and no longer.
func TestNamesNeedConsent(t *testing.T) {
	each(t, func(o office) {
		ctx := o.T.Context()
		child := o.planned(o.ready())
		parent := o.planned(o.ready(func(p *programme.Plan) { p.Audience = education.Parent }))
		for name, c := range map[string]struct {
			session programme.SessionID
			change  func(in *programme.NameInput)
			fields  []string
		}{
			"nobody agrees":      {child, func(in *programme.NameInput) { in.By = "" }, []string{"by"}},
			"the child alone":    {child, func(in *programme.NameInput) { in.By, in.Adult = programme.ThePerson, true }, []string{"by"}},
			"without the child":  {child, func(in *programme.NameInput) { in.Assent = false }, []string{"assent"}},
			"a guardian no name": {child, func(in *programme.NameInput) { in.Who = " " }, []string{"who"}},
			"no way":             {child, func(in *programme.NameInput) { in.How = "nod" }, []string{"how"}},
			"tomorrow":           {child, func(in *programme.NameInput) { in.Given = o.Now().Add(time.Hour) }, []string{"given"}},
			"never":              {child, func(in *programme.NameInput) { in.Given = time.Time{} }, []string{"given"}},
			"for too long":       {child, func(in *programme.NameInput) { in.Until = o.Now().Add(programme.LongestNames + 25*time.Hour) }, []string{"until"}},
			"for no time":        {child, func(in *programme.NameInput) { in.Until = o.Now() }, []string{"until"}},
			"no name":            {child, func(in *programme.NameInput) { in.Name.Name = "" }, []string{"name"}},
			"perhaps under age":  {parent, func(in *programme.NameInput) { in.By = programme.ThePerson }, []string{"adult"}},
		} {
			in := o.agreed(c.session)
			c.change(&in)
			o.T.Log(name)
			_, err := o.Room.AddName(ctx, o.Actor("mona"), in)
			o.wrong(err, c.fields...)
		}
		if n := o.count("SELECT count(*) FROM programme_name"); n != 0 {
			o.T.Errorf("%d names are kept", n)
		}
		in := o.agreed(parent)
		in.By, in.Adult, in.Name.Name = programme.ThePerson, true, "Rima\nH."
		id, err := o.Room.AddName(ctx, o.Actor("mona"), in)
		o.must(err)
		if again, err := o.Room.AddName(ctx, o.Actor("mona"), in); err != nil || again != id {
			o.T.Errorf("the form sent again is %s, %v", again, err)
		}
		v, err := o.Room.Names(ctx, o.Actor("karim"), parent)
		o.must(err)
		if len(v.Names) != 1 || v.Names[0].Name.Name != "Rima H." || v.Names[0].Name.Who != "" || v.Names[0].By != o.ID("mona") {
			o.T.Errorf("%+v", v.Names)
		}
		if n := o.count("SELECT count(*) FROM audit_entry WHERE action = 'sealed.open' AND subjects LIKE '%' || $1 || '%' AND actor_id = $2", string(id), o.ID("karim")); n != 1 {
			o.T.Errorf("that they were opened is in the log %d times", n)
		}
		if n := o.count("SELECT count(*) FROM audit_entry WHERE detail LIKE '%Rima%'"); n != 0 {
			o.T.Error("the log has a name")
		}
	})
}

// opens tells whether what a row of a name had in it still opens.
func (o office) opens(id programme.NameID, body []byte) bool {
	o.T.Helper()
	by, err := access.Own(access.System("test"), access.ProgrammeNames)
	o.must(err)
	return o.Reveal.Show(o.T.Context(), by, func(v *reveal.View) error {
		_, err := v.Open(o.T.Context(), string(id), reveal.Identity, reveal.Cell{Table: "programme_name", Column: "body", Row: string(id)}, body)
		return err
	}) == nil
}

func (o office) body(id programme.NameID) (body []byte) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, "SELECT body FROM programme_name WHERE id = $1", []any{string(id)}, &body)
	})
	return body
}

// TestAWithdrawnNameIsGone: with its row and its keys, by one press of whoever answers for the session, once and for all.
func TestAWithdrawnNameIsGone(t *testing.T) {
	each(t, func(o office) {
		ctx := o.T.Context()
		s := o.planned(o.ready())
		id, err := o.Room.AddName(ctx, o.Actor("mona"), o.agreed(s))
		o.must(err)
		body := o.body(id)
		if strings.Contains(string(body), "Sami") || !o.opens(id, body) {
			o.T.Error("it is not sealed, or does not open")
		}
		_, err = o.Room.Withdraw(ctx, o.Actor("lina"), id)
		o.refused(err, programme.CodeNotYours)
		_, err = o.Room.Withdraw(ctx, o.Actor("karim"), id)
		o.must(err)
		if n := o.count("SELECT count(*) FROM programme_name"); n != 0 || o.opens(id, body) {
			o.T.Errorf("%d rows are left, or what a backup has still opens", n)
		}
		_, err = o.Room.Withdraw(ctx, o.Actor("karim"), id)
		o.refused(err, fault.CodeWithheld)
	})
}

// TestNamesEnd by their day, and 90 days after the last session that was not cancelled.
func TestNamesEnd(t *testing.T) {
	each(t, func(o office) {
		ctx, job := o.T.Context(), access.System("programme.sweep")
		id := o.ready()
		s := o.planned(id)
		short, err := o.Room.AddName(ctx, o.Actor("mona"), o.agreed(s))
		o.must(err)
		in := o.agreed(s)
		in.Until = o.Now().Add(programme.LongestNames)
		long, err := o.Room.AddName(ctx, o.Actor("mona"), in)
		o.must(err)
		body := o.body(short)
		sweep := func(want int) {
			o.T.Helper()
			if n, err := o.Room.Sweep(ctx, job); n != want || err != nil {
				o.T.Errorf("%d, %v, want %d", n, err, want)
			}
		}
		sweep(0)
		o.Advance(32 * 24 * time.Hour)
		if v, err := o.Room.Names(ctx, o.Actor("mona"), s); err != nil || len(v.Names) != 1 { // by the clock, before the job has come by
			o.T.Errorf("%+v, %v", v.Names, err)
		}
		sweep(1)
		sweep(0)
		if o.opens(short, body) || !o.opens(long, o.body(long)) {
			o.T.Error("the wrong one is gone")
		}
		// The session is cancelled after all: nothing is left to keep a name for.
		o.must(o.Room.Cancel(ctx, o.Actor("laila"), s, o.session("laila", s).Version, "It was not held."))
		sweep(1)
		if n := o.count("SELECT count(*) FROM programme_name"); n != 0 {
			o.T.Errorf("%d are left", n)
		}
	})
}

// TestAfterARestore no name is left: one that was taken back since cannot be told from the others.
func TestAfterARestore(t *testing.T) {
	each(t, func(o office) {
		ctx := o.T.Context()
		s := o.planned(o.ready())
		id, err := o.Room.AddName(ctx, o.Actor("mona"), o.agreed(s))
		o.must(err)
		body := o.body(id)
		by, err := access.Own(access.System("test"), access.BackupRestore)
		o.must(err)
		o.must(o.Main.Write(ctx, func(tx store.Tx) error { return programme.AsideAfterRestore(ctx, tx, by) }))
		if v, err := o.Room.Names(ctx, o.Actor("mona"), s); err != nil || len(v.Names) != 0 {
			o.T.Errorf("%+v, %v", v.Names, err)
		}
		_, err = o.Room.Sweep(ctx, access.System("programme.sweep"))
		o.must(err)
		if o.opens(id, body) {
			o.T.Error("its keys are there")
		}
	})
}
