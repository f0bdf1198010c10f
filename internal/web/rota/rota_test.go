package rota_test

import (
	"net/http"
	"strings"
	"testing"

	"amparo/internal/rota"
)

// TestASupervisorPlansChangesAndWithdraws goes from the week to the form and back.
func TestASupervisorPlansChangesAndWithdraws(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		b := o.SignIn("salma")
		b.Get("/rota").Wants(http.StatusOK, "Nobody is at the desk by the rota", "Week that begins on 3 March 2031", "Monday Today 3 March 2031",
			"Nobody is planned", "No absence is noted", "Plan a shift")
		p := b.Get("/rota/plan").Wants(http.StatusOK, "Huda Salem", "Salma Idris")
		if p.Has("Mona Khoury") || p.Has("Nour Aziz") {
			t.Errorf("who has no shifts here can be chosen: %s", p.Text)
		}
		p = p.Submit("/rota/plan", "user", o.ID("huda"), "kind", "at_desk", "from", "٢٠٣١-٣-٣", "from_time", "08:00", "until", "2031-03-03",
			"until_time", "16:00", "weeks", "2")
		p.Leads("/rota?done=rota_planned&week=2031-03-03").Follow().Wants(http.StatusOK, "The shift is planned", "At the desk now Huda Salem", "08:00 to 16:00 Huda Salem")
		b.Get("/rota?week=2031-03-12").Wants(http.StatusOK, "Week that begins on 10 March 2031", "08:00 to 16:00 Huda Salem", "This week")

		first := o.sheet().Shifts[0]
		at := "/rota/shift/" + string(first.ID)
		stale := b.Get(at).Wants(http.StatusOK, "Change this shift", "for this shift alone")
		if sent := stale.Hidden(at); sent.Get("from") != "2031-03-03" || sent.Get("until_time") != "16:00" || sent.Get("user") != o.ID("huda") ||
			sent.Get("kind") != "at_desk" {
			t.Errorf("the form has %v", sent)
		}
		stale.Submit(at, "user", o.ID("omar"), "until", "2031-03-04", "until_time", "06:00").Leads("/rota?done=rota_changed&week=2031-03-03").
			Follow().Wants(http.StatusOK, "3 March 2031, 08:00 to 4 March 2031, 06:00 Omar Haddad")
		again := stale.Submit(at, "user", o.ID("omar")).Wants(http.StatusConflict, "Somebody changed this after you opened it")
		again.Submit(at+"/withdraw").Leads("/rota?done=rota_withdrawn").Follow().Wants(http.StatusOK, "The shift is withdrawn", "Nobody is at the desk by the rota. The next is there from 10 March 2031, 08:00")
		b.Get(at).Wants(http.StatusConflict, "This is over, or was withdrawn")
		if list := o.sheet().Shifts; len(list) != 1 {
			t.Errorf("left are %+v", list)
		}
	})
}

// TestRefusedPlansKeepWhatWasTyped names everything that is wrong, and shows it again.
func TestRefusedPlansKeepWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		o.plan("huda", rota.AtDesk, "2031-03-04 08:00", "2031-03-04 16:00")
		b := o.SignIn("salma")
		good := map[string]string{"user": o.ID("huda"), "kind": "at_desk", "from": "2031-03-05", "from_time": "08:00", "until": "2031-03-05",
			"until_time": "16:00", "weeks": "1"}
		for name, c := range map[string]struct {
			with         []string
			field, words string
		}{
			"nobody":           {[]string{"user", ""}, "user", "Choose somebody who works here now"},
			"without a role":   {[]string{"user", o.ID("mona")}, "user", "no role that works reports"},
			"no kind":          {[]string{"kind", ""}, "kind", "We need an answer here"},
			"no day":           {[]string{"from", "soon"}, "from", "This is no day that we can read"},
			"no time":          {[]string{"until_time", "4pm"}, "until_time", "This is no time that we can read"},
			"nothing":          {[]string{"from", "", "from_time", ""}, "from", "Say when it begins"},
			"the wrong way":    {[]string{"until", "2031-03-04"}, "until", "It must end after it begins"},
			"too long":         {[]string{"until", "2031-03-07"}, "until", "At most 24 hours"},
			"too many weeks":   {[]string{"weeks", "13"}, "weeks", "a number from 1 to 12"},
			"no number":        {[]string{"weeks", "many"}, "weeks", "a number from 1 to 12"},
			"over another one": {[]string{"from", "2031-03-04", "until", "2031-03-04"}, "from", "another shift at that time"},
		} {
			form := map[string]string{}
			for k, v := range good {
				form[k] = v
			}
			for i := 0; i < len(c.with); i += 2 {
				form[c.with[i]] = c.with[i+1]
			}
			var pairs []string
			for k, v := range form {
				pairs = append(pairs, k, v)
			}
			p := b.Post("/rota/plan", pairs...).Wants(http.StatusBadRequest, "Please look at this again", c.words)
			if !strings.Contains(p.Body, `href="#`+c.field+`"`) || !strings.Contains(p.Body, `id="`+c.field+`-error"`) {
				t.Errorf("%s: the summary does not lead to %s", name, c.field)
			}
			sent := p.Hidden("/rota/plan")
			for k, v := range form {
				if sent.Get(k) != v && name != "without a role" {
					t.Errorf("%s: %s is not kept: %q, want %q", name, k, sent.Get(k), v)
				}
			}
		}
		b.Post("/rota/plan").Wants(http.StatusBadRequest, "Choose somebody", "We need an answer here", "Say when it begins", "a number from 1 to 12")
		if list := o.sheet().Shifts; len(list) != 1 {
			t.Errorf("something was planned: %+v", list)
		}
	})
}

// TestAnHourThatIsNotThere is refused: on 30 March 2031 the clocks of the country go from 2 to 3 o'clock, or from 3 to 4.
func TestAnHourThatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		b := o.SignIn("salma")
		missing := ""
		for _, hour := range []string{"00:30", "01:30", "02:30", "03:30"} {
			p := b.Post("/rota/plan", "user", o.ID("huda"), "kind", "on_call", "from", "2031-03-30", "from_time", hour, "until", "2031-03-30",
				"until_time", "12:00", "weeks", "1")
			if p.Status == http.StatusBadRequest && p.Has("This is no time that we can read") {
				missing += hour
			}
		}
		if len(missing) != len("03:30") {
			t.Errorf("refused were %q, want the one hour that is not there", missing)
		}
	})
}

// TestAShiftIsOfferedAndTaken lets one offer and another take, each on the page of their own shifts.
func TestAShiftIsOfferedAndTaken(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		s := o.plan("huda", rota.AtDesk, "2031-03-05 08:00", "2031-03-05 16:00")
		at := "/rota/shift/" + string(s.ID)
		huda, omar := o.SignIn("huda"), o.SignIn("omar")
		p := huda.Get("/rota/mine").Wants(http.StatusOK, "Wednesday, 5 March 2031", "08:00 to 16:00", "Nobody offers a shift now")
		p.Submit(at+"/offer").Leads("/rota/mine?done=rota_offered").Follow().Wants(http.StatusOK, "It stays yours", "Offered", "Keep it")
		p.Submit(at+"/offer").Wants(http.StatusConflict, "Somebody changed this after you opened it")
		offered := omar.Get("/rota/mine").Wants(http.StatusOK, "Huda Salem", "Take it over")
		omar.Get("/rota").Wants(http.StatusOK, "Huda Salem Offered")
		huda.Get("/rota/mine").Submit(at + "/keep").Leads("/rota/mine?done=rota_kept")
		offered.Submit(at+"/take").Wants(http.StatusConflict, "This shift is not offered any more")
		huda.Get("/rota/mine").Submit(at + "/offer").Leads("/rota/mine?done=rota_offered")
		offered.Submit(at+"/take").Leads("/rota/mine?done=rota_taken").Follow().Wants(http.StatusOK, "The shift is yours now", "Wednesday, 5 March 2031")
		huda.Get("/rota/mine").Wants(http.StatusOK, "No shift of yours is planned")
		if got := o.sheet().Shifts[0]; got.User != o.ID("omar") || got.State != rota.Planned {
			t.Errorf("it is %+v", got)
		}
	})
}

// TestAnAbsenceIsNotedAndEnded has one's own noted with a cover, and a colleague's by a supervisor.
func TestAnAbsenceIsNotedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		o.plan("huda", rota.AtDesk, "2031-03-05 08:00", "2031-03-05 16:00")
		o.plan("omar", rota.OnCall, "2031-03-05 16:00", "2031-03-06 08:00")
		huda := o.SignIn("huda")
		p := huda.Get("/rota/away").Wants(http.StatusOK, "Nobody is told why you are away", "Omar Haddad")
		if p.Has("Myself") {
			t.Errorf("a duty officer can choose who is away: %s", p.Text)
		}
		bad := p.Submit("/rota/away", "from", "2031-03-05", "from_time", "x", "until", "", "until_time", "", "cover", o.ID("omar")).
			Wants(http.StatusBadRequest, "This is no time that we can read")
		if bad.Hidden("/rota/away").Get("cover") != o.ID("omar") {
			t.Error("the cover is not kept")
		}
		bad.Submit("/rota/away", "from_time", "06:00", "until", "2031-03-06", "until_time", "06:00").Leads("/rota/mine?done=rota_away").
			Follow().Wants(http.StatusOK, "The absence is noted", "Omar Haddad stands in.", "Back again")
		huda.Get("/rota").Wants(http.StatusOK, "08:00 to 16:00 Huda Salem Away. Omar Haddad stands in.")
		salma := o.SignIn("salma")
		p = salma.Get("/rota/away").Wants(http.StatusOK, "Myself", "Omar Haddad")
		p.Submit("/rota/away", "user", o.ID("omar"), "from", "2031-03-05", "from_time", "20:00", "until", "2031-03-07", "until_time", "08:00").
			Leads("/rota/mine?done=rota_away")
		salma.Get("/rota").Wants(http.StatusOK, "For a part of it: Away. Nobody who works reports stands in.", "Omar Haddad Away", "Nobody stands in.")
		o.SignIn("omar").Post("/rota/away", "user", o.ID("huda"), "from", "2031-03-09", "from_time", "20:00", "until", "2031-03-10", "until_time", "08:00").
			Wants(http.StatusForbidden, "Your role does not allow this")
		mine := o.sheet().Absences[0]
		huda.Get("/rota/mine").Submit("/rota/away/"+string(mine.ID)+"/back").Leads("/rota/mine?done=rota_back").Follow().
			Wants(http.StatusOK, "The absence has ended", "No absence is noted")
		if list := o.sheet().Absences; len(list) != 1 {
			t.Errorf("still away are %+v", list)
		}
	})
}

// TestAnotherAgencySeesNothing asks as somebody of another agency.
func TestAnotherAgencySeesNothing(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		s := o.plan("huda", rota.AtDesk, "2031-03-03 08:00", "2031-03-03 16:00")
		o.leave("omar", "huda", "2031-03-03 08:00", "2031-03-04 16:00")
		nour := o.SignIn("nour")
		for _, path := range []string{"/rota", "/rota/mine", "/rota/away"} {
			if p := nour.Get(path).Wants(http.StatusOK); p.Has("Huda") || p.Has("Omar") {
				t.Errorf("%s shows %s", path, p.Text)
			}
		}
		nour.Post("/rota/shift/" + string(s.ID) + "/take").Wants(http.StatusNotFound)
	})
}

// TestStrangeWeeks asks for weeks that are none.
func TestStrangeWeeks(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		b := o.SignIn("huda")
		for _, week := range []string{"", "x", "0000-01-01", "9999-12-31", "2031-02-30", "-1"} {
			b.Get("/rota?week="+week).Wants(http.StatusOK, "Week that begins on 3 March 2031")
		}
		b.Get("/rota?week=2031-03-30").Wants(http.StatusOK, "Week that begins on 24 March 2031", "30 March 2031")
		b.Get("/rota?week=2031-12-31").Wants(http.StatusOK, "Week that begins on 29 December 2031", "4 January 2032")
	})
}
