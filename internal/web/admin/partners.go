package admin

import (
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/identity"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

const (
	partnersPath = "/partners"
	newKeyPath   = partnersPath + "/new"
	revokePath   = partnersPath + "/revoke"
)

// addPartners adds the pages of partners' keys.
func (a *pages) addPartners(site *staff.Site) {
	site.AddPlace(staff.Place{Text: "partner.partners", Href: partnersPath, Action: access.PartnerKeys})
	site.Handle("GET "+partnersPath, a.partners)
	site.Handle("GET "+newKeyPath, func(v *staff.Visit) error { return a.showNewKey(v, nil) })
	site.Handle("POST "+newKeyPath, a.takeNewKey)
	site.Handle("POST "+revokePath, a.revokeKey)
}

// A partnersView is the page of all partners.
type partnersView struct {
	Caption string
	Keys    []keyRow
}

// A keyRow is one key.
type keyRow struct {
	Partner identity.Partner
	Key     identity.PartnerKey
	State   page.Tag
	Revoke  *page.Button // nil for a key that opens nothing
}

// partners shows every partner with its keys.
func (a *pages) partners(v *staff.Visit) error {
	list, err := a.Identity.Partners(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	view, now := partnersView{Caption: v.Words.N("partner.count", len(list))}, a.Clock.Now()
	for _, p := range list {
		for _, k := range p.Keys {
			row := keyRow{Partner: p, Key: k, State: page.Tag{Text: v.T("partner." + string(k.State(now))), Tone: "quiet"}}
			if k.InForce(now) {
				row.State.Tone = "good"
				row.Revoke = &page.Button{Text: v.T("partner.revoke"), Hidden: v.T("partner.revoke_key", "Key", k.ID, "Name", p.Name), Name: "key", Value: string(k.ID), Kind: "link"}
			}
			view.Keys = append(view.Keys, row)
		}
	}
	return v.Render(http.StatusOK, "admin_partners", v.Frame(v.T("partner.partners")), view)
}

// A newKeyView is the form for a key.
type newKeyView struct{ Partner, Name, Expires page.Input }

// showNewKey shows the form, with what was typed and what was wrong.
func (a *pages) showNewKey(v *staff.Visit, refused error) error {
	if !access.May(v.Actor, access.PartnerKeys) {
		_, err := a.Identity.Partners(v.Context(), v.Actor) // which refuses it, and records that
		return err
	}
	f := v.Frame(v.T("partner.add"))
	f.Errors, f.Back = page.ErrorsOf(v.Words, refused), &page.Back{Href: partnersPath}
	of := f.Errors.Of
	return v.Render(httpx.StatusOf(refused), "admin_partner_new", f, newKeyView{
		Partner: page.Input{Name: "partner", Label: v.T("partner.code"), Hint: v.T("partner.code_hint"), Error: of("partner"), Value: v.Field("partner"), Width: 30, LTR: true},
		Name:    page.Input{Name: "name", Label: v.T("partner.name"), Hint: v.T("partner.name_hint"), Error: of("name"), Value: v.Field("name"), Width: 40, Optional: true},
		Expires: page.Input{Name: "expires", Label: v.T("partner.expires"), Hint: v.T("partner.expires_hint"), Error: of("expires"), Value: v.Field("expires"),
			Type: "date", Width: 12, LTR: true, Optional: true},
	})
}

// A keyView hands over a key.
type keyView struct {
	Partner, Key string
	Ends         time.Time
	Path         string
}

// takeNewKey makes the key and shows it. It stands in this answer alone.
func (a *pages) takeNewKey(v *staff.Visit) error {
	in := identity.AddPartnerKeyInput{Partner: identity.PartnerID(v.Field("partner")), Name: v.Field("name")}
	if day := v.Field("expires"); day != "" {
		last, ok := a.day(day)
		if !ok {
			return a.showNewKey(v, fault.New(fault.Invalid, "fault.partner").With("expires", "fault.partner_expires"))
		}
		in.Expires = last.AddDate(0, 0, 1)
	}
	added, err := a.Identity.AddPartnerKey(v.Context(), v.Actor, in)
	if fault.KindOf(err) == fault.Invalid {
		return a.showNewKey(v, err)
	}
	if err != nil {
		return err
	}
	f := v.Frame(v.T("partner.hand_over"))
	f.Back = &page.Back{Href: partnersPath}
	return v.Render(http.StatusOK, "admin_partner_key", f, keyView{string(in.Partner), added.Key, added.ExpiresAt, partnersPath})
}

// revokeKey lets a key open nothing any more.
func (a *pages) revokeKey(v *staff.Visit) error {
	if err := a.Identity.RevokePartnerKey(v.Context(), v.Actor, identity.PartnerKeyID(v.Field("key"))); err != nil {
		return err
	}
	return v.Done(partnersPath, "partner_key_revoked")
}
