package demo

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

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
	known         []string // as a reporter may write the name
	roles         []access.Role
	languages     []string
	lacks         []string // qualifications of the role that this one does not hold
	agency        string   // code
}

// The users of the first desk, and those of every other.
var (
	firstDesk = []person{
		{name: "duty", display: "Dalia Farouk", known: []string{"داليا فاروق"}, roles: []access.Role{access.DutyOfficer}, languages: []string{"en", "ar"}},
		{name: "duty2", display: "Daoud Lindgren", known: []string{"داود ليندغرين"}, roles: []access.Role{access.DutyOfficer}, languages: []string{"ar", "en"}},
		{name: "listener", display: "Lou Haddad", roles: []access.Role{access.HelplineCounsellor}, languages: []string{"en", "ar"}},
		{name: "manager", display: "Mira Costa", roles: []access.Role{access.CaseManager}, languages: []string{"en"}},
		{name: "manager2", display: "Maher Okafor", known: []string{"ماهر أوكافور"}, roles: []access.Role{access.CaseManager}, languages: []string{"ar", "en"}},
		{name: "trainee", display: "Tove Rahman", roles: []access.Role{access.CaseManager}, languages: []string{"en"}, lacks: []string{"csea_casework"}},
		{name: "supervisor", display: "Selma Brandt", roles: []access.Role{access.Supervisor}, languages: []string{"en"}},
		{name: "lead", display: "Leila Andersson", known: []string{"ليلى أندرسون"}, roles: []access.Role{access.ServiceLead}, languages: []string{"en", "ar"}},
		{name: "admin", display: "Adam Weller", roles: []access.Role{access.Administrator}, languages: []string{"en"}},
		{name: "auditor", display: "Aya Novak", roles: []access.Role{access.Auditor}, languages: []string{"en"}},
	}
	otherDesk = []person{
		{name: "duty", display: "Nadia Sorel", known: []string{"نادية سوريل"}, roles: []access.Role{access.DutyOfficer}, languages: []string{"en", "ar"}},
		{name: "manager", display: "Niko Amari", roles: []access.Role{access.CaseManager}, languages: []string{"en"}},
		{name: "supervisor", display: "Sunniva Hale", roles: []access.Role{access.Supervisor}, languages: []string{"en"}},
	}
)

// specialists are who answers at an agency without a desk, by its role.
var specialists = map[string]person{
	"police": {name: "cyber", display: "Rana Holt", roles: []access.Role{access.Specialist}, languages: []string{"en", "ar"}},
	"health": {name: "clinic", display: "Ilan Petrov", roles: []access.Role{access.Specialist}, languages: []string{"en"}},
}

// staff gives everybody of every desk of the country, and a specialist of each sort.
func staff(pack *jurisdiction.Pack) (all []person) {
	people, ending, experts := firstDesk, "", maps.Clone(specialists)
	for _, agency := range pack.Agencies(pack.Default()) {
		if one, ok := experts[agency.Role]; ok && !agency.Desk {
			one.agency = agency.Code
			all = append(all, one)
			delete(experts, agency.Role)
		}
		if !agency.Desk {
			continue
		}
		if len(people) == len(otherDesk) {
			ending = "." + strings.ReplaceAll(agency.Code, "_", "-")
		}
		for _, p := range people {
			p.name, p.agency = p.name+ending, agency.Code
			all = append(all, p)
		}
		people = otherDesk
	}
	return all
}

// addPeople adds the users and gives what they sign in with. Several passwords are hashed at once.
func (h House) addPeople(ctx context.Context, now time.Time) ([]Login, error) {
	all := staff(h.Pack)
	list := make([]Login, len(all))
	group, ctx := errgroup.WithContext(ctx)
	for i, p := range all {
		group.Go(func() (err error) {
			list[i], err = h.addPerson(ctx, p, now)
			return err
		})
	}
	return list, group.Wait()
}

func (h House) addPerson(ctx context.Context, p person, now time.Time) (Login, error) {
	in := identity.AddUserInput{Name: p.name, DisplayName: p.display, KnownNames: p.known, Agency: identity.AgencyID(p.agency),
		Roles: p.roles, Languages: p.languages}
	for _, role := range p.roles {
		for _, code := range h.Pack.RequiredQualifications(string(role)) {
			if !slices.Contains(p.lacks, code) {
				in.Qualifications = append(in.Qualifications,
					identity.Qualification{Code: code, IssuedAt: now.AddDate(-1, 0, 0), ExpiresAt: now.AddDate(1, 0, 0)})
			}
		}
	}
	added, err := h.People.AddUser(ctx, access.Console, in)
	return Login{p.name, p.agency, p.roles, added.Password}, err
}

// a crew finds who does what.
type crew []identity.User

// at gives the first user of the agency with the role, by name; of any agency when this one has none.
func (c crew) at(agency string, role access.Role) identity.User {
	var other identity.User
	for _, u := range c {
		switch {
		case !u.Actor().Has(role):
		case string(u.Agency) == agency:
			return u
		case other.ID == "":
			other = u
		}
	}
	return other
}

// named gives the user with the sign-in name, and otherwise the one that at gives.
func (c crew) named(name, agency string, role access.Role) identity.User {
	if i := slices.IndexFunc(c, func(u identity.User) bool { return u.Name == name }); i >= 0 {
		return c[i]
	}
	return c.at(agency, role)
}
