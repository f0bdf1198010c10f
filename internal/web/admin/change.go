package admin

import (
	"amparo/internal/identity"
	"amparo/internal/web/staff"
)

// A change is what a form of a person's page does to the person as they were read.
type change func(v *staff.Visit, u identity.User) error

// addPerson adds the page of a person and what its forms send to.
func (a *pages) addPerson(site *staff.Site) {
	one := personPath("{id}")
	site.Handle("GET "+one, func(v *staff.Visit) error { return a.showPerson(v, asked(v), nil) })
	site.Handle("POST "+one+"/roles", a.change(whenFresh(a.setRoles)))
	site.Handle("POST "+one+"/qualification", a.change(whenFresh(a.qualify)))
	site.Handle("POST "+one+"/password", a.change(whenFresh(a.newPassword)))
	site.Handle("POST "+one+"/second-factor", a.change(whenFresh(a.forgetFactor)))
	site.Handle("POST "+one+"/reactivate", a.change(whenFresh(a.reactivate)))
	site.Handle("POST "+one+"/sessions", a.change(a.endSessions))
	site.Handle("POST "+one+"/deactivate", a.change(a.deactivate))
}

// change makes a page of a change: what is refused is shown above the form, with what was typed.
func (a *pages) change(do change) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		u, err := a.Identity.User(v.Context(), v.Actor, asked(v))
		if err != nil {
			return err
		}
		if err = do(v, u); again(err) {
			return a.showPerson(v, u.ID, err)
		}
		return err
	}
}

// whenFresh lets a change be made to the person as the page showed them, or not at all.
func whenFresh(do change) change {
	return func(v *staff.Visit, u identity.User) error {
		if err := fresh(v, u); err != nil {
			return err
		}
		return do(v, u)
	}
}

// done leads back to the person's page, unless the change was refused.
func done(v *staff.Visit, u identity.User, what string, err error) error {
	if err != nil {
		return err
	}
	return v.Done(personPath(u.ID), what)
}

func (a *pages) setRoles(v *staff.Visit, u identity.User) error {
	err := a.Identity.SetRoles(v.Context(), v.Actor, identity.SetRolesInput{User: u.ID, Roles: chosenRoles(v), Version: u.Version})
	return done(v, u, "roles_set", err)
}

// newPassword answers with the password itself: it must not be lost, and not be in an address.
func (a *pages) newPassword(v *staff.Visit, u identity.User) error {
	password, err := a.Identity.ResetPassword(v.Context(), v.Actor, u.ID)
	if err != nil {
		return err
	}
	return showPassword(v, u, password)
}

func (a *pages) forgetFactor(v *staff.Visit, u identity.User) error {
	return done(v, u, "factor_forgotten", a.Identity.ResetSecondFactor(v.Context(), v.Actor, u.ID))
}

func (a *pages) endSessions(v *staff.Visit, u identity.User) error {
	return done(v, u, "person_signed_out", a.Identity.EndAll(v.Context(), v.Actor, u.ID))
}

func (a *pages) deactivate(v *staff.Visit, u identity.User) error {
	return done(v, u, "deactivated", a.Identity.Deactivate(v.Context(), v.Actor, u.ID))
}

func (a *pages) reactivate(v *staff.Visit, u identity.User) error {
	return done(v, u, "reactivated", a.Identity.Reactivate(v.Context(), v.Actor, u.ID))
}
