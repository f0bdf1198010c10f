package access

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/fault"
)

var update = flag.Bool("update", false, "write the golden table anew")

// TestGoldenTable holds role × action × relation. A change of permissions is thereby a visible diff.
func TestGoldenTable(t *testing.T) {
	var b strings.Builder
	for _, role := range Roles {
		for _, action := range Actions {
			fmt.Fprintf(&b, "%-14s %-15s", role, action)
			for _, relation := range Relations {
				mark := "-"
				if May(Actor{Kind: Staff, ID: "u", Roles: []Role{role}}, action, relation) {
					mark = string(relation)
				}
				fmt.Fprintf(&b, " %-9s", mark)
			}
			b.WriteString("\n")
		}
	}
	for _, actor := range []Actor{Console, {Kind: Partner, ID: "p"}} {
		for _, action := range Actions {
			fmt.Fprintf(&b, "%-14s %-15s %s\n", actor.Kind, action, map[bool]string{true: "yes", false: "-"}[May(actor, action)])
		}
	}
	got := b.String()
	if *update {
		if err := os.WriteFile("testdata/table.golden", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/table.golden")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("permissions have changed; if that is meant, run the test with -update:\n%s", diff)
	}
}

func TestEveryPermissionIsListed(t *testing.T) {
	for role, bundle := range table {
		if !slices.Contains(Roles, role) {
			t.Errorf("role %s is in the table and not in Roles", role)
		}
		for action, relations := range bundle {
			if !slices.Contains(Actions, action) {
				t.Errorf("action %s is in the table and not in Actions", action)
			}
			for _, relation := range relations {
				if !slices.Contains(Relations, relation) || relation == Conflicted {
					t.Errorf("%s %s asks for relation %s", role, action, relation)
				}
			}
		}
	}
}

func TestConflictRefusesEverything(t *testing.T) {
	all := Actor{Kind: Staff, ID: "u", Roles: Roles}
	for _, action := range Actions {
		_, err := Decide(all, action, Desk, Claimant, Manager, Agency, Conflicted)
		if fault.KindOf(err) != fault.Withheld {
			t.Errorf("%s with a conflict of interest: %v", action, err)
		}
	}
}

func TestNotYoursLooksLikeNotThere(t *testing.T) {
	officer := Actor{Kind: Staff, ID: "u", Roles: []Role{DutyOfficer}}
	if _, err := Decide(officer, ReportRead); fault.KindOf(err) != fault.Withheld {
		t.Errorf("a stranger's report: %v", err)
	}
	if _, err := Decide(officer, ReportLower, Desk); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("lowering without being a supervisor: %v", err)
	}
	if _, err := Decide(officer, UserWrite); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("writing users as a duty officer: %v", err)
	}
	p, err := Decide(officer, ReportRead, Desk)
	if err != nil || p.Action() != ReportRead || p.Actor().ID != "u" {
		t.Errorf("own desk: %v %v", p, err)
	}
}

func TestOtherKindsOfActor(t *testing.T) {
	if _, err := Decide(Anyone, ReportRead, Desk); err == nil {
		t.Error("the public may read a report")
	}
	if _, err := Decide(Actor{}, OwnAccount); err == nil {
		t.Error("nobody may do something")
	}
	if _, err := Decide(Console, UserWrite); err != nil {
		t.Errorf("the console may not write users: %v", err)
	}
	if _, err := Decide(Console, CaseRead, Manager); err == nil {
		t.Error("the console may read a case")
	}
	for _, action := range Actions {
		if May(Actor{Kind: Partner}, action, Relations[0]) {
			t.Errorf("a partner without a code may do %s", action)
		}
	}
	if _, err := Own(System("report.open"), ReportRead); err != nil {
		t.Errorf("a job in its own work: %v", err)
	}
	if _, err := Own(Anyone, ReportRead); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the public as a job: %v", err)
	}
}

// TestARefusalTellsNothing holds that whoever has no relation that one of their roles uses is told what a stranger is told.
func TestARefusalTellsNothing(t *testing.T) {
	for role, kind := range map[Role]fault.Kind{Administrator: fault.Withheld, Auditor: fault.Withheld, DutyOfficer: fault.Withheld,
		CaseManager: fault.Withheld, Supervisor: fault.Forbidden} {
		_, err := Decide(Actor{Kind: Staff, ID: "u", Agency: "a", Roles: []Role{role}}, CaseRecord, Agency)
		if fault.KindOf(err) != kind {
			t.Errorf("%s of the agency of a case: %v, want %s", role, err, kind)
		}
	}
}
