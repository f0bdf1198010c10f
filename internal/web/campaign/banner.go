package campaign

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/campaign"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/signpost"
	"amparo/internal/web/sign"
	"amparo/internal/web/staff"
)

// codeNoAddress says that nobody has told where the public side is reached, so that nothing can lead there.
const codeNoAddress fault.Code = "fault.campaign_address"

// posts are the signposts of a campaign, in all of its languages.
func (s *pages) posts(c campaign.Campaign) ([]signpost.Post, error) {
	at := s.trimmed()
	if at == "" {
		return nil, fault.New(fault.Conflict, codeNoAddress)
	}
	var all []signpost.Post
	for _, tag := range c.Languages {
		if slices.Contains(s.Words.Tags(), tag) {
			all = append(all, sign.Posts(s.Pack, s.Words.For(tag), sign.Note, at, string(c.Code), s.Clock.Now())...)
		}
	}
	return c.Posts(all), nil
}

// chosen finds the signpost and the language that the address names; the first ones when it names none.
func (s *pages) chosen(v *staff.Visit) (c campaign.Campaign, list []signpost.Post, one signpost.Post, err error) {
	if c, _, err = s.Campaign.One(v.Context(), v.Actor, idOf(v)); err != nil {
		return c, nil, one, err
	}
	if list, err = s.posts(c); err != nil {
		return c, nil, one, err
	}
	q := v.R.URL.Query()
	i := slices.IndexFunc(list, func(p signpost.Post) bool {
		return (q.Get("s") == "" || p.Code == q.Get("s")) && (q.Get("in") == "" || p.Language == q.Get("in"))
	})
	if i < 0 {
		return c, nil, one, fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	return c, list, list[i], nil
}

// A bannersView shows all banners of one signpost in one language.
type bannersView struct {
	Name     string
	Choices  []choice
	Banners  []picture
	Texts    []said
	Language string
	Dir      string
}

type choice struct {
	Text, Href string
	Current    bool
}

// A picture is one banner, at its size or smaller.
type picture struct {
	Src, Alt, Caption string
	Width, Height     int
}

// A said is one text to copy.
type said struct{ Name, Label, Text string }

func (s *pages) banners(v *staff.Visit) error {
	c, list, one, err := s.chosen(v)
	if err != nil {
		return err
	}
	data := bannersView{Name: c.Name, Language: one.Language, Dir: one.Dir}
	at := func(p signpost.Post) string { return "?" + url.Values{"s": {p.Code}, "in": {p.Language}}.Encode() }
	for _, p := range list {
		data.Choices = append(data.Choices, choice{s.signpost(v, p.Code) + " – " + s.Words.For(p.Language).Name(), href(c.ID) + "/banners" + at(p), p.Code == one.Code && p.Language == one.Language})
	}
	for _, size := range signpost.BannerSizes {
		data.Banners = append(data.Banners, picture{Src: href(c.ID) + "/banner.svg" + at(one) + "&size=" + size.String(), Alt: one.Alt(),
			Caption: strconv.Itoa(size.Width) + " × " + strconv.Itoa(size.Height), Width: size.Width, Height: size.Height})
	}
	data.Texts = []said{{"post", v.T("campaign.text_post"), one.Message()}, {"alt", v.T("campaign.text_alt"), one.Alt()}, {"short", v.T("campaign.text_short"), one.Text()}}
	f := v.Frame(v.T("campaign.banners"))
	f.Back = &page.Back{Href: href(c.ID)}
	return v.Render(http.StatusOK, "campaign_banners", f, data)
}

// banner serves one banner, to be looked at.
func (s *pages) banner(v *staff.Visit) error {
	_, _, one, err := s.chosen(v)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(signpost.BannerSizes, func(size signpost.BannerSize) bool { return size.String() == v.R.URL.Query().Get("size") })
	if i < 0 {
		return fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	drawn, err := one.Banner(signpost.BannerSizes[i])
	if err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "image/svg+xml")
	_, _ = v.W.Write([]byte(drawn)) // who left cannot be told
	return nil
}

// pack hands out everything of a campaign that is approved and not over.
func (s *pages) pack(v *staff.Visit) error {
	c, err := s.Campaign.Handed(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	posts, err := s.posts(c)
	if err != nil {
		return err
	}
	readme := map[string]string{}
	for _, tag := range c.Languages {
		readme[tag] = s.readme(c, posts, tag)
	}
	data, err := c.Zip(posts, readme, s.Pack.Zone())
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+string(c.Code)+`.zip"`)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = v.W.Write(data) // as above
	return nil
}

// readme says in a language what to do with a pack.
func (s *pages) readme(c campaign.Campaign, posts []signpost.Post, tag string) string {
	p := s.Words.For(tag)
	until := p.Day(c.Until(posts, s.Pack.Zone()).Add(-1), s.Pack.Zone()) // the last whole day
	lines := []string{p.T("sign.pack_title"), "", p.T("sign.pack_files"), p.T("sign.pack_change"), p.T("sign.pack_link", "Link", sign.Home(s.trimmed(), tag, string(c.Code))),
		p.T("sign.pack_code", "Code", string(c.Code)), p.T("sign.pack_until", "Date", until)}
	return strings.Join(lines, "\n") + "\n"
}
