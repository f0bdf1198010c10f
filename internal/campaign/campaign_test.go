package campaign_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/signpost"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// teaching has two signposts, of which one has no words in French.
type teaching struct{ gone bool }

var (
	game   = education.Signpost{Audience: education.Age13To15, Place: education.InAGame}
	school = education.Signpost{Audience: education.Age10To12, Place: education.School}
)

func (t teaching) Signposts(string) []education.Signpost {
	if t.gone {
		return []education.Signpost{game}
	}
	return []education.Signpost{game, school}
}

func (t teaching) SignpostSaid(code, language string) bool {
	return language == "en" || language == "ar" || language == "fr" && code == game.Code()
}

var (
	laila = access.Actor{Kind: access.Staff, ID: "laila", Roles: []access.Role{access.ServiceLead}}
	salma = access.Actor{Kind: access.Staff, ID: "salma", Roles: []access.Role{access.Supervisor}}
	adam  = access.Actor{Kind: access.Staff, ID: "adam", Roles: []access.Role{access.Administrator}}
	huda  = access.Actor{Kind: access.Staff, ID: "huda", Roles: []access.Role{access.DutyOfficer}}
)

// a house is a room with its clock.
type house struct {
	*testing.T
	now   time.Time
	store *store.Store
	teach teaching
	room  *campaign.Room
}

var zone = time.FixedZone("east", 3*60*60)

func each(t *testing.T, f func(h *house)) {
	t.Helper()
	now := time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)
	var h *house
	at := clock.Func(func() time.Time {
		if h == nil {
			return now
		}
		return h.now
	})
	storetest.Each(t, at, func(t *testing.T, main, _ *store.Store) {
		h = &house{T: t, now: now, store: main}
		h.room = campaign.New(campaign.Config{Store: main, Teaching: &h.teach, Zone: zone})
		f(h)
	})
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func plan() campaign.Plan {
	return campaign.Plan{Name: "Spring", Purpose: "So that more know of it.", Signposts: []string{school.Code(), game.Code(), game.Code()}, Languages: []string{"en", "ar"},
		Kinds: []campaign.Kind{campaign.School, campaign.Platform}, First: "2031-03-01", Last: "2031-03-31"}
}

// begun is a draft that Laila has written.
func (h *house) begun() campaign.Campaign {
	h.Helper()
	id, err := h.room.Begin(h.Context(), laila, ident.New[string](time.Now()), plan())
	h.must(err)
	return h.one(id)
}

func (h *house) one(id campaign.ID) campaign.Campaign {
	h.Helper()
	c, _, err := h.room.One(h.Context(), laila, id)
	h.must(err)
	return c
}

// running is one that Salma has approved.
func (h *house) running() campaign.Campaign {
	h.Helper()
	c := h.begun()
	h.must(h.room.Approve(h.Context(), salma, c.ID, c.Version))
	return h.one(c.ID)
}

func (h *house) refused(err error, kind fault.Kind, code fault.Code) {
	h.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		h.Errorf("%v, want %s %s", err, kind, code)
	}
}

func (h *house) standing(id campaign.ID) campaign.Standing {
	h.Helper()
	c, today, err := h.room.One(h.Context(), laila, id)
	h.must(err)
	return c.Standing(today)
}

// TestFromADraftToItsEnd: written, changed, approved by another person, run on its days, over by its last one.
func TestFromADraftToItsEnd(t *testing.T) {
	each(t, func(h *house) {
		ctx, c := h.Context(), h.begun()
		if c.State != campaign.Draft || c.Version != 1 || !slices.Equal(c.Writers, []string{"laila"}) || len(c.Signposts) != 2 || !slices.IsSorted(c.Signposts) || c.Languages[0] != "ar" {
			t.Errorf("%+v", c)
		}
		p := plan()
		p.Name, p.Last = " Summer\n", "2031-03-04"
		h.must(h.room.Write(ctx, salma, c.ID, 1, p))
		h.refused(h.room.Write(ctx, laila, c.ID, 1, plan()), fault.Conflict, fault.CodeStale)
		if c = h.one(c.ID); c.Name != "Summer" || c.Version != 2 || !slices.Equal(c.Writers, []string{"laila", "salma"}) {
			t.Errorf("%+v", c)
		}
		for _, who := range []access.Actor{laila, salma} { // both have written it
			h.refused(h.room.Approve(ctx, who, c.ID, 2), fault.Forbidden, campaign.CodeYourself)
		}
		h.refused(h.room.Approve(ctx, adam, c.ID, 1), fault.Conflict, fault.CodeStale)
		h.must(h.room.Approve(ctx, adam, c.ID, 2))
		if c = h.one(c.ID); c.ApprovedBy != "adam" || c.Approved.IsZero() || h.standing(c.ID) != campaign.Running {
			t.Errorf("%+v", c)
		}
		h.refused(h.room.Write(ctx, laila, c.ID, 3, plan()), fault.Conflict, campaign.CodeNotDraft)
		h.refused(h.room.Approve(ctx, adam, c.ID, 3), fault.Conflict, campaign.CodeNotDraft)
		h.now = time.Date(2031, 3, 4, 20, 59, 0, 0, time.UTC) // a minute before midnight there
		if h.standing(c.ID) != campaign.Running {
			t.Error("its last day does not count")
		}
		h.now = h.now.Add(time.Minute)
		if h.standing(c.ID) != campaign.Over {
			t.Error("it goes on after its last day")
		}
		h.refused(h.room.End(ctx, laila, c.ID, 3, "Why"), fault.Conflict, campaign.CodeOver)
	})
}

// TestEndedEarly with a reason, from any state; nobody can go on with it.
func TestEndedEarly(t *testing.T) {
	each(t, func(h *house) {
		ctx, c := h.Context(), h.running()
		if err := h.room.End(ctx, laila, c.ID, 2, " "); fault.KindOf(err) != fault.Invalid || fault.Fields(err)[0].Name != "reason" {
			t.Errorf("without a reason: %v", err)
		}
		if err := h.room.End(ctx, laila, c.ID, 2, strings.Repeat("ab ", campaign.LongestReason)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("with too long a reason: %v", err)
		}
		h.must(h.room.End(ctx, laila, c.ID, 2, "The school is closed."))
		if got := h.one(c.ID); got.State != campaign.Ended || got.EndedBy != "laila" || got.Reason != "The school is closed." || h.standing(c.ID) != campaign.Stopped {
			t.Errorf("%+v", got)
		}
		h.refused(h.room.End(ctx, laila, c.ID, 3, "Again"), fault.Conflict, campaign.CodeOver)
		draft := h.begun()
		h.must(h.room.End(ctx, laila, draft.ID, 1, "Not needed."))
		h.refused(h.room.Approve(ctx, salma, draft.ID, 2), fault.Conflict, campaign.CodeNotDraft)
	})
}

// TestWhatIsWrongIsNamed, all of it at once, when it is written and when it is approved.
func TestWhatIsWrongIsNamed(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		_, err := h.room.Begin(ctx, laila, ident.New[string](time.Now()), campaign.Plan{Signposts: []string{"zzzzzz"}, Kinds: []campaign.Kind{"moon"}, First: "soon", Last: "2031-02-30"})
		got := map[string]fault.Code{}
		for _, f := range fault.Fields(err) {
			got[f.Name] = f.Code
		}
		for field, code := range map[string]fault.Code{"name": "fault.campaign_name", "purpose": "fault.campaign_why", "signposts": campaign.CodeSignpostGone, "languages": campaign.CodeChoose,
			"kinds": campaign.CodeChoose, "first": campaign.CodeDay, "last": campaign.CodeDay} {
			if got[field] != code {
				t.Errorf("%s: %s, want %s", field, got[field], code)
			}
		}
		for name, c := range map[string]struct {
			change func(p *campaign.Plan)
			field  string
			code   fault.Code
		}{
			"no words in French":      {func(p *campaign.Plan) { p.Languages = []string{"fr"} }, "signposts", campaign.CodeNotSaid},
			"no language of theirs":   {func(p *campaign.Plan) { p.Languages = []string{"de"} }, "signposts", campaign.CodeNotSaid},
			"no signpost":             {func(p *campaign.Plan) { p.Signposts = nil }, "signposts", campaign.CodeChoose},
			"the last before the day": {func(p *campaign.Plan) { p.Last = "2031-03-02" }, "last", campaign.CodePast},
			"the wrong way round":     {func(p *campaign.Plan) { p.First, p.Last = "2031-04-02", "2031-04-01" }, "last", campaign.CodeOrder},
			"more than a year":        {func(p *campaign.Plan) { p.Last = "2032-03-01" }, "last", campaign.CodeTooLong},
			"a long name":             {func(p *campaign.Plan) { p.Name = strings.Repeat("ا", campaign.LongestName+1) }, "name", "fault.long"},
		} {
			p := plan()
			c.change(&p)
			_, err := h.room.Begin(ctx, laila, ident.New[string](time.Now()), p)
			if fields := fault.Fields(err); len(fields) != 1 || fields[0].Name != c.field || fields[0].Code != c.code {
				t.Errorf("%s: %+v", name, fields)
			}
		}
		year := plan()
		year.Last = "2032-02-29"
		_, err = h.room.Begin(ctx, laila, ident.New[string](time.Now()), year)
		h.must(err)
		c := h.begun()
		h.teach.gone = true
		if err := h.room.Approve(ctx, salma, c.ID, 1); fault.KindOf(err) != fault.Invalid || fault.Fields(err)[0].Code != campaign.CodeSignpostGone {
			t.Errorf("a signpost that is gone: %v", err)
		}
		h.teach.gone, h.now = false, h.now.AddDate(0, 2, 0)
		if err := h.room.Approve(ctx, salma, c.ID, 1); fault.KindOf(err) != fault.Invalid || fault.Fields(err)[0].Code != campaign.CodePast {
			t.Errorf("approved when it is over: %v", err)
		}
	})
}

const auditTestSQL = `SELECT action || ' ' || outcome || ' ' || detail FROM audit_entry ORDER BY at, id`

// TestWhoMay: each step is in the log, done or refused, and one that is not there looks like one of others.
func TestWhoMay(t *testing.T) {
	each(t, func(h *house) {
		ctx, c := h.Context(), h.running()
		for _, who := range []access.Actor{huda, {}} {
			_, err := h.room.Begin(ctx, who, ident.New[string](time.Now()), plan())
			h.refused(err, fault.Forbidden, fault.CodeForbidden)
			h.refused(h.room.Write(ctx, who, c.ID, 2, plan()), fault.Forbidden, fault.CodeForbidden)
			h.refused(h.room.Approve(ctx, who, c.ID, 2), fault.Forbidden, fault.CodeForbidden)
			h.refused(h.room.End(ctx, who, c.ID, 2, "x"), fault.Forbidden, fault.CodeForbidden)
			_, _, err = h.room.List(ctx, who)
			h.refused(err, fault.Forbidden, fault.CodeForbidden)
			_, err = h.room.Counts(ctx, who, c.ID)
			h.refused(err, fault.Forbidden, fault.CodeForbidden)
			_, err = h.room.Handed(ctx, who, c.ID)
			h.refused(err, fault.Forbidden, fault.CodeForbidden)
		}
		_, err := h.room.Begin(ctx, adam, ident.New[string](time.Now()), plan())
		h.refused(err, fault.Forbidden, fault.CodeForbidden)
		_, _, err = h.room.One(ctx, laila, "nothing")
		h.refused(err, fault.Withheld, fault.CodeWithheld)
		h.must(h.room.End(ctx, adam, c.ID, 2, "x"))
		var entries []string
		h.must(h.store.Read(ctx, func(tx store.Tx) error {
			entries = nil
			return tx.Each(ctx, auditTestSQL, nil, func(scan func(...any) error) error {
				var e string
				err := scan(&e)
				entries = append(entries, e)
				return err
			})
		}))
		all := strings.Join(entries, "\n")
		for _, want := range []string{"campaign.write done", "campaign.approve done", "campaign.end done", "campaign.write refused", "campaign.read refused"} {
			if !strings.Contains(all, want) {
				t.Errorf("the log lacks %q", want)
			}
		}
		if !strings.Contains(all, string(c.Code)) || strings.Contains(all, "Spring") {
			t.Errorf("the log says:\n%s", all)
		}
	})
}

// TestCodes: each is one of a kind, is never a word, and is read however it is typed.
func TestCodes(t *testing.T) {
	each(t, func(h *house) {
		seen := map[campaign.Code]bool{}
		for range campaign.MostDrafts {
			c := h.begun()
			if seen[c.Code] || !regexp.MustCompile(`^[FHJKLMRWXY2-9]{5}$`).MatchString(string(c.Code)) {
				t.Errorf("the code %s", c.Code)
			}
			seen[c.Code] = true
			spaced := strings.ToLower(string(c.Code[:2])) + " - " + string(c.Code[2:])
			if campaign.ReadCode(spaced) != c.Code {
				t.Errorf("%q is not read", spaced)
			}
		}
		err := h.store.Write(h.Context(), func(tx store.Tx) error {
			for code := range seen {
				_, err := tx.Exec(h.Context(), "UPDATE campaign SET code = $1", string(code))
				return err
			}
			return nil
		})
		if fault.KindOf(err) != fault.Conflict && err == nil {
			t.Error("two campaigns have one code")
		}
	})
	for _, text := range []string{"", "K7M4", "K7M4RR", "KIM4R", "k7m4r\x00", strings.Repeat(" ", 30) + "K7M4R", "Ｋ7M4R", "K1M4R"} {
		if code := campaign.ReadCode(text); code != "" {
			t.Errorf("%q is read as %s", text, code)
		}
	}
}

// TestOneFormIsOneCampaign, and one person has so many drafts.
func TestOneFormIsOneCampaign(t *testing.T) {
	each(t, func(h *house) {
		ctx, form := h.Context(), ident.New[string](time.Now())
		id, err := h.room.Begin(ctx, laila, form, plan())
		h.must(err)
		again, err := h.room.Begin(ctx, laila, form, plan())
		h.must(err)
		other, err := h.room.Begin(ctx, salma, form, plan())
		h.must(err)
		if again != id || other == id {
			t.Errorf("%s, again %s, of another %s", id, again, other)
		}
		_, err = h.room.Begin(ctx, laila, "no form", plan())
		h.refused(err, fault.Invalid, "fault.form")
		for range campaign.MostDrafts - 1 {
			h.begun()
		}
		_, err = h.room.Begin(ctx, laila, ident.New[string](time.Now()), plan())
		h.refused(err, fault.Conflict, campaign.CodeDrafts)
		h.must(h.room.Approve(ctx, salma, id, 1))
		last := h.begun()
		list, _, err := h.room.List(ctx, laila)
		h.must(err)
		if len(list) != campaign.MostDrafts+2 {
			t.Errorf("the list has %d", len(list))
		}
		h.must(h.room.End(ctx, laila, list[0].ID, list[0].Version, "x"))
		list, _, err = h.room.List(ctx, laila)
		h.must(err)
		if end := list[len(list)-1]; end.State != campaign.Ended || last.ID == "" {
			t.Errorf("the last of the list is %+v", end)
		}
	})
}

// TestNoCodeIsLeft: the draw ends.
func TestNoCodeIsLeft(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.Context()
		h.must(h.store.Write(ctx, func(tx store.Tx) error { return fillCodes(ctx, tx) }))
		_, err := h.room.Begin(ctx, laila, ident.New[string](time.Now()), plan())
		h.refused(err, fault.Unavailable, campaign.CodeNoCode)
	})
}

const fillTestSQL = `INSERT INTO campaign (id, code, name, purpose, signposts, languages, kinds, first_day, last_day, state, written_at, written_by, approved_at, approved_by, ended_at, ended_by, reason, version)
	WITH l(c) AS (VALUES ('F'), ('H'), ('J'), ('K'), ('L'), ('M'), ('R'), ('W'), ('X'), ('Y')), d(c) AS (VALUES ('2'), ('3'), ('4'), ('5'), ('6'), ('7'), ('8'), ('9'))
	SELECT 'old' || a.c || b.c || e.c || f.c || g.c, a.c || b.c || e.c || f.c || g.c, 'x', 'x', '', '', '', '2030-01-01', '2030-01-02', 'ended', 0, 'x', 0, '', 0, '', '', 1
	FROM l a CROSS JOIN d b CROSS JOIN l e CROSS JOIN d f CROSS JOIN l g`

// fillCodes has every code belong to a campaign of long ago.
func fillCodes(ctx context.Context, tx store.Tx) error {
	_, err := tx.Exec(ctx, fillTestSQL)
	return err
}

// TestTheBook knows the codes of campaigns that run today, and no others.
func TestTheBook(t *testing.T) {
	each(t, func(h *house) {
		ctx, c, draft := h.Context(), h.running(), h.begun()
		later := plan()
		later.First = "2031-03-05"
		id, err := h.room.Begin(ctx, laila, ident.New[string](time.Now()), later)
		h.must(err)
		h.must(h.room.Approve(ctx, salma, id, 1))
		soon := h.one(id)
		failed := 0
		book := campaign.NewBook(campaign.BookConfig{Store: h.store, Clock: clock.Func(func() time.Time { return h.now }), Zone: zone, Failed: func(error) { failed++ }})
		knows := func(when string, want map[campaign.Code]bool) {
			t.Helper()
			for code, yes := range want {
				if got := book.Running(ctx, strings.ToLower(string(code))); (got == code) != yes {
					t.Errorf("%s: %s is %q", when, code, got)
				}
			}
		}
		knows("at first", map[campaign.Code]bool{c.Code: true, soon.Code: false, draft.Code: false, "F2F2F": false, "nothing": false})
		h.must(h.room.End(ctx, laila, c.ID, c.Version, "x"))
		h.now = h.now.Add(time.Minute)
		knows("a minute after it was ended", map[campaign.Code]bool{c.Code: false})
		h.now = time.Date(2031, 3, 4, 21, 0, 0, 0, time.UTC) // the fifth there
		knows("on its first day", map[campaign.Code]bool{soon.Code: true})
		h.now = time.Date(2031, 3, 31, 20, 59, 59, 0, time.UTC)
		knows("on its last day", map[campaign.Code]bool{soon.Code: true})
		h.now = h.now.Add(time.Second)
		knows("after it", map[campaign.Code]bool{soon.Code: false})
		h.now = time.Date(2031, 3, 20, 9, 0, 0, 0, time.UTC)
		gone, stop := context.WithCancel(ctx)
		stop() // whoever asked is not waited for, and neither do others go without
		if book.Running(gone, string(soon.Code)) != soon.Code || failed != 0 {
			t.Error("a reader who left keeps the codes from all")
		}
		h.must(h.store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, "DROP TABLE campaign_running")
			return err
		}))
		h.now = h.now.Add(time.Hour)
		if book.Running(ctx, string(soon.Code)) != soon.Code || failed != 1 {
			t.Errorf("without its table the codes are forgotten, or nobody hears: %d", failed)
		}
		failed = 0
		fresh := campaign.NewBook(campaign.BookConfig{Store: h.store, Clock: clock.Func(func() time.Time { return h.now }), Zone: zone, Failed: func(error) { failed++ }})
		for range 3 { // nobody waits for what could not be read a moment ago
			if fresh.Running(ctx, string(soon.Code)) != "" || failed != 1 {
				t.Errorf("what was never read is asked for %d times", failed)
			}
		}
	})
}

// served counts some at a day.
func (h *house) served(day, code, language, campaign string, n int) {
	h.Helper()
	at, err := time.Parse(time.DateOnly, day)
	h.must(err)
	room := signpost.New(signpost.Config{Store: h.store, Clock: clock.Func(func() time.Time { return at.Add(9 * time.Hour) }), Zone: zone})
	for range n {
		room.Count(code, language, campaign)
	}
	h.must(room.Flush(h.Context()))
}

func (h *house) came(code campaign.Code, n int) {
	h.Helper()
	by, err := access.Own(access.System("test"), "report.open")
	h.must(err)
	for range n {
		h.must(h.store.Write(h.Context(), func(tx store.Tx) error { return campaign.Came(h.Context(), tx, by, code, zone) }))
	}
}

// TestCounts: whole days that are over, by week, signpost and language; what is few is not told, and neither is what would tell it.
func TestCounts(t *testing.T) {
	each(t, func(h *house) {
		ctx, c := h.Context(), h.running()
		h.served("2031-03-01", game.Code(), "en", string(c.Code), 10)
		h.served("2031-03-02", game.Code(), "ar", string(c.Code), 3)
		h.served("2031-03-02", school.Code(), "en", string(c.Code), 20)
		h.served("2031-03-09", game.Code(), "en", string(c.Code), 30)
		h.served("2031-03-02", game.Code(), "en", "", 100) // of no campaign
		h.came(c.Code, 6)
		h.came("F2F2F", 6) // of nothing
		draft := h.begun()
		h.came(draft.Code, 6)
		got, err := h.room.Counts(ctx, laila, c.ID)
		h.must(err)
		if got.Reports.N != 0 || got.Served.N != 33 || len(got.Weeks) != 1 || len(got.Weeks[0].Days) != 2 {
			t.Errorf("on the third, of which nothing is told: %+v", got)
		}
		h.now = h.now.AddDate(0, 0, 10)
		if got, err = h.room.Counts(ctx, laila, c.ID); err != nil {
			t.Fatal(err)
		}
		if got.Served != (campaign.Count{N: 63}) || got.Reports != (campaign.Count{N: 6}) || len(got.Weeks) != 2 || got.Weeks[0].Served.N != 33 || got.Weeks[1].Served.N != 30 ||
			got.Weeks[0].From != "2031-03-01" || got.Weeks[1].To != "2031-03-12" {
			t.Errorf("%+v", got)
		}
		want := map[string]campaign.Count{game.Code() + "en": {N: 40}, game.Code() + "ar": {Few: true}, school.Code() + "en": {Few: true}, school.Code() + "ar": {}}
		if len(got.Parts) != len(want) {
			t.Errorf("%+v", got.Parts)
		}
		for _, p := range got.Parts {
			if p.Served != want[p.Signpost+p.Language] {
				t.Errorf("%+v, want %+v", p, want[p.Signpost+p.Language])
			}
		}
		h.served("2031-03-10", game.Code(), "en", string(c.Code), 2)
		got, err = h.room.Counts(ctx, laila, c.ID)
		h.must(err)
		if d := got.Weeks[1].Days; d[1].Served != (campaign.Count{Few: true}) || d[2].Served != (campaign.Count{Few: true}) || d[0].Served != (campaign.Count{}) || got.Weeks[1].Served.N != 32 {
			t.Errorf("a day of two and one that would give it away: %+v", got.Weeks[1])
		}
		other, err := h.room.Counts(ctx, laila, draft.ID)
		h.must(err)
		if other.Served != (campaign.Count{}) || other.Reports != (campaign.Count{}) {
			t.Errorf("a draft has %+v", other)
		}
		h.now = h.now.AddDate(3, 0, 0)
		h.must(h.store.Write(ctx, func(tx store.Tx) error {
			return errors.Join(campaign.Prune(ctx, tx), signpost.Prune(ctx, tx))
		}))
		if got, err = h.room.Counts(ctx, laila, c.ID); err != nil || got.Served.N != 0 || got.Reports.N != 0 {
			t.Errorf("after three years: %+v %v", got, err)
		}
	})
}

// TestFewAltogether: of a campaign that hardly anybody has met not even the total is told.
func TestFewAltogether(t *testing.T) {
	each(t, func(h *house) {
		c := h.running()
		h.served("2031-03-01", game.Code(), "en", string(c.Code), 4)
		h.came(c.Code, 1)
		h.now = h.now.AddDate(0, 0, 1)
		got, err := h.room.Counts(h.Context(), laila, c.ID)
		h.must(err)
		few := campaign.Count{Few: true}
		if got.Served != few || got.Reports != few || got.Weeks[0].Served != few || got.Weeks[0].Reports != few {
			t.Errorf("%+v", got)
		}
		for _, p := range got.Parts {
			if p.Served != few {
				t.Errorf("%+v", p)
			}
		}
	})
}
