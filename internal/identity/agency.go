package identity

import (
	"context"
	"regexp"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// An AgencyID is the code that the country pack gives an agency, as in "demo-helpline".
type AgencyID string

var agencyShape = regexp.MustCompile(`^[a-z][a-z0-9_-]{1,62}$`)

// An Agency is an organisation of the network, as the pack names it.
type Agency struct {
	ID   AgencyID
	Name string
}

// EnsureAgency makes the agency known by this id and name. Doing it again changes nothing and leaves no entry.
// It needs access.UserWrite.
func (r *Room) EnsureAgency(ctx context.Context, actor access.Actor, in Agency) error {
	d := deed{actor: actor, action: access.UserWrite, what: "ensure_agency"}
	if err := r.may(ctx, d); err != nil {
		return err
	}
	name, ok := personName(in.Name)
	wrong := fault.New(fault.Invalid, "fault.agency")
	if !agencyShape.MatchString(string(in.ID)) {
		wrong.With("agency", "fault.agency_code")
	}
	if !ok {
		wrong.With("name", "fault.name")
	}
	if wrong.Wrong() {
		return r.refuse(ctx, d, wrong)
	}
	d.subjects = []string{string(in.ID)}
	there, err := r.hasAgency(ctx, in.ID, name)
	if err != nil || there {
		return err
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, upsertAgencySQL, string(in.ID), name, clock.Micro(tx.Now))
		return err
	})
}

func (r *Room) hasAgency(ctx context.Context, id AgencyID, name string) (bool, error) {
	all, err := r.agencies(ctx)
	for _, a := range all {
		if a == (Agency{id, name}) {
			return true, err
		}
	}
	return false, err
}

// Agencies lists all agencies by id. It needs access.UserList.
func (r *Room) Agencies(ctx context.Context, actor access.Actor) ([]Agency, error) {
	if err := r.may(ctx, deed{actor: actor, action: access.UserList, what: "list_agencies"}); err != nil {
		return nil, err
	}
	return r.agencies(ctx)
}

func (r *Room) agencies(ctx context.Context) ([]Agency, error) {
	var all []Agency
	err := r.c.Store.Read(ctx, func(tx store.Tx) error {
		all = nil
		return tx.Each(ctx, agenciesSQL, nil, func(scan func(dest ...any) error) error {
			var a Agency
			if err := scan(&a.ID, &a.Name); err != nil {
				return err
			}
			all = append(all, a)
			return nil
		})
	})
	return all, err
}
