package public_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/ident"
	"amparo/internal/signpost"
	"amparo/internal/store"
)

// runs is a campaign that runs, and one that was ended.
func (l *place) runs() (running, ended campaign.Code) {
	l.t.Helper()
	room := campaign.New(campaign.Config{Store: l.main, Teaching: l.pack, Zone: l.pack.Zone()})
	lead := access.Actor{Kind: access.Staff, ID: "lead", Roles: []access.Role{access.ServiceLead}}
	other := access.Actor{Kind: access.Staff, ID: "other", Roles: []access.Role{access.Supervisor}}
	var codes []campaign.Code
	for _, end := range []bool{false, true} {
		id, err := room.Begin(l.t.Context(), lead, ident.New[string](time.Now()), campaign.Plan{Name: "Bluebird", Purpose: "x", Signposts: []string{l.pack.Signposts("en")[0].Code()}, Languages: []string{"en", "ar"},
			Kinds: []campaign.Kind{campaign.Platform}, First: "2031-03-01", Last: "2031-03-31"})
		if err == nil {
			err = room.Approve(l.t.Context(), other, id, 1)
		}
		if err == nil && end {
			err = room.End(l.t.Context(), lead, id, 2, "x")
		}
		if err != nil {
			l.t.Fatal(err)
		}
		c, _, err := room.One(l.t.Context(), lead, id)
		if err != nil {
			l.t.Fatal(err)
		}
		codes = append(codes, c.Code)
	}
	return codes[0], codes[1]
}

// TestTheCodeOfACampaignStaysOnTheWay from the address of a signpost to what the case side opens; no page says it, no address of a page after the first has it.
func TestTheCodeOfACampaignStaysOnTheWay(t *testing.T) {
	each(t, func(l *place) {
		code, _ := l.runs()
		first := l.get("/?l=ar&k=" + strings.ToLower(string(code))).want(http.StatusOK)
		other := ""
		for _, a := range first.find("a", "href") {
			if strings.HasPrefix(attr(a, "href"), "/?l=fr") {
				other = attr(a, "href")
			}
		}
		if other != "/?l=fr&k="+string(code) {
			t.Errorf("another language is at %q", other)
		}
		if first.says(string(code)) {
			t.Error("the first page says the code")
		}
		before := first.post("way", "about_me").want(http.StatusOK)
		if strings.Contains(before.text, "Bluebird") || strings.Contains(attr(before.find("form", "")[0], "action"), "k=") {
			t.Errorf("after the first page the code can be read: %s", before.text)
		}
		check := before.post().tell(posted(childTellsArabic))
		if check.says(string(code)) {
			t.Error("the code is shown among the answers")
		}
		l.now = l.now.Add(2 * time.Minute)
		check.post().receipt()
		check.post().receipt() // once more, as a browser does that goes back
		list := l.told()
		if len(list) != 1 || list[0].Campaign != string(code) || strings.Contains(l.log.String(), string(code)) {
			t.Errorf("what arrived came by %+v", list)
		}
	})
}

// TestAWrongCodeIsNone: what is ended, over, unknown or nonsense changes nothing on any page and arrives as nothing; it is never an error.
func TestAWrongCodeIsNone(t *testing.T) {
	each(t, func(l *place) {
		code, ended := l.runs()
		plain := l.get("/?l=en").text
		for _, wrong := range []string{string(ended), "F2F2F", "", "%00", "K7M4R%27", strings.Repeat("K", 3000), "<b>"} {
			if a := l.get("/?l=en&k=" + strings.ReplaceAll(wrong, "<b>", "%3Cb%3E")); a.status != http.StatusOK || a.text != plain {
				t.Errorf("%.20q: %d", wrong, a.status)
			}
		}
		l.get("/?l=en").post("way", "about_me", "k", string(ended)).post().tell(posted(childTells)).post().receipt()
		first := l.get("/?l=en&k=" + string(code))
		l.now = time.Date(2031, 4, 1, 9, 0, 0, 0, time.UTC)
		first.post("way", "worried").post().tell(posted(adultTells)).post().receipt()
		list := l.told()
		if len(list) != 2 || list[0].Campaign != "" || list[1].Campaign != "" {
			t.Errorf("%+v", list)
		}
	})
}

// TestASignpostOfACampaign leads on with the code, in every form, and is counted for it; with a wrong code it is the signpost of nobody.
func TestASignpostOfACampaign(t *testing.T) {
	each(t, func(l *place) {
		code, ended := l.runs()
		one := l.pack.Signposts("en")[0].Code()
		raw := func(path string) string {
			w := l.raw(path)
			if w.Code != http.StatusOK || len(w.Header()["Set-Cookie"]) > 0 {
				t.Errorf("%s: %d %v", path, w.Code, w.Header())
			}
			return w.Body.String()
		}
		for _, end := range []string{"", ".html", ".json", ".jsonld", ".txt", ".svg", ".card.svg"} {
			text := raw("/sign/" + one + end + "?l=en&k=" + string(code))
			if n := strings.Count(text, "k="+string(code)); n == 0 {
				t.Errorf("%s does not lead on with the code: %s", end, text)
			}
			if plain := raw("/sign/" + one + end + "?l=en"); strings.Contains(plain, "k=") || raw("/sign/"+one+end+"?l=en&k="+string(ended)) != plain {
				t.Errorf("%s of no campaign has a code, or another one of a wrong code", end)
			}
		}
		if err := l.served(t.Context()); err != nil {
			t.Fatal(err)
		}
		var all, of []signpost.Day
		err := l.main.Read(t.Context(), func(tx store.Tx) (err error) {
			if all, err = signpost.Days(t.Context(), tx, "2031-01-01"); err == nil {
				of, err = signpost.DaysOf(t.Context(), tx, string(code), "2031-12-31")
			}
			return err
		})
		if err != nil || len(all) != 1 || all[0].Served != 21 || len(of) != 1 || of[0].Served != 7 || of[0].Code != one || of[0].Language != "en" {
			t.Errorf("all %+v, of the campaign %+v, %v", all, of, err)
		}
	})
}
