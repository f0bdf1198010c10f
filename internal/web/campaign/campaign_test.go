package campaign_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/lang"
	"amparo/internal/page/browsertest"
	"amparo/internal/signpost"
	"amparo/internal/store"
	web "amparo/internal/web/campaign"
	"amparo/internal/web/staff/stafftest"
)

const (
	ok       = http.StatusOK
	bad      = http.StatusBadRequest
	refused  = http.StatusForbidden
	gone     = http.StatusNotFound
	conflict = http.StatusConflict
)

// An office is a house with the pages.
type office struct {
	*stafftest.House
	room    *campaign.Room
	address string
}

func each(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		all, err := lang.Load()
		if err != nil {
			t.Fatal(err)
		}
		words, err := all.Only("en", "fr", "es", "ar", "sw")
		if err != nil {
			t.Fatal(err)
		}
		o := &office{House: h, room: campaign.New(campaign.Config{Store: h.Main, Teaching: h.Pack, Zone: h.Pack.Zone()}), address: "https://help.example.org/"}
		err = web.Add(h.Site, web.Config{Campaign: o.room, Pack: h.Pack, Clock: h.Clock(), Words: words, Address: func() string { return o.address },
			Name: func(_ context.Context, user string) string { return "Colleague " + user[:4] }})
		if err != nil {
			t.Fatal(err)
		}
		f(t, o)
	})
}

func (o *office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

func (o *office) day(days int) string {
	return clock.Day(o.Now().AddDate(0, 0, days), o.Pack.Zone())
}

// plan is one of all signposts but the last, in all languages.
func (o *office) plan() campaign.Plan {
	p := campaign.Plan{Name: "Spring in schools", Purpose: "So that more know where to go.", Languages: []string{"en", "fr", "es", "ar", "sw"},
		Kinds: []campaign.Kind{campaign.School}, First: o.day(-10), Last: o.day(30)}
	for _, one := range o.Pack.Signposts("en")[:2] {
		p.Signposts = append(p.Signposts, one.Code())
	}
	return p
}

func (o *office) draft() campaign.Campaign {
	o.T.Helper()
	id, err := o.room.Begin(o.T.Context(), o.Actor("laila"), ident.New[string](time.Now()), o.plan())
	o.must(err)
	return o.one(id)
}

func (o *office) one(id campaign.ID) campaign.Campaign {
	o.T.Helper()
	c, _, err := o.room.One(o.T.Context(), o.Actor("laila"), id)
	o.must(err)
	return c
}

func (o *office) running() campaign.Campaign {
	o.T.Helper()
	c := o.draft()
	o.must(o.room.Approve(o.T.Context(), o.Actor("salma"), c.ID, c.Version))
	return o.one(c.ID)
}

// routes are all of the pages', each with the action that it needs.
var routes = map[string]access.Action{
	"GET /campaigns": access.CampaignRead, "GET /campaigns/new": access.CampaignWrite, "POST /campaigns/new": access.CampaignWrite,
	"GET /campaigns/{id}": access.CampaignRead, "GET /campaigns/{id}/edit": access.CampaignWrite, "POST /campaigns/{id}/edit": access.CampaignWrite,
	"POST /campaigns/{id}/approve": access.CampaignApprove, "POST /campaigns/{id}/end": access.CampaignEnd, "GET /campaigns/{id}/banners": access.CampaignRead,
	"GET /campaigns/{id}/banner.svg": access.CampaignRead, "GET /campaigns/{id}/pack.zip": access.CampaignRead,
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions, and the menu with it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id, seen := o.draft().ID, 0
		for _, pattern := range o.Site.Routes() {
			if !strings.Contains(pattern, " /campaigns") {
				continue
			}
			if seen++; routes[pattern] == "" {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		if seen != len(routes) {
			t.Errorf("there are %d routes", seen)
		}
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "dana", "salma", "laila", "adam", "aida"} {
			b := o.SignIn(who)
			for pattern, action := range routes {
				method, path, _ := strings.Cut(strings.ReplaceAll(pattern, "{id}", string(id)), " ")
				p := stafftest.Page{}
				if method == "GET" {
					p = b.Get(path)
				} else {
					p = b.Post(path, "version", "-5")
				}
				_, want := access.Decide(o.Actor(who), action)
				switch {
				case want != nil && (fault.KindOf(want) != fault.Forbidden || p.Status != httpx.StatusOf(want) || p.Has("Spring")):
					t.Errorf("%s by %s, who may not: %d", pattern, who, p.Status)
				case want == nil && !slices.Contains([]int{ok, bad, conflict, gone}, p.Status), want == nil && p.Status == gone && !strings.Contains(pattern, ".svg"):
					t.Errorf("%s by %s: %d", pattern, who, p.Status)
				}
			}
			if linked := slices.Contains(b.Get("/account").Links(), "/campaigns"); linked != access.May(o.Actor(who), access.CampaignRead) {
				t.Errorf("%s: the menu has the page: %v", who, linked)
			}
		}
		if p := o.Visitor().Get("/campaigns"); p.Status == ok {
			t.Error("a visitor sees the page")
		}
		for pattern := range routes {
			if method, path, _ := strings.Cut(strings.ReplaceAll(pattern, "{id}", "nothing"), " "); method == "GET" && strings.Contains(pattern, "{id}") {
				o.SignIn("laila").Get(path).Wants(gone)
			}
		}
	})
}

// TestFromPageToPage: one person writes, another approves; what was typed is kept when it cannot be taken.
func TestFromPageToPage(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		laila, salma := o.SignIn("laila"), o.SignIn("salma")
		p := laila.Get("/campaigns").Wants(ok, "There is none yet")
		if !slices.Contains(p.Links(), "/campaigns/new") {
			t.Error("nothing leads to the form")
		}
		code := o.Pack.Signposts("en")[0].Code()
		p = laila.Get("/campaigns/new").Wants(ok, "Write a campaign", "In streets").Submit("/campaigns/new", "name", "Autumn <b>", "signposts", code, "last", "2020-01-01")
		p.Wants(bad, "Say what it is for", "Choose at least one", "Choose a day", "This day is past")
		if !strings.Contains(p.Body, "Autumn &lt;b&gt;") {
			t.Error("what was typed is lost")
		}
		fields := []string{"name", "Autumn", "purpose", "Why not", "signposts", code, "languages", "en", "kinds", "street", "first", o.day(0), "last", o.day(20)}
		p = laila.Get("/campaigns/new").Submit("/campaigns/new", fields...).Follow().Wants(ok, "The draft is kept", "Autumn", "draft", "You have written this", "In streets and public places")
		list, _, err := o.room.List(t.Context(), o.Actor("laila"))
		o.must(err)
		at := "/campaigns/" + string(list[0].ID)
		laila.Post(at+"/approve", "version", "1").Wants(refused, "Somebody else has to approve it")
		stale := salma.Get(at + "/edit")
		laila.Get(at+"/edit").Submit(at+"/edit", "name", "Winter").Leads(at + "?done=campaign_kept")
		stale.Submit(at+"/edit", "name", "Summer").Wants(conflict, "Change the draft", "What it says now", "Winter")
		if again := stale.Submit(at+"/edit", "name", "Summer"); !strings.Contains(again.Body, `value="Summer"`) {
			t.Error("a stale form loses what was typed")
		}
		salma.Get(at+"/pack.zip").Wants(conflict, "Nobody has approved this yet")
		salma.Get(at).Wants(ok, "Winter", "Approve it").Submit(at+"/approve").Follow().Wants(ok, "It is approved", "running", "Approved by", "Fetch the pack")
		laila.Get(at+"/edit").Wants(conflict, "This is no draft any more", "Approved by")
		stale.Submit(at+"/edit", "name", "Summer").Wants(conflict)
		form := laila.Get("/campaigns/new")
		first := form.Submit("/campaigns/new", fields...).Location
		if again := form.Submit("/campaigns/new", fields...).Location; again != first || first == "" {
			t.Errorf("the form sent again leads to %s, not %s", again, first)
		}
		salma.Get(at).Submit(at+"/end", "reason", "").Wants(bad, "Say why")
		salma.Get(at).Submit(at+"/end", "reason", "No money.").Follow().Wants(ok, "It is ended", "No money.")
		laila.Get(at+"/pack.zip").Wants(conflict, "This campaign is over")
		laila.Get("/campaigns").Wants(ok, "Winter", string(list[0].Code), "ended")
	})
}

// TestWhereNothingLeads: without an address of the public side there is nothing to hand out, and the pages say why.
func TestWhereNothingLeads(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.address = ""
		at := "/campaigns/" + string(o.running().ID)
		b := o.SignIn("laila")
		b.Get(at).Wants(ok, "Nobody has set the address")
		for _, end := range []string{"/pack.zip", "/banners", "/banner.svg"} {
			b.Get(at+end).Wants(conflict, "--public-url")
		}
	})
}

// TestThePack: everything of each signpost in each language, each file named in the manifest, nothing that loads or runs, and the same each time.
func TestThePack(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		c := o.running()
		b, at := o.SignIn("adam"), "/campaigns/"+string(c.ID)
		p := b.Get(at + "/pack.zip").Wants(ok)
		if p.Body != b.Get(at+"/pack.zip").Body {
			t.Error("a pack is another one the next time")
		}
		z, err := zip.NewReader(bytes.NewReader([]byte(p.Body)), int64(len(p.Body)))
		o.must(err)
		files := map[string]string{}
		for _, f := range z.File {
			r, err := f.Open()
			o.must(err)
			data, err := io.ReadAll(r)
			o.must(err)
			if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
				t.Errorf("%s tells when it was made", f.Name)
			}
			files[f.Name] = string(data)
		}
		var m campaign.Manifest
		o.must(json.Unmarshal([]byte(files["manifest.json"]), &m))
		if m.Code != c.Code || m.LastDay != c.Last || len(m.Sizes) != 11 || m.Links["ar"] != "https://help.example.org/?l=ar&k="+string(c.Code) || m.ValidUntil == "" {
			t.Errorf("%+v", m)
		}
		if want := 2 * 5 * (11 + 5); len(m.Files) != want || len(files) != want+1+5 {
			t.Errorf("%d files are named and %d there", len(m.Files), len(files))
		}
		for _, f := range m.Files {
			text := files[f.Path]
			if text == "" {
				t.Errorf("%s is named and not there", f.Path)
			}
			if f.Kind == "post" && !strings.Contains(text, "k="+string(c.Code)) || f.Kind == "banner" && !strings.Contains(f.Path, f.Size) {
				t.Errorf("%s: %s", f.Path, text)
			}
			for _, never := range []string{"<script", "href=", "Spring in schools", "more know where"} {
				if strings.Contains(text, never) {
					t.Errorf("%s has %q", f.Path, never)
				}
			}
		}
		for tag, want := range map[string]string{"en": "What is in this pack", "ar": "ما في هذه الحزمة", "sw": "Kilichomo"} {
			if text := files["README."+tag+".txt"]; !strings.Contains(text, want) || !strings.Contains(text, string(c.Code)) {
				t.Errorf("README.%s.txt: %s", tag, text)
			}
		}
	})
}

// TestCountsOnThePage: what is few is not on it, in no form.
func TestCountsOnThePage(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		c := o.running()
		yesterday := o.Now().AddDate(0, 0, -1)
		room := signpost.New(signpost.Config{Store: o.Main, Clock: clock.Func(func() time.Time { return yesterday }), Zone: o.Pack.Zone()})
		for n, code := range map[int]string{3: c.Signposts[0], 1234: c.Signposts[1]} {
			for range n {
				room.Count(code, "en", string(c.Code))
			}
		}
		o.must(room.Flush(t.Context()))
		by, err := access.Own(access.System("test"), "report.open")
		o.must(err)
		for range 4 {
			o.must(o.Main.Write(t.Context(), func(tx store.Tx) error { return campaign.Came(t.Context(), tx, by, c.Code, o.Pack.Zone()) }))
		}
		o.Advance(24 * time.Hour)
		p := o.SignIn("adam").Get("/campaigns/"+string(c.ID)).Wants(ok, "Signposts served: 1237.", "Reports that came by it: –.", "fewer than 5")
		if strings.Contains(p.Text, "1234") {
			t.Error("what would give the few away is shown")
		}
	})
}

// TestTheBannerPage leads to every banner, and each is there.
func TestTheBannerPage(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		c := o.draft()
		b, at := o.SignIn("adam"), "/campaigns/"+string(c.ID)
		for _, tag := range c.Languages {
			q := "?" + url.Values{"s": {c.Signposts[1]}, "in": {tag}}.Encode()
			p := b.Get(at + "/banners" + q).Wants(ok)
			for _, size := range signpost.BannerSizes {
				src := at + "/banner.svg?in=" + tag + "&amp;s=" + c.Signposts[1] + "&amp;size=" + size.String()
				if !strings.Contains(p.Body, src) {
					t.Errorf("%s: the page lacks %s", tag, src)
				}
				if one := b.Get(strings.ReplaceAll(src, "&amp;", "&")).Wants(ok); !strings.Contains(one.Body, "<svg") || !strings.Contains(one.Body, `xml:lang="`+tag+`"`) {
					t.Errorf("%s %s: %.200s", tag, size, one.Body)
				}
			}
		}
		b.Get(at + "/banners?s=zzzzzz").Wants(gone)
		b.Get(at + "/banner.svg?size=1x1").Wants(gone)
	})
}

func TestInTheBrowser(t *testing.T) {
	ran := false
	each(t, func(t *testing.T, o *office) {
		if ran {
			return
		}
		ran = true
		c, draft := o.running(), o.draft()
		for _, tag := range []string{"en", "ar"} {
			b, base := o.Browse(t, "salma", tag)
			for _, path := range []string{"/campaigns", "/campaigns/new", "/campaigns/" + string(c.ID), "/campaigns/" + string(draft.ID), "/campaigns/" + string(c.ID) + "/banners"} {
				browsertest.Do(t, b, chromedp.Navigate(base+path+"?l="+tag))
				for _, width := range []int64{320, 1200} {
					browsertest.Resize(t, b, width, 900)
					browsertest.NoSideways(t, b)
				}
				browsertest.Axe(t, b)
				if dir := browsertest.Read(t, b, chromedp.Evaluate[string]("document.documentElement.dir")); dir != map[string]string{"en": "ltr", "ar": "rtl"}[tag] {
					t.Errorf("%s in %s goes %s", path, tag, dir)
				}
			}
			loaded := `Promise.all([...document.querySelectorAll("figure img")].map(i => { i.loading = "eager"; return i.decode().then(() => i.naturalWidth > 0 ? 1 : 0, () => 0) })).then(l => l.reduce((a, b) => a + b, 0))`
			if n := browsertest.Read(t, b, chromedp.Evaluate[int](loaded, chromedp.EvalAwaitPromise)); n != len(signpost.BannerSizes) {
				t.Errorf("%d banners are seen", n)
			}
			browsertest.Screenshot(t, b, "campaign-banners-"+tag)
			browsertest.Do(t, b, chromedp.Navigate(base+"/campaigns/"+string(c.ID)+"?l="+tag))
			browsertest.Screenshot(t, b, "campaign-"+tag)
			browsertest.Quiet(t, b)
		}
	})
}
