package identity

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

func good() AddUserInput {
	return AddUserInput{Name: "noor.hassan", DisplayName: "Noor Hassan", KnownNames: []string{"Noor Ali"}, Email: "noor@example.org",
		Agency: "demo-helpline", Roles: []access.Role{access.CaseManager}, Languages: []string{"ar", "en"}}
}

func TestAddUserRefusals(t *testing.T) {
	each(t, func(h *house) {
		many := make([]string, mostNames+1)
		for i := range many {
			many[i] = "x"
		}
		for name, c := range map[string]struct {
			change func(in *AddUserInput)
			field  string
		}{
			"no name":         {func(in *AddUserInput) { in.Name = "" }, "name"},
			"spaced name":     {func(in *AddUserInput) { in.Name = "noor hassan" }, "name"},
			"foreign name":    {func(in *AddUserInput) { in.Name = "نور" }, "name"},
			"no display name": {func(in *AddUserInput) { in.DisplayName = " \t" }, "display_name"},
			"control":         {func(in *AddUserInput) { in.DisplayName = "a\x07b" }, "display_name"},
			"empty known":     {func(in *AddUserInput) { in.KnownNames = []string{""} }, "known_names"},
			"many known":      {func(in *AddUserInput) { in.KnownNames = many }, "known_names"},
			"no role":         {func(in *AddUserInput) { in.Roles = nil }, "roles"},
			"unknown role":    {func(in *AddUserInput) { in.Roles = []access.Role{access.Auditor, "king"} }, "roles"},
			"language":        {func(in *AddUserInput) { in.Languages = []string{"not a tag"} }, "languages"},
			"email":           {func(in *AddUserInput) { in.Email = "Noor <noor@example.org>" }, "email"},
			"qualification":   {func(in *AddUserInput) { in.Qualifications = []Qualification{{Code: "x y"}} }, "qualifications"},
			"second factor":   {func(in *AddUserInput) { in.SecondFactor = "not base 32!" }, "second_factor"},
			"agency":          {func(in *AddUserInput) { in.Agency = "nowhere" }, "agency"},
		} {
			in := good()
			c.change(&in)
			_, err := h.AddUser(h.t.Context(), access.Console, in)
			fields := fault.Fields(err)
			if fault.KindOf(err) != fault.Invalid || len(fields) != 1 || fields[0].Name != c.field {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		if n := h.audited("add_user", "fault.user"); n != 14 {
			h.t.Errorf("%d of 14 refusals are audited", n)
		}
	})
}

func TestAddUserKeepsTheRules(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		if _, err := h.AddUser(ctx, h.admin, good()); err != nil {
			h.t.Fatal(err)
		}
		_, err := h.AddUser(ctx, h.admin, good())
		h.wants(err, fault.Conflict, "fault.name_taken")
		for _, change := range []func(in *AddUserInput){
			func(in *AddUserInput) { in.Password = goodPassword },
			func(in *AddUserInput) { in.SecondFactor = secret },
			func(in *AddUserInput) { in.Settled = true },
		} {
			in := good()
			in.Name = "other"
			change(&in)
			_, err = h.AddUser(ctx, h.admin, in)
			h.wants(err, fault.Forbidden, fault.CodeForbidden)
		}
		in := good()
		in.Name, in.Settled, in.Password = "other", true, "short"
		_, err = h.AddUser(ctx, access.Console, in)
		h.wants(err, fault.Invalid, "fault.password_short")
		_, err = h.AddUser(ctx, h.actor(h.add("duty", access.DutyOfficer)), good())
		h.wants(err, fault.Forbidden, fault.CodeForbidden)
		if h.audited("add_user", "fault.forbidden") != 4 || h.audited("add_user", "fault.name_taken") != 1 {
			h.t.Error("a refusal is not audited")
		}
	})
}

// TestEveryUseCaseAsksFirst tries each with an actor who may not.
func TestEveryUseCaseAsksFirst(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		id, officer := h.add("case", access.CaseManager), h.actor(h.add("duty", access.DutyOfficer))
		session := h.signIn("case").Session
		tries := map[string]func(a access.Actor) error{
			"ensure_agency":       func(a access.Actor) error { return h.EnsureAgency(ctx, a, Agency{"other", "Other"}) },
			"list_agencies":       func(a access.Actor) error { _, err := h.Agencies(ctx, a); return err },
			"add_user":            func(a access.Actor) error { _, err := h.AddUser(ctx, a, good()); return err },
			"list_users":          func(a access.Actor) error { _, err := h.Users(ctx, a); return err },
			"read_user":           func(a access.Actor) error { _, err := h.User(ctx, a, id); return err },
			"read_address":        func(a access.Actor) error { _, err := h.Address(ctx, a, id); return err },
			"set_roles":           func(a access.Actor) error { return h.SetRoles(ctx, a, SetRolesInput{id, access.Roles, 1}) },
			"deactivate":          func(a access.Actor) error { return h.Deactivate(ctx, a, id) },
			"reactivate":          func(a access.Actor) error { return h.Reactivate(ctx, a, id) },
			"reset_password":      func(a access.Actor) error { _, err := h.ResetPassword(ctx, a, id); return err },
			"reset_second_factor": func(a access.Actor) error { return h.ResetSecondFactor(ctx, a, id) },
			"add_qualification":   func(a access.Actor) error { return h.AddQualification(ctx, a, QualificationInput{User: id}) },
			"list_sessions":       func(a access.Actor) error { _, err := h.Sessions(ctx, a, id); return err },
			"end_session":         func(a access.Actor) error { return h.EndSession(ctx, a, session) },
			"end_all_sessions":    func(a access.Actor) error { return h.EndAll(ctx, a, id) },
			"sweep":               func(a access.Actor) error { _, err := h.Sweep(ctx, a); return err },
		}
		before := len(h.actor(id).Roles)
		for what, try := range tries {
			for i, actor := range []access.Actor{officer, access.Anyone} {
				if err := try(actor); fault.KindOf(err) != fault.Forbidden {
					h.t.Errorf("%s by %s: %v", what, actor.Kind, err)
				}
				if n := h.audited(what, "fault.forbidden"); n != i+1 {
					h.t.Errorf("%s is audited %d times after %d refusals", what, n, i+1)
				}
			}
			if err := try(access.Actor{}); fault.KindOf(err) != fault.Forbidden {
				h.t.Errorf("%s by nobody: %v", what, err)
			}
		}
		h.wants(h.ChangePassword(ctx, access.Anyone, ChangePasswordInput{}), fault.Forbidden, fault.CodeForbidden)
		if list, err := h.Sessions(ctx, h.admin, id); err != nil || len(list) != 1 || len(h.actor(id).Roles) != before {
			h.t.Errorf("a refused use case did something: %v %v", list, err)
		}
	})
}

func TestNobodyServesThemselves(t *testing.T) {
	each(t, func(h *house) {
		ctx, self := h.t.Context(), UserID(h.admin.ID)
		h.add("second", access.Administrator)
		_, err := h.ResetPassword(ctx, h.admin, self)
		for _, err := range []error{
			err, h.SetRoles(ctx, h.admin, SetRolesInput{self, access.Roles, 1}), h.ResetSecondFactor(ctx, h.admin, self),
			h.AddQualification(ctx, h.admin, QualificationInput{User: self}), h.Reactivate(ctx, h.admin, self),
		} {
			h.wants(err, fault.Forbidden, "fault.not_oneself")
		}
		if h.audited("set_roles", "fault.not_oneself") != 1 {
			h.t.Error("the refusal is not audited")
		}
	})
}

func TestLastAdministratorStays(t *testing.T) {
	each(t, func(h *house) {
		ctx, ada := h.t.Context(), UserID(h.admin.ID)
		officer := SetRolesInput{ada, []access.Role{access.DutyOfficer}, 1}
		h.wants(h.Deactivate(ctx, h.admin, ada), fault.Conflict, "fault.last_administrator")
		h.wants(h.Deactivate(ctx, access.Console, ada), fault.Conflict, "fault.last_administrator")
		h.wants(h.SetRoles(ctx, access.Console, officer), fault.Conflict, "fault.last_administrator")
		second := h.add("second", access.Administrator)
		if err := h.Deactivate(ctx, h.admin, second); err != nil {
			h.t.Fatal(err)
		}
		h.wants(h.SetRoles(ctx, access.Console, officer), fault.Conflict, "fault.last_administrator")
		if err := h.Reactivate(ctx, h.admin, second); err != nil {
			h.t.Fatal(err)
		}
		if err := h.SetRoles(ctx, access.Console, officer); err != nil {
			h.t.Errorf("one of two administrators: %v", err)
		}
		if h.audited("deactivate", "fault.last_administrator") != 2 || h.audited("set_roles", "fault.last_administrator") != 2 {
			h.t.Error("a refusal is not audited")
		}
	})
}

// TestAdministratorsLeaveAtOnce has eight administrators all leave at once: one must stay.
func TestAdministratorsLeaveAtOnce(t *testing.T) {
	each(t, func(h *house) {
		ids := []UserID{UserID(h.admin.ID)}
		for i := range 7 {
			ids = append(ids, h.add(fmt.Sprintf("admin%d", i), access.Administrator))
		}
		var group sync.WaitGroup
		for _, id := range ids {
			group.Go(func() {
				if err := h.Deactivate(h.t.Context(), access.Console, id); err != nil && fault.CodeOf(err) != "fault.last_administrator" {
					h.t.Error(err)
				}
			})
		}
		group.Wait()
		list, err := h.Users(h.t.Context(), access.Console)
		active := slices.DeleteFunc(list, func(u User) bool { return !u.Active })
		if err != nil || len(active) != 1 {
			h.t.Errorf("%d administrators are left: %v", len(active), err)
		}
	})
}

func TestRolesAndStaleWrites(t *testing.T) {
	each(t, func(h *house) {
		ctx, id := h.t.Context(), h.add("case", access.CaseManager)
		p := h.signIn("case")
		u, err := h.User(ctx, h.admin, id)
		if err != nil {
			h.t.Fatal(err)
		}
		in := SetRolesInput{id, []access.Role{access.Supervisor, access.DutyOfficer, access.Supervisor}, u.Version}
		if err := h.SetRoles(ctx, h.admin, in); err != nil {
			h.t.Fatal(err)
		}
		h.wants(h.SetRoles(ctx, h.admin, in), fault.Conflict, fault.CodeStale)
		h.wants(h.SetRoles(ctx, h.admin, SetRolesInput{User: id}), fault.Invalid, "fault.user")
		h.wants(h.SetRoles(ctx, h.admin, SetRolesInput{"", in.Roles, 1}), fault.Withheld, fault.CodeWithheld)
		actor, _, err := h.Authenticate(ctx, p.Token)
		if err != nil || !slices.Equal(actor.Roles, []access.Role{access.DutyOfficer, access.Supervisor}) {
			h.t.Errorf("the open session has %v %v", actor.Roles, err)
		}
		if h.audited("set_roles", "") != 1 || h.audited("set_roles", "fault.stale") != 1 {
			h.t.Error("not audited")
		}
	})
}

func TestNotThereIsWithheld(t *testing.T) {
	each(t, func(h *house) {
		ctx, none := h.t.Context(), ident.New[UserID](time.Now())
		for _, id := range []UserID{none, "", "made\nup"} {
			_, read := h.User(ctx, h.admin, id)
			_, reset := h.ResetPassword(ctx, h.admin, id)
			_, address := h.Address(ctx, h.admin, id)
			day := Qualification{Code: "x1", IssuedAt: h.clock.Now()}
			for i, err := range []error{read, reset, address, h.Deactivate(ctx, h.admin, id), h.Reactivate(ctx, h.admin, id),
				h.ResetSecondFactor(ctx, h.admin, id), h.AddQualification(ctx, h.admin, QualificationInput{id, day}),
				h.EndSession(ctx, h.admin, SessionID(id))} {
				if fault.KindOf(err) != fault.Withheld {
					h.t.Errorf("%d %q: %v", i, id, err)
				}
			}
		}
	})
}

func TestUsersAndColleagues(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		if err := h.EnsureAgency(ctx, h.admin, Agency{"demo-police", "Demo Police"}); err != nil {
			h.t.Fatal(err)
		}
		before := h.audited("ensure_agency", "")
		if err := h.EnsureAgency(ctx, h.admin, Agency{"demo-police", "Demo Police"}); err != nil || h.audited("ensure_agency", "") != before {
			h.t.Errorf("ensuring again is a change: %v", err)
		}
		h.wants(h.EnsureAgency(ctx, h.admin, Agency{"Bad Code", ""}), fault.Invalid, "fault.agency")
		all, err := h.Agencies(ctx, h.admin)
		if err != nil || !slices.Equal(all, []Agency{{"demo-helpline", "Demo Helpline"}, {"demo-police", "Demo Police"}}) {
			h.t.Errorf("%v %v", all, err)
		}
		in := good()
		in.Qualifications = []Qualification{{Code: "child_safeguarding", IssuedAt: h.clock.Now()}}
		noor, err := h.AddUser(ctx, h.admin, in)
		if err != nil {
			h.t.Fatal(err)
		}
		other := good()
		other.Name, other.Agency, other.Email = "sam", "demo-police", ""
		sam, err := h.AddUser(ctx, h.admin, other)
		if err != nil {
			h.t.Fatal(err)
		}
		colleagues := h.colleagues("demo-police")
		if len(colleagues) != 1 || colleagues[0].ID != sam.ID || !slices.Equal(colleagues[0].Names(), []string{"Noor Hassan", "Noor Ali"}) {
			h.t.Errorf("%+v", colleagues)
		}
		if err := h.Deactivate(ctx, h.admin, sam.ID); err != nil {
			h.t.Fatal(err)
		}
		if len(h.colleagues("demo-police")) != 0 || len(h.colleagues("")) != 2 {
			h.t.Error("a deactivated user is a colleague")
		}
		u, err := h.User(ctx, h.admin, noor.ID)
		if err != nil || !u.OneTime || u.Enrolled || !u.Active || len(u.Qualifications) != 1 || !slices.Equal(u.Languages, []string{"ar", "en"}) || u.CreatedAt != h.clock.Now() {
			h.t.Errorf("%+v %v", u, err)
		}
		if own, err := h.User(ctx, u.Actor(), noor.ID); err != nil || own.Name != "noor.hassan" {
			h.t.Errorf("oneself: %v", err)
		}
		for _, actor := range []access.Actor{h.admin, access.System("notify.send")} {
			if address, err := h.Address(ctx, actor, noor.ID); err != nil || address != "noor@example.org" {
				h.t.Errorf("%s reads %q %v", actor.Kind, address, err)
			}
		}
	})
}

func (h *house) colleagues(agency AgencyID) (list []User) {
	h.t.Helper()
	err := h.c.Store.Read(h.t.Context(), func(tx store.Tx) (err error) {
		list, err = h.Colleagues(h.t.Context(), tx, agency)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func TestQualifications(t *testing.T) {
	each(t, func(h *house) {
		ctx, id, now := h.t.Context(), h.add("case", access.CaseManager), h.clock.Now()
		year := now.AddDate(1, 0, 0)
		for _, q := range []Qualification{{"child_safeguarding", now, year}, {"data_protection", now, time.Time{}}} {
			if err := h.AddQualification(ctx, h.admin, QualificationInput{id, q}); err != nil {
				h.t.Fatal(err)
			}
		}
		for _, q := range []Qualification{{"Bad", now, year}, {"no_issue", time.Time{}, year}, {"ends_first", year, now}} {
			h.wants(h.AddQualification(ctx, h.admin, QualificationInput{id, q}), fault.Invalid, "fault.qualification")
		}
		codes := []string{"vetting", "child_safeguarding", "data_protection"}
		short := func(at time.Time, want string) {
			h.t.Helper()
			u, err := h.User(ctx, h.admin, id)
			missing, expired, ending := u.Short(codes, at, time.Hour)
			if got := fmt.Sprint(missing, expired, len(ending)); err != nil || got != want {
				h.t.Errorf("at %s is short of %s, want %s: %v", at, got, want, err)
			}
		}
		short(now, "[vetting] [] 0")
		short(now.Add(-1*time.Microsecond), "[vetting child_safeguarding data_protection] [] 0")
		short(year.Add(-time.Hour-1*time.Microsecond), "[vetting] [] 0")
		short(year.Add(-time.Hour), "[vetting] [] 1")
		short(year, "[vetting] [child_safeguarding] 0")
		if err := h.AddQualification(ctx, h.admin, QualificationInput{id, Qualification{"child_safeguarding", now, now.Add(time.Hour)}}); err != nil {
			h.t.Fatal(err)
		}
		short(now.Add(time.Hour), "[vetting] [child_safeguarding] 0")
	})
}
