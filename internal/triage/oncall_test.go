package triage_test

import (
	"slices"
	"testing"

	"amparo/internal/access"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/vault/seal"
)

// from reports the answers from an area and opens them; it gives the report.
func (d *desk) from(area string, answers map[string][]string) report.ID {
	d.t.Helper()
	_, err := d.intake.Submit(d.t.Context(), intake.Submission{Receipt: seal.NewReceipt(), Told: intake.Told{Instrument: "test", Pack: "demo",
		Language: "en", Reader: intake.Child, Channel: intake.WebForm, Area: area, Answers: answers}})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.openOne()
}

// TestTheDeskOnCallSeesWhatIsMostUrgent reports from the coast, whose desk is closed on Sundays.
func TestTheDeskOnCallSeesWhatIsMostUrgent(t *testing.T) {
	each(t, func(d *desk) {
		coast, capital := staff("nadia", d.pack.DeskFor("XD-N-01"), access.DutyOfficer), staff("huda", d.pack.OnCall(), access.DutyOfficer)
		if coast.Agency == capital.Agency {
			t.Fatal("the coast has no desk of its own")
		}
		urgent, calm := map[string][]string{"danger": {"yes"}}, map[string][]string{"danger": {"no"}}
		open := d.from("XD-N-01", urgent)
		*d.now = start.AddDate(0, 0, -1) // a Sunday
		closed, later := d.from("XD-N-01", urgent), d.from("XD-N-01", calm)
		for _, id := range []report.ID{open, closed, later} {
			if !slices.Contains(d.listed(coast), id) {
				d.t.Errorf("the coast's own desk does not see %s", id)
			}
		}
		if got := d.listed(capital); !slices.Equal(got, []report.ID{closed}) {
			d.t.Errorf("the desk on call sees %v, want %v", got, closed)
		}
		if err := d.room.Claim(d.t.Context(), capital, closed); err != nil {
			d.t.Errorf("who is on call cannot claim: %v", err)
		}
	})
}
