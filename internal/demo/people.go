package demo

import (
	"context"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/jurisdiction"
)

// A Login is what a made-up user signs in with the first time.
type Login struct {
	Name     string        `json:"name"`
	Agency   string        `json:"agency"`
	Roles    []access.Role `json:"roles"`
	Password string        `json:"one_time_password"`
}

// a person is a made-up user.
type person struct {
	name, display string
	roles         []access.Role
	languages     []string
}

// The users of the first desk, and those of every other.
var (
	firstDesk = []person{
		{"duty", "Dalia Farouk", []access.Role{access.DutyOfficer}, []string{"en", "ar"}},
		{"duty2", "Daoud Lindgren", []access.Role{access.DutyOfficer}, []string{"ar", "en"}},
		{"manager", "Mira Costa", []access.Role{access.CaseManager}, []string{"en"}},
		{"manager2", "Maher Okafor", []access.Role{access.CaseManager}, []string{"ar", "en"}},
		{"supervisor", "Selma Brandt", []access.Role{access.Supervisor}, []string{"en"}},
		{"admin", "Adam Weller", []access.Role{access.Administrator}, []string{"en"}},
		{"auditor", "Aya Novak", []access.Role{access.Auditor}, []string{"en"}},
	}
	otherDesk = []person{
		{"duty", "Nadia Sorel", []access.Role{access.DutyOfficer}, []string{"en", "ar"}},
		{"manager", "Niko Amari", []access.Role{access.CaseManager}, []string{"en"}},
	}
)

// addPeople adds users to every desk of the country and gives what they sign in with.
func (h House) addPeople(ctx context.Context, now time.Time) (list []Login, err error) {
	people, ending := firstDesk, ""
	for _, agency := range h.Pack.Agencies(h.Pack.Default()) {
		if !agency.Desk {
			continue
		}
		if len(list) > 0 {
			people, ending = otherDesk, "."+strings.ReplaceAll(agency.Code, "_", "-")
		}
		for _, p := range people {
			p.name += ending
			login, err := h.addPerson(ctx, agency, p, now)
			if err != nil {
				return nil, err
			}
			list = append(list, login)
		}
	}
	return list, nil
}

func (h House) addPerson(ctx context.Context, agency jurisdiction.Agency, p person, now time.Time) (Login, error) {
	in := identity.AddUserInput{Name: p.name, DisplayName: p.display, Agency: identity.AgencyID(agency.Code), Roles: p.roles, Languages: p.languages}
	for _, role := range p.roles {
		for _, code := range h.Pack.RequiredQualifications(string(role)) {
			in.Qualifications = append(in.Qualifications, identity.Qualification{Code: code, IssuedAt: now.AddDate(-1, 0, 0), ExpiresAt: now.AddDate(1, 0, 0)})
		}
	}
	added, err := h.People.AddUser(ctx, access.Console, in)
	return Login{p.name, agency.Code, p.roles, added.Password}, err
}
