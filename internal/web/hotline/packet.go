package hotline

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A packetView is what a person sends, to be printed or copied. Its addresses are as they were told, and no links.
type packetView struct {
	Path, Number, Made string
	Hotline            hotlineView
	Country            string
	Addresses          []string
	Rows               []page.SummaryRow
}

// packet shows a notice as it is to be sent. Who asked for it is in the log.
func (s *pages) packet(v *staff.Visit) error {
	p, err := s.Notice.Packet(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	frame := v.Frame(v.T("notice.packet_title", "Number", number(p.ID)))
	frame.Back = &page.Back{Href: pathOf(p.ID)}
	return v.Render(http.StatusOK, "hotline_packet", frame, packetView{Path: pathOf(p.ID), Number: number(p.ID), Made: v.Words.Date(s.Clock.Now(), s.Pack.Zone()),
		Hotline: s.hotlineView(v), Country: s.Pack.Name(v.Words.Tag()), Addresses: p.Addresses, Rows: s.rows(v, p, true)})
}

// text gives the packet as a plain text file.
func (s *pages) text(v *staff.Visit) error {
	p, err := s.Notice.Packet(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", v.T("notice.packet_title", "Number", number(p.ID)))
	line("%s: %s", v.T("notice.made"), v.Words.Date(s.Clock.Now(), s.Pack.Zone()))
	line("%s: %s", v.T("notice.country"), s.Pack.Name(v.Words.Tag()))
	line("\n%s", v.T("notice.do_not_open"))
	line("\n%s:", v.T("notice.addresses_exact"))
	for _, one := range p.Addresses {
		line("%s", one)
	}
	for _, row := range s.rows(v, p, true) {
		line("\n%s:\n%s", row.Key, strings.Join(row.Values, "\n"))
	}
	return give(v, "text/plain; charset=utf-8", "notice-"+number(p.ID)+".txt", []byte(b.String()))
}

// A file is the packet for programs. Its keys do not change while its format has this name.
type file struct {
	Format      string    `json:"format"`
	Notice      string    `json:"notice"`
	Made        time.Time `json:"made"`
	Country     string    `json:"jurisdiction"`
	Target      string    `json:"target"`
	Level       string    `json:"level"`
	URLs        []string  `json:"urls"`
	Platform    string    `json:"platform,omitempty"`
	Seen        string    `json:"seen,omitempty"`
	Explanation string    `json:"explanation"`
	Notifier    string    `json:"notifier"`
	Reporter    string    `json:"reporter"`
	GoodFaith   bool      `json:"good_faith"`
}

// format names the shape of a file.
const format, anonymous = "amparo-notice/1", "anonymous"

// json gives the packet as a file for programs.
func (s *pages) json(v *staff.Visit) error {
	p, err := s.Notice.Packet(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	f := file{Format: format, Notice: string(p.ID), Made: s.Clock.Now().UTC().Truncate(time.Second), Country: s.Pack.Code(), Target: p.Target, Level: string(p.Level),
		URLs: p.Addresses, Platform: p.Platform, Seen: p.Seen, Explanation: p.Explanation, Notifier: anonymous, Reporter: anonymous, GoodFaith: true}
	if p.Body.Agency != "" {
		f.Notifier = v.AgencyName(p.Body.Agency)
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return give(v, "application/json", "notice-"+number(p.ID)+".json", append(raw, '\n'))
}

// give sends a file, to be kept and not shown.
func give(v *staff.Visit, kind, name string, data []byte) error {
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := v.W.Write(data)
	return err
}
