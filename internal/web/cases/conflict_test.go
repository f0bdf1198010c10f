package cases_test

import "testing"

// TestKeepFromOneself has the case manager say that she must not know of the child, and the supervisor find another.
func TestKeepFromOneself(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		_, at := o.one("mona")
		mona, salma := o.SignIn("mona"), o.SignIn("salma")
		mona.Get(at).Wants(ok, "Keep this from somebody")
		mona.Get(at+"/conflict").Wants(ok, "Keep it from me").Submit(at+"/conflict").Leads("/cases?done=conflict_own").Follow().Wants(ok, "It is kept from you now")
		mona.Get(at).Wants(missing)
		salma.Get(at).Wants(ok, "Needs a case manager", "Kept from Mona Khoury, for a conflict of interest")
		salma.Get(at+"/conflict").Wants(ok, "Karim Naser", "I myself").Submit(at+"/conflict", "user", o.ID("karim")).Leads(at+"?done=conflict_other").Follow().
			Wants(ok, "It is kept from them now")
		if p := salma.Get(at + "/assign").Wants(ok); p.Has("Karim Naser 0 open") || p.Has("Mona Khoury 1 open") {
			t.Errorf("who must not know is offered: %s", p.Text)
		}
	})
}
