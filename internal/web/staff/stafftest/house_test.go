package stafftest_test

import (
	"net/http"
	"testing"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/web/staff"
	"amparo/internal/web/staff/stafftest"
)

// TestTheHouseStands holds what tests of staff pages rely on.
func TestTheHouseStands(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		h.Site.Handle("GET /name", func(v *staff.Visit) error { return v.Go("/" + v.Session.Name) })
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "salma", "adam", "aida", "huda"} {
			h.SignIn(who).Get("/name").Leads("/" + who)
		}
		for _, role := range access.Roles {
			if role == access.HelplineCounsellor { // who sees one page alone, whose tests hire one
				continue
			}
			if !h.Actor(string(role)).Has(role) {
				t.Errorf("nobody holds %s", role)
			}
		}
		if p := h.Visitor().Get("/name"); p.Status != http.StatusSeeOther || p.Location == "/huda" {
			t.Errorf("a visitor is let in: %d, to %s", p.Status, p.Location)
		}
	})
}

func TestReportsComeToTheDesk(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		id, receipt := h.ReportAs(intake.Told{Language: "ar"})
		h.Add(receipt, "there is more")
		if box := h.Box(receipt); box.Language != "ar" || box.Progress != intake.Received {
			t.Errorf("the mailbox: %+v", box)
		}
		huda := h.Actor("huda")
		if err := h.Triage.Claim(t.Context(), huda, id); err != nil {
			t.Fatal(err)
		}
		second := h.Report(nil)
		if err := h.Triage.Claim(t.Context(), h.Actor("nour"), second); fault.KindOf(err) != fault.Withheld {
			t.Errorf("another agency claims it: %v", err)
		}
		in := casework.OpenInput{Report: id, Agency: h.Agency, Manager: h.ID("lina"), Children: []string{"A"}, Message: "thank you"}
		if _, err := h.Casework.Open(t.Context(), huda, in); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("who lacks the qualification gets a case: %v", err)
		}
	})
}
