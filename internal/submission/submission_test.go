package submission_test

import (
	"bytes"
	"context"
	"crypto/hpke"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/submission"
	"amparo/internal/vault/seal"
	"amparo/packs"
)

const (
	keyTestSQL     = `INSERT INTO intake_key (id, public, created_at, retired_at) VALUES ($1, $2, $3, 0)`
	countTestSQL   = `SELECT (SELECT count(*) FROM envelope) + (SELECT count(*) FROM receipt) * 100 + (SELECT count(*) FROM partner_report) * 10000 + (SELECT count(*) FROM job) * 1000000`
	entriesTestSQL = `SELECT count(*) FROM audit_entry WHERE actor_kind = 'partner' AND actor_id = $1 AND action = $2 AND outcome = $3`
	oursTestSQL    = `SELECT partner, key_digest, body_digest, report FROM partner_report`
	breakTestSQL   = `UPDATE intake_key SET retired_at = 1`
)

const canary = "the purple lighthouse hums"

// one is what each kind of row counts in countTestSQL.
const one = 1 + 100 + 10000 + 1000000

// a desk takes reports of partners.
type desk struct {
	*submission.Room
	t     *testing.T
	main  *store.Store
	woken int
}

func each(t *testing.T, f func(d *desk)) {
	t.Helper()
	pack := jurisdictiontest.Demo(t, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		private, err := hpke.MLKEM768X25519().GenerateKey()
		if err != nil {
			t.Fatal(err)
		}
		d := &desk{t: t, main: main}
		key := secret.Bytes(bytes.Repeat([]byte{7}, 32))
		wake := sync.Mutex{}
		room := intake.New(intake.Config{Store: main, Pepper: key, Wake: func() { wake.Lock(); d.woken++; wake.Unlock() }})
		d.Room = submission.New(submission.Config{Store: main, Pack: pack, Intake: room, Key: key})
		err = main.Write(t.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(t.Context(), keyTestSQL, ident.New[string](time.Now()), private.PublicKey().Bytes(), clock.Micro(tx.Now))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		f(d)
	})
}

func partner(code string) access.Actor { return access.Actor{Kind: access.Partner, ID: code} }

// said is a report of a professional with words of its own.
func said(key, words string) submission.Report {
	return submission.Report{Key: key, Instrument: "professional", Language: "en", Answers: map[string][]string{"danger": {"no"}, "words": {words}}}
}

func (d *desk) ready(actor access.Actor, in submission.Report) submission.Ready {
	d.t.Helper()
	out, err := d.Ready(actor, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// take takes one report for a partner.
func (d *desk) take(code string, in submission.Report) submission.Taken {
	d.t.Helper()
	return d.Take(d.t.Context(), partner(code), []submission.Ready{d.ready(partner(code), in)})[0]
}

func (d *desk) number(statement string, args ...any) (n int) {
	d.t.Helper()
	err := d.main.Read(d.t.Context(), func(tx store.Tx) error { return tx.One(d.t.Context(), statement, args, &n) })
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestTheSameReportIsTakenOnce(t *testing.T) {
	each(t, func(d *desk) {
		first := d.take("harbour", said("k1", canary))
		again := d.take("harbour", said("k1", canary))
		if first.Err != nil || !first.Fresh || again.Err != nil || again.Fresh || again.Reference != first.Reference || !again.Receipt.Equal(first.Receipt) ||
			!again.Received.Equal(first.Received) {
			d.t.Errorf("first %+v, again %+v", first, again)
		}
		other := d.take("harbour", said("k1", canary+"!"))
		if fault.KindOf(other.Err) != fault.Conflict || fault.CodeOf(other.Err) != "fault.partner_key_used" || other.Reference != "" || !other.Receipt.IsZero() {
			d.t.Errorf("other words: %+v", other)
		}
		elsewhere := d.take("island", said("k1", canary))
		if elsewhere.Err != nil || elsewhere.Reference == first.Reference || elsewhere.Receipt.Equal(first.Receipt) {
			d.t.Errorf("another partner's key: %+v", elsewhere)
		}
		if n := d.number(countTestSQL); n != 2*one {
			d.t.Errorf("the rows are %d", n)
		}
		if n := d.number(entriesTestSQL, "harbour", "report.receive", "done"); n != 1 {
			d.t.Errorf("%d entries tell of the report", n)
		}
		if n := d.number(entriesTestSQL, "harbour", "partner.report", "done"); n != 3 {
			d.t.Errorf("%d entries tell of what was handed in", n)
		}
		if d.woken != 2 {
			d.t.Errorf("woken %d times", d.woken)
		}
	})
}

func TestTakenAtOnceIsOneReport(t *testing.T) {
	each(t, func(d *desk) {
		const many = 32
		ready := d.ready(partner("harbour"), said("k1", canary))
		all := make([]submission.Taken, many)
		var group sync.WaitGroup
		for i := range all {
			group.Go(func() { all[i] = d.Take(d.t.Context(), partner("harbour"), []submission.Ready{ready})[0] })
		}
		group.Wait()
		fresh := 0
		for _, one := range all {
			if one.Err != nil || one.Reference != all[0].Reference {
				d.t.Fatalf("%+v beside %+v", one, all[0])
			}
			if one.Fresh {
				fresh++
			}
		}
		if n := d.number(countTestSQL); fresh != 1 || n != one {
			d.t.Errorf("%d are new, the rows are %d", fresh, n)
		}
	})
}

// TestOneOfManyIsRefusedAlone: a key that was used for other words, in the midst of others and twice in one hand.
func TestOneOfManyIsRefusedAlone(t *testing.T) {
	each(t, func(d *desk) {
		var list []submission.Ready
		for _, in := range []submission.Report{said("a", "1"), said("b", "1"), said("a", "2"), said("b", "1"), said("c", "1")} {
			list = append(list, d.ready(partner("harbour"), in))
		}
		all := d.Take(d.t.Context(), partner("harbour"), list)
		if len(all) != 5 || fault.KindOf(all[2].Err) != fault.Conflict || all[3].Reference != all[1].Reference || all[3].Fresh || !all[4].Fresh {
			d.t.Errorf("%+v", all)
		}
		if n := d.number(countTestSQL); n != 3*one {
			d.t.Errorf("the rows are %d", n)
		}
		if d.woken != 1 {
			d.t.Errorf("woken %d times for one transaction", d.woken)
		}
	})
}

func TestWhenNothingCanBeStored(t *testing.T) {
	each(t, func(d *desk) {
		list := []submission.Ready{d.ready(partner("harbour"), said("a", "1")), d.ready(partner("harbour"), said("b", "1"))}
		ctx, cancel := context.WithCancel(d.t.Context())
		cancel()
		for _, one := range d.Take(ctx, partner("harbour"), list) {
			if fault.KindOf(one.Err) != fault.Unavailable {
				d.t.Errorf("%+v", one)
			}
		}
		err := d.main.Write(d.t.Context(), func(tx store.Tx) error { _, err := tx.Exec(d.t.Context(), breakTestSQL); return err })
		if err != nil {
			d.t.Fatal(err)
		}
		all := d.Take(d.t.Context(), partner("harbour"), list)
		if len(all) != 2 || fault.KindOf(all[0].Err) != fault.Unavailable || all[0].Fresh || d.number(countTestSQL) != 0 {
			d.t.Errorf("without a key to seal to: %+v", all)
		}
	})
}

func TestWhoMayHandIn(t *testing.T) {
	each(t, func(d *desk) {
		ready := d.ready(partner("harbour"), said("a", "1"))
		for _, actor := range []access.Actor{{}, access.Anyone, access.Console, {Kind: access.Partner}, {Kind: access.Staff, ID: "u", Roles: access.Roles}} {
			if got := d.Take(d.t.Context(), actor, []submission.Ready{ready, ready}); len(got) != 2 || got[1].Err == nil || d.number(countTestSQL) != 0 {
				d.t.Errorf("%+v: %+v", actor, got)
			}
		}
	})
}

func TestStatusIsOnesOwn(t *testing.T) {
	each(t, func(d *desk) {
		taken := d.take("harbour", said("a", canary))
		s, err := d.Status(d.t.Context(), partner("harbour"), taken.Reference)
		if err != nil || s.Reference != taken.Reference || s.Progress != intake.Received || !s.Received.Equal(taken.Received) || s.Since.IsZero() {
			d.t.Errorf("%+v, %v", s, err)
		}
		for _, reference := range []intake.ReportID{taken.Reference, ident.New[intake.ReportID](time.Now()), "", "x' OR 1=1 --"} {
			if _, err := d.Status(d.t.Context(), partner("island"), reference); fault.KindOf(err) != fault.Withheld {
				d.t.Errorf("another's %q: %v", reference, err)
			}
		}
		if n := d.number(entriesTestSQL, "island", "partner.status", "refused"); n != 4 {
			d.t.Errorf("%d refusals are recorded", n)
		}
		if _, err := d.Status(d.t.Context(), access.Anyone, taken.Reference); err == nil {
			d.t.Error("anybody learns of it")
		}
	})
}

// TestWhatIsNoIDIsNotThere, and that it was asked for is recorded as of any other.
func TestWhatIsNoIDIsNotThere(t *testing.T) {
	each(t, func(d *desk) {
		for _, reference := range []intake.ReportID{"a\x00b", "\xff\xfe", "x"} {
			if _, err := d.Status(d.t.Context(), partner("island"), reference); fault.KindOf(err) != fault.Withheld {
				d.t.Errorf("%q: %v", reference, err)
			}
		}
		if n := d.number(entriesTestSQL, "island", "partner.status", "refused"); n != 3 {
			d.t.Errorf("%d refusals are recorded", n)
		}
	})
}

// TestTheSameAnswerAfterTheQuestionsChanged: what was taken stays taken, whatever a country asks now.
func TestTheSameAnswerAfterTheQuestionsChanged(t *testing.T) {
	each(t, func(d *desk) {
		first := d.take("harbour", said("k1", canary))
		d.Pack = changed(d.t)
		again := d.take("harbour", said("k1", canary))
		if again.Err != nil || again.Fresh || again.Reference != first.Reference || !again.Receipt.Equal(first.Receipt) || !again.Received.Equal(first.Received) {
			d.t.Errorf("first %+v, again %+v", first, again)
		}
		other := said("k1", canary+"!")
		if got := d.take("harbour", other); fault.CodeOf(got.Err) != "fault.partner_key_used" {
			d.t.Errorf("other words: %+v", got)
		}
		other.Key = "k2"
		if got := d.take("harbour", other); fault.CodeOf(got.Err) != submission.Code || len(fault.Fields(got.Err)) != 1 {
			d.t.Errorf("a new one: %+v", got)
		}
		if n := d.number(countTestSQL); n != one {
			d.t.Errorf("the rows are %d", n)
		}
	})
}

// changed is the country after it allows fewer words.
func changed(t *testing.T) *jurisdiction.Pack {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, "demo", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(packs.FS, path)
		files[strings.TrimPrefix(path, "demo/")] = &fstest.MapFile{Data: bytes.ReplaceAll(text, []byte("max_length: 6000"), []byte("max_length: 20"))}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	pack, problems := jurisdiction.Load(files, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return pack
}

// TestNothingToldIsKept looks at what the room itself stores.
func TestNothingToldIsKept(t *testing.T) {
	each(t, func(d *desk) {
		d.take("harbour", said("case-zinnia", canary))
		var a, b, c, e string
		err := d.main.Read(d.t.Context(), func(tx store.Tx) error { return tx.One(d.t.Context(), oursTestSQL, nil, &a, &b, &c, &e) })
		if err != nil {
			d.t.Fatal(err)
		}
		for _, text := range []string{"zinnia", "lighthouse"} {
			if strings.Contains(a+b+c+e, text) {
				d.t.Errorf("%s is kept: %s %s %s %s", text, a, b, c, e)
			}
		}
	})
}

func TestTheRulesAreThoseOfTheForm(t *testing.T) {
	each(t, func(d *desk) {
		for name, c := range map[string]struct {
			change func(in *submission.Report)
			field  string
		}{
			"no key":           {func(in *submission.Report) { in.Key = "" }, "idempotency_key"},
			"a long key":       {func(in *submission.Report) { in.Key = strings.Repeat("k", 201) }, "idempotency_key"},
			"a key in quotes":  {func(in *submission.Report) { in.Key = `"k"` }, "idempotency_key"},
			"a key of words":   {func(in *submission.Report) { in.Key = "two words" }, "idempotency_key"},
			"no list":          {func(in *submission.Report) { in.Instrument = "" }, "instrument"},
			"no such list":     {func(in *submission.Report) { in.Instrument = "gossip" }, "instrument"},
			"no language":      {func(in *submission.Report) { in.Language = "" }, "language"},
			"no such language": {func(in *submission.Report) { in.Language = "tlh" }, "language"},
			"no such channel":  {func(in *submission.Report) { in.Channel = "web_form" }, "channel"},
			"no such question": {func(in *submission.Report) { in.Answers["photo"] = []string{"x"} }, "answers.photo"},
			"no such code":     {func(in *submission.Report) { in.Answers["danger"] = []string{"maybe"} }, "answers.danger"},
			"two of one":       {func(in *submission.Report) { in.Answers["danger"] = []string{"yes", "no"} }, "answers.danger"},
			"too long":         {func(in *submission.Report) { in.Answers["words"] = []string{strings.Repeat("ab ", 20000)} }, "answers.words"},
		} {
			in := said("k", "words")
			c.change(&in)
			err := d.take("harbour", in).Err
			if fields := fault.Fields(err); fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != submission.Code || len(fields) != 1 || fields[0].Name != c.field {
				d.t.Errorf("%s: %v", name, err)
			}
		}
		if n := d.number(countTestSQL); n != 0 {
			d.t.Errorf("the rows are %d", n)
		}
	})
}

// TestFilesAreCutAndSkippedQuestionsLeftOut: nothing is lost in silence.
func TestFilesAreCutAndSkippedQuestionsLeftOut(t *testing.T) {
	each(t, func(d *desk) {
		in := said("k", "look data:image/png;base64,"+strings.Repeat("iVBORw0KGgo", 40)+" here")
		hidden := ""
		for _, page := range d.Pack.Instrument("professional").Pages {
			if hidden == "" && page.When != nil && !page.When.Holds(instrument.Answers{"danger": {"no"}}) {
				hidden = page.Questions[0].ID
			}
		}
		if hidden == "" {
			d.t.Fatal("the list of questions skips nothing")
		}
		in.Answers[hidden] = []string{"whatever"}
		taken := d.take("harbour", in)
		if taken.Err != nil || !slices.Equal(taken.Cut, []string{"words"}) || !slices.Equal(taken.LeftOut, []string{hidden}) {
			d.t.Errorf("%+v", taken)
		}
		if text := seal.Receipt.String(taken.Receipt); text != secret.Shown {
			d.t.Errorf("the receipt shows as %s", text)
		}
	})
}
