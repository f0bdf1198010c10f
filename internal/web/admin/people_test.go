package admin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/secret"
	"amparo/internal/web/admin"
	"amparo/internal/web/staff/stafftest"

	"golang.org/x/net/html"
)

// line is what can be read in the row of somebody.
func line(p stafftest.Page, name string) string {
	for _, n := range p.Find("tr") {
		if text := strings.Join(strings.Fields(words(n)), " "); strings.HasPrefix(text, name) {
			return text
		}
	}
	return ""
}

func words(n *html.Node) (text string) {
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text += d.Data + " "
		}
	}
	return text
}

func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		if err := h.Identity.Deactivate(t.Context(), access.Console, identity.UserID(h.ID("aida"))); err != nil {
			t.Fatal(err)
		}
		_, err := h.Identity.AddUser(t.Context(), access.Console, identity.AddUserInput{Name: "rana", DisplayName: "Rana Saad",
			Agency: identity.AgencyID(h.Agency), Roles: []access.Role{access.Auditor}})
		if err != nil {
			t.Fatal(err)
		}
		p := h.SignIn("adam").Get("/").Follow().Wants(http.StatusOK, "12 people", "There is no copy of the keys", "amparo key export")
		for name, parts := range map[string][]string{
			"Adam Rashid":              {"adam", "Administrator", "None", "Set up", "now"},
			"Huda Salem":               {"huda", "Duty officer", "Missing", "Child safeguarding", "Never"},
			"Mona Khoury":              {"mona", "Case manager", "In force"},
			"Lina Farah":               {"Missing", "Data protection"},
			"Rana Saad":                {"rana", "Auditor", "None", "Not set up", "Has a one-time password", "Never"},
			"Deactivated Aida Mansour": {"aida", "Auditor"},
		} {
			row := line(p, name)
			for _, part := range parts {
				if !strings.Contains(row, part) {
					t.Errorf("the row of %s does not say %q: %s", name, part, row)
				}
			}
		}
		if at := strings.Index(p.Text, "Aida Mansour"); at < strings.Index(p.Text, "Salma Idris") {
			t.Error("who cannot sign in does not come last")
		}
		h.Advance(340 * 24 * time.Hour)
		if row := line(h.SignIn("adam").Get("/people"), "Mona Khoury"); !strings.Contains(row, "Ends soon") || !strings.Contains(row, "Vetting") {
			t.Errorf("shortly before the end: %s", row)
		}
		h.Advance(60 * 24 * time.Hour)
		if row := line(h.SignIn("adam").Get("/people"), "Mona Khoury"); !strings.Contains(row, "Ended") {
			t.Errorf("after the end: %s", row)
		}
	})
}

// TestSeveralStandings gives one person a qualification that has ended, one that ends soon and one that is in force.
func TestSeveralStandings(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		for code, days := range map[string]int{"vetting": -1, "child_safeguarding": 30, "csea_casework": 400, "data_protection": 400, "trauma_informed_communication": 0} {
			q := identity.Qualification{Code: code, IssuedAt: h.Now().AddDate(-1, 0, 0), ExpiresAt: h.Now().AddDate(0, 0, days)}
			if days == 0 {
				q.IssuedAt, q.ExpiresAt = h.Now().AddDate(0, 0, 1), time.Time{}
			}
			in := identity.QualificationInput{User: identity.UserID(h.ID("lina")), Qualification: q}
			if err := h.Identity.AddQualification(t.Context(), access.Console, in); err != nil {
				t.Fatal(err)
			}
		}
		row := line(h.SignIn("adam").Get("/people"), "Lina Farah")
		if !strings.Contains(row, "Ended Vetting and criminal-record check Ends soon: Child safeguarding. Not yet in force: Trauma-informed communication.") {
			t.Errorf("the row says %s", row)
		}
	})
}

// TestTheNoticeOfKeysGoesAway makes the copy.
func TestTheNoticeOfKeysGoesAway(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("adam")
		b.Get("/people").Wants(http.StatusOK, "There is no copy of the keys", "away from this machine", "amparo key export keys.age --passphrase passphrase.txt")
		if err := h.Vault.Export(t.Context(), io.Discard, secret.Bytes("a passphrase for tests")); err != nil {
			t.Fatal(err)
		}
		if p := b.Get("/people").Wants(http.StatusOK); p.Has("copy of the keys") {
			t.Error("the notice stays")
		}
	})
}

func TestWhatCannotBeToldOfKeysIsSaid(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		furnish(h, func(context.Context) (bool, error) { return false, errors.New("the disk is gone") })
		p := h.SignIn("adam").Get("/people").Wants(http.StatusOK, "It cannot be told", "amparo doctor", "Huda Salem")
		if p.Has("the disk") || !strings.Contains(h.Log(), "the disk is gone") {
			t.Error("the cause is on the page, or not in the log")
		}
	})
}

func TestAddWantsItsParts(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		whole := admin.Config{Identity: h.Identity, Store: h.Main, Pack: h.Pack, Clock: h.Clock(), KeysCopied: h.Vault.Exported, Triage: h.Triage,
			Name: func(context.Context, string) string { return "" }}
		for i, take := range []func(c *admin.Config){
			func(c *admin.Config) { c.Identity = nil }, func(c *admin.Config) { c.Store = nil }, func(c *admin.Config) { c.Pack = nil },
			func(c *admin.Config) { c.Clock = nil }, func(c *admin.Config) { c.KeysCopied = nil }, func(c *admin.Config) { c.Triage = nil },
			func(c *admin.Config) { c.Name = nil },
		} {
			part := whole
			take(&part)
			if admin.Add(h.Site, part) == nil {
				t.Errorf("part %d is not missed", i)
			}
		}
		if err := admin.Add(h.Site, whole); err != nil {
			t.Fatal(err)
		}
		if admin.Add(h.Site, whole) == nil {
			t.Error("the pages are added twice")
		}
	})
}
