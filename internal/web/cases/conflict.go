package cases

import (
	"amparo/internal/fault"
	"amparo/internal/web/staff"
)

// conflict asks from whom the case is to be kept.
func (s *pages) conflict(v *staff.Visit) error { return s.askConflict(v, nil) }

func (s *pages) askConflict(v *staff.Visit, wrong error) error {
	id := caseOf(v)
	people, err := s.Casework.Knowing(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	users := make([]string, len(people))
	for i, p := range people {
		users[i] = p.ID
	}
	return v.AskConflict(staff.Conflict{Subject: v.T("cases.title", "Number", number(id)), Back: pathOf(id), Users: users, Name: s.names(v).of}, wrong)
}

// declare keeps the case from somebody.
func (s *pages) declare(v *staff.Visit) error {
	err := s.Casework.Declare(v.Context(), v.Actor, caseOf(v), v.Field("user"))
	if fault.KindOf(err) == fault.Invalid {
		return s.askConflict(v, err)
	}
	if err != nil {
		return err
	}
	return v.Declared(pathOf(caseOf(v)), home)
}
