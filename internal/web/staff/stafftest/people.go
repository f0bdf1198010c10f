package stafftest

import (
	"time"

	"github.com/pquerna/otp/totp"

	"amparo/internal/access"
	"amparo/internal/identity"
)

// What everybody of a house signs in with.
const (
	Password     = "a quiet green harbour"
	SecondFactor = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// Police is the agency that Dana works at; Clinic is one where nobody does.
const (
	Police = "cyber_unit"
	Clinic = "harbour_clinic"
)

// A person is somebody of the house.
type person struct {
	name, display string
	role          access.Role
	id            identity.UserID
	signed        time.Time // the last code's time: a code opens one session
}

// people are everybody of a new house, by sign-in name. Only Lina lacks the qualifications of a case manager; only Nour and Dana work
// at other agencies: the one that has a desk besides the first, and the police.
var people = []person{
	{name: "huda", display: "Huda Salem", role: access.DutyOfficer},
	{name: "omar", display: "Omar Haddad", role: access.DutyOfficer},
	{name: "nour", display: "Nour Aziz", role: access.DutyOfficer},
	{name: "mona", display: "Mona Khoury", role: access.CaseManager},
	{name: "karim", display: "Karim Naser", role: access.CaseManager},
	{name: "lina", display: "Lina Farah", role: access.CaseManager},
	{name: "salma", display: "Salma Idris", role: access.Supervisor},
	{name: "laila", display: "Laila Sabri", role: access.ServiceLead},
	{name: "dana", display: "Dana Qasim", role: access.Specialist},
	{name: "adam", display: "Adam Rashid", role: access.Administrator},
	{name: "aida", display: "Aida Mansour", role: access.Auditor},
}

// settle makes the agencies and the people.
func (h *House) settle() {
	h.T.Helper()
	other := ""
	for _, a := range h.Pack.Agencies("en") {
		h.must(h.Identity.EnsureAgency(h.T.Context(), access.Console, identity.Agency{ID: identity.AgencyID(a.Code), Name: a.Name}))
		if a.Desk && a.Code != h.Agency {
			other = a.Code
		}
	}
	for _, p := range people {
		agency := h.Agency
		switch p.name {
		case "nour":
			agency = other
		case "dana":
			agency = Police
		}
		p.id = h.Hire(identity.AddUserInput{Name: p.name, DisplayName: p.display, Agency: identity.AgencyID(agency),
			Roles: []access.Role{p.role}, Languages: []string{"en"}, Qualifications: h.qualifications(p)})
		h.people = append(h.people, p)
	}
}

// qualifications are those that the country asks of a case manager, for a year before and after the start.
func (h *House) qualifications(p person) (list []identity.Qualification) {
	if p.role != access.CaseManager || p.name == "lina" {
		return nil
	}
	for _, code := range h.Pack.RequiredQualifications(string(access.CaseManager)) {
		list = append(list, identity.Qualification{Code: code, IssuedAt: Start.AddDate(-1, 0, 0), ExpiresAt: Start.AddDate(1, 0, 0)})
	}
	return list
}

// Hire adds a user who can sign in with Password and SecondFactor.
func (h *House) Hire(in identity.AddUserInput) identity.UserID {
	h.T.Helper()
	in.Password, in.Settled, in.SecondFactor = Password, true, SecondFactor
	added, err := h.Identity.AddUser(h.T.Context(), access.Console, in)
	h.must(err)
	return added.ID
}

// find looks somebody up by sign-in name, or the first by role.
func (h *House) find(who string) *person {
	h.T.Helper()
	for i, p := range h.people {
		if p.name == who || string(p.role) == who {
			return &h.people[i]
		}
	}
	h.T.Fatalf("nobody in the house has the name or role %q", who)
	return nil
}

// ID is the user id of somebody, by sign-in name, or of the first with a role, as in "case_manager".
func (h *House) ID(who string) string { return string(h.find(who).id) }

// User is somebody as the identity room has them now.
func (h *House) User(who string) identity.User {
	h.T.Helper()
	u, err := h.Identity.User(h.T.Context(), access.Console, h.find(who).id)
	h.must(err)
	return u
}

// Actor is somebody as an actor.
func (h *House) Actor(who string) access.Actor { return h.User(who).Actor() }

// Code is what the authenticator app of everybody shows now.
func (h *House) Code() string { return h.CodeOf(SecondFactor) }

// CodeOf is what an authenticator app with that secret shows now.
func (h *House) CodeOf(secret string) string {
	h.T.Helper()
	code, err := totp.GenerateCode(secret, h.Now())
	h.must(err)
	return code
}

// token signs somebody in and gives the token of the session. A second time within half a minute moves the clock on, for a
// code opens one session.
func (h *House) token(who string) string {
	h.T.Helper()
	p := h.find(who)
	if h.Now().Sub(p.signed) < 30*time.Second {
		h.Advance(30 * time.Second)
	}
	p.signed = h.Now()
	passage, err := h.Identity.SignIn(h.T.Context(), identity.SignInInput{Name: p.name, Password: Password, Code: h.Code()})
	h.must(err)
	if passage.Step != identity.StepDone {
		h.T.Fatalf("signing %s in ends at %s", who, passage.Step)
	}
	return passage.Token
}
