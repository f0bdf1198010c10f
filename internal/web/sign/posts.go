package sign

import (
	"net/url"
	"time"

	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/signpost"
)

// CampaignField is what the code of a campaign is called in an address and in the form of the first page.
const CampaignField = "k"

// Posts makes every signpost of the country in the language of a printer of the public words. They lead to the address at which the public side is reached,
// as in "https://help.example.org"; with the code of a campaign where one is given. Note says when a contact answers, and at what cost.
func Posts(pack *jurisdiction.Pack, p lang.Printer, note func(p lang.Printer, c jurisdiction.Contact) string, at, campaign string, now time.Time) (list []signpost.Post) {
	contacts := signpost.Fresh(now, contacts(pack, p, note))
	until := signpost.Until(now, contacts)
	words := signpost.Words{Title: p.T("public.title"), Go: p.T("sign.go"), Until: p.T("sign.until", "Date", p.Day(until, pack.Zone())),
		Then: p.T("sign.then"), Scan: p.T("sign.scan")}
	for _, one := range pack.Signposts(p.Tag()) {
		list = append(list, signpost.Post{Code: one.Code(), Campaign: campaign, Language: p.Tag(), Dir: p.Dir(), Audience: string(one.Audience), Place: string(one.Place),
			Headline: one.Headline, Lines: one.Lines, Contacts: contacts, Link: Home(at, p.Tag(), campaign), Here: at + Path + "/" + one.Code(), Words: words, Until: until})
	}
	return list
}

// Home is the address of the first page in a language, with the code of a campaign unless that is empty.
func Home(at, tag, campaign string) string {
	if campaign != "" {
		campaign = "&" + CampaignField + "=" + url.QueryEscape(campaign)
	}
	return at + "/?l=" + tag + campaign
}

// contacts are the two that every page names.
func contacts(pack *jurisdiction.Pack, p lang.Printer, note func(p lang.Printer, c jurisdiction.Contact) string) (list []signpost.Contact) {
	for _, c := range []jurisdiction.Contact{pack.Emergency(p.Tag()), pack.Helpline(p.Tag())} {
		list = append(list, signpost.Contact{Name: c.Name, Phone: c.Number(), Note: note(p, c), Until: c.ExpiresAt})
	}
	return list
}

// Note says when a contact answers, and that it costs nothing where it does.
func Note(p lang.Printer, c jurisdiction.Contact) string {
	if c.Free {
		return p.T("public.free", "Hours", c.Hours)
	}
	return c.Hours
}
