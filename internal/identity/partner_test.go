package identity

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/store"
)

const (
	keyRefusalsTestSQL  = `SELECT count(*) FROM audit_entry WHERE action = 'partner.report' AND outcome = 'refused'`
	oneDayOneKeyTestSQL = `CREATE UNIQUE INDEX one_day_one_key ON partner_key (used_on) WHERE used_on <> ''`
)

// key makes a key for a partner that is known by its name.
func (h *house) key(partner PartnerID, expires time.Time) AddedPartnerKey {
	h.t.Helper()
	k, err := h.AddPartnerKey(h.t.Context(), h.admin, AddPartnerKeyInput{Partner: partner, Name: "Harbour Hotline", Expires: expires})
	if err != nil {
		h.t.Fatal(err)
	}
	return k
}

// opens tells what a key is answered with; empty when it opens.
func (h *house) opens(key string) fault.Code {
	h.t.Helper()
	actor, unnoted, err := h.PartnerOf(h.t.Context(), key)
	if unnoted != nil {
		h.t.Errorf("the use is not noted: %v", unnoted)
	}
	if err != nil {
		if actor.ID != "" {
			h.t.Errorf("a refused key gives %+v", actor)
		}
		return fault.CodeOf(err)
	}
	if actor.Kind != access.Partner || actor.ID != "harbour" || len(actor.Roles) > 0 {
		h.t.Errorf("the key gives %+v", actor)
	}
	return ""
}

func TestPartnerKeys(t *testing.T) {
	each(t, func(h *house) {
		first, second := h.key("harbour", time.Time{}), h.key("harbour", h.clock.Now().Add(time.Hour))
		for _, k := range []AddedPartnerKey{first, second} {
			if !strings.HasPrefix(k.Key, keyMark) || len(k.Key) != len(keyMark)+43 || h.opens(k.Key) != "" {
				h.t.Errorf("%q does not open", k.Key)
			}
		}
		const wrong = fault.Code("fault.partner_key")
		for _, key := range []string{"", keyMark, first.Key[len(keyMark):], first.Key + "A", first.Key[:len(first.Key)-1], keyMark + strings.Repeat("A", 43), "\x00", strings.Repeat("k", 1<<16)} {
			if got := h.opens(key); got != wrong {
				h.t.Errorf("%.40q is answered with %q", key, got)
			}
		}
		if err := h.RevokePartnerKey(t.Context(), h.admin, first.ID); err != nil || h.opens(first.Key) != wrong || h.opens(second.Key) != "" {
			h.t.Errorf("revoked: %v", err)
		}
		if err := h.RevokePartnerKey(t.Context(), h.admin, first.ID); err != nil {
			h.t.Errorf("revoked again: %v", err)
		}
		if err := h.RevokePartnerKey(t.Context(), h.admin, "none"); fault.KindOf(err) != fault.Withheld {
			h.t.Errorf("none: %v", err)
		}
		h.clock.pass(time.Hour)
		if h.opens(second.Key) != wrong {
			h.t.Error("a key that has ended opens")
		}
		list, err := h.Partners(t.Context(), h.admin)
		if err != nil || len(list) != 1 || list[0].Name != "Harbour Hotline" || len(list[0].Keys) != 2 || list[0].Keys[0].UsedOn != "2030-05-06" {
			h.t.Errorf("%+v %v", list, err)
		}
		for _, k := range list[0].Keys {
			if k.InForce(h.clock.Now()) || k.RevokedAt.IsZero() != (k.ID == second.ID) {
				h.t.Errorf("%+v", k)
			}
		}
	})
}

func TestAPartnerIsNamedOnce(t *testing.T) {
	each(t, func(h *house) {
		for field, in := range map[string]AddPartnerKeyInput{
			"partner": {Partner: "Harbour Hotline", Name: "x"}, "name": {Partner: "harbour"}, "expires": {Partner: "harbour", Name: "x", Expires: h.clock.Now()},
		} {
			_, err := h.AddPartnerKey(t.Context(), h.admin, in)
			if fields := fault.Fields(err); fault.KindOf(err) != fault.Invalid || len(fields) != 1 || fields[0].Name != field {
				h.t.Errorf("%s: %v", field, err)
			}
		}
		h.key("harbour", time.Time{})
		if _, err := h.AddPartnerKey(t.Context(), access.Console, AddPartnerKeyInput{Partner: "harbour"}); err != nil {
			h.t.Errorf("another key under the name that is known: %v", err)
		}
		if _, err := h.AddPartnerKey(t.Context(), access.Console, AddPartnerKeyInput{Partner: "harbour", Name: " Harbour  Hotline"}); err != nil {
			h.t.Errorf("another key under the same name: %v", err)
		}
		_, err := h.AddPartnerKey(t.Context(), h.admin, AddPartnerKeyInput{Partner: "harbour", Name: "Harbour School"})
		if fields := fault.Fields(err); len(fields) != 1 || fields[0].Name != "name" || fields[0].Code != "fault.partner_renamed" {
			h.t.Errorf("a code that is another's: %v", err)
		}
		list, err := h.Partners(t.Context(), h.admin)
		if err != nil || len(list) != 1 || list[0].Name != "Harbour Hotline" || len(list[0].Keys) != 3 {
			h.t.Errorf("%+v %v", list, err)
		}
		officer := h.actor(h.add("olga", access.DutyOfficer))
		if _, err := h.AddPartnerKey(t.Context(), officer, AddPartnerKeyInput{Partner: "harbour"}); fault.KindOf(err) != fault.Forbidden {
			h.t.Errorf("by an officer: %v", err)
		}
		if _, err := h.Partners(t.Context(), officer); fault.KindOf(err) != fault.Forbidden {
			h.t.Errorf("listed by an officer: %v", err)
		}
		if err := h.RevokePartnerKey(t.Context(), officer, "x"); fault.KindOf(err) != fault.Forbidden {
			h.t.Errorf("revoked by an officer: %v", err)
		}
	})
}

// TestAKeyOpensWhenItsUseCannotBeNoted, and that is told.
func TestAKeyOpensWhenItsUseCannotBeNoted(t *testing.T) {
	each(t, func(h *house) {
		first, second := h.key("harbour", time.Time{}), h.key("harbour", time.Time{})
		if got := h.opens(first.Key); got != "" {
			h.t.Fatal(got)
		}
		err := h.c.Store.Write(t.Context(), func(tx store.Tx) error { _, err := tx.Exec(t.Context(), oneDayOneKeyTestSQL); return err })
		if err != nil {
			h.t.Fatal(err)
		}
		actor, unnoted, err := h.PartnerOf(t.Context(), second.Key)
		if err != nil || unnoted == nil || actor.ID != "harbour" {
			h.t.Errorf("%+v %v %v", actor, unnoted, err)
		}
	})
}

// TestManyWrongKeysAreSlowed: a key in force opens all the same, and the log does not fill.
func TestManyWrongKeysAreSlowed(t *testing.T) {
	eachWith(t, Config{FailuresMinute: 3}, func(h *house) {
		good := h.key("harbour", time.Time{})
		for i, want := range []fault.Code{"fault.partner_key", "fault.partner_key", "fault.partner_key", "fault.sign_in_slow", "fault.sign_in_slow"} {
			if got := h.opens("guess"); got != want || h.opens(good.Key) != "" {
				h.t.Errorf("try %d is answered with %q", i+1, got)
			}
		}
		var n int
		err := h.c.Store.Read(t.Context(), func(tx store.Tx) error { return tx.One(t.Context(), keyRefusalsTestSQL, nil, &n) })
		if err != nil || n != 4 {
			h.t.Errorf("%d refusals are recorded, %v", n, err)
		}
		h.clock.pass(time.Minute)
		if got := h.opens("guess"); got != "fault.partner_key" {
			h.t.Errorf("a minute later: %q", got)
		}
	})
}
