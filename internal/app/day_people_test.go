package app

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/rota"
)

// hire adds 29 people at the country's desk and 11 at that of the coast, where there is one supervisor.
func (d *day) hire() {
	d.t.Helper()
	here, coast := d.pack.DeskFor(""), d.pack.DeskFor("XD-N")
	for _, group := range []struct {
		prefix, agency string
		role           access.Role
		n              int
	}{
		{"duty", here, access.DutyOfficer, 20}, {"manager", here, access.CaseManager, 6}, {"super", here, access.Supervisor, 2}, {"lead", here, access.ServiceLead, 1},
		{"coast", coast, access.DutyOfficer, 7}, {"shore", coast, access.CaseManager, 3}, {"harbour", coast, access.Supervisor, 1},
	} {
		for i := range group.n {
			name := fmt.Sprintf("%s%02d", group.prefix, i)
			in := identity.AddUserInput{Name: name, DisplayName: strings.ToUpper(name[:1]) + name[1:], Agency: identity.AgencyID(group.agency),
				Roles: []access.Role{group.role}, Languages: []string{"en"}, Email: name + "@example.org"}
			if group.prefix == "harbour" {
				in.DisplayName = accused
			}
			for _, code := range d.pack.RequiredQualifications(string(group.role)) {
				in.Qualifications = append(in.Qualifications, identity.Qualification{Code: code, IssuedAt: d.now().AddDate(-1, 0, 0)})
			}
			_, err := d.rooms.people.AddUser(d.t.Context(), access.Console, in)
			must(d.t, err)
		}
	}
	users, err := d.rooms.people.Users(d.t.Context(), access.Console)
	must(d.t, err)
	for _, u := range users {
		d.who[u.Name] = u
	}
	if len(d.who) != 40 {
		d.t.Fatalf("%d people work here", len(d.who))
	}
	d.experts = nil
	for _, name := range []string{"unit00", "unit01"} {
		added, err := d.rooms.people.AddUser(d.t.Context(), access.Console, identity.AddUserInput{Name: name, DisplayName: strings.ToUpper(name), Agency: dayExperts,
			Roles: []access.Role{access.Specialist}, Languages: []string{"en"}, Email: name + "@example.org"})
		must(d.t, err)
		d.experts = append(d.experts, access.Actor{Kind: access.Staff, ID: string(added.ID), Agency: dayExperts, Roles: []access.Role{access.Specialist}})
	}
}

const dayExperts = "cyber_unit"

// plan plans the shifts of the day, and two absences.
func (d *day) plan(midnight time.Time) {
	d.t.Helper()
	shift := func(by, prefix string, first, n int, kind rota.Kind, from, until int) {
		for i := range n {
			must(d.t, d.rooms.rota.Plan(d.t.Context(), d.who[by].Actor(), rota.PlanInput{User: string(d.who[fmt.Sprintf("%s%02d", prefix, first+i)].ID), Kind: kind,
				From: midnight.Add(time.Duration(from) * time.Hour), Until: midnight.Add(time.Duration(until) * time.Hour), Weeks: 1}))
		}
	}
	shift("super00", "duty", 0, 3, rota.AtDesk, 0, 8)
	shift("super00", "duty", 3, 1, rota.OnCall, 0, 8)
	shift("super00", "duty", 4, 7, rota.AtDesk, 8, 16)
	shift("super00", "duty", 11, 8, rota.AtDesk, 16, 24)
	shift("super00", "duty", 19, 1, rota.OnCall, 16, 24)
	shift("harbour00", "coast", 0, 5, rota.AtDesk, 8, 20)
	shift("harbour00", "coast", 5, 1, rota.OnCall, 0, 8)
	shift("harbour00", "coast", 6, 1, rota.OnCall, 20, 24)
	for who, cover := range map[string]string{"duty11": "duty03", "manager00": "manager01"} {
		must(d.t, d.rooms.rota.Leave(d.t.Context(), d.who[who].Actor(), rota.AbsenceInput{From: midnight.Add(time.Hour), Until: midnight.Add(24 * time.Hour),
			Cover: string(d.who[cover].ID)}))
	}
}

// arrivals draws what comes in: more in the evening than at night, and the flood from one o'clock on.
func arrivals(midnight time.Time, draw *rand.Rand) (list []arrival) {
	var hours []int
	for hour := range 24 {
		hours = append(hours, slices.Repeat([]int{hour}, []int{1, 2, 3, 4}[hour/6])...)
	}
	for i := range dayReports {
		hour := hours[draw.IntN(len(hours))]
		if i < dayFlood {
			hour = 13
		}
		a := arrival{at: midnight.Add(time.Duration(hour)*time.Hour + time.Duration(draw.IntN(3600))*time.Second), answers: told(draw)}
		if draw.IntN(10) < 3 {
			a.area = "XD-N-01"
			a.answers["place"] = []string{a.area}
		}
		if a.area != "" && i%40 == 0 {
			a.answers["must_not_know"] = []string{accused}
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b arrival) int { return a.at.Compare(b.at) })
	return list
}

// told draws what somebody tells: some of it urgent.
func told(draw *rand.Rand) map[string][]string {
	switch n := draw.IntN(100); {
	case n < 4:
		return map[string][]string{"danger": {"yes"}}
	case n < 15:
		return map[string][]string{"danger": {"no"}, "pressure": {"demand"}, "when": {"ongoing"}}
	case n < 45:
		return map[string][]string{"danger": {"no"}, "what": {"trust"}, "reach": {"often"}, "age": {"8_12"}}
	}
	return map[string][]string{"danger": {"no"}}
}
