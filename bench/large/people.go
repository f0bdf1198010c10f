package main

import (
	"context"
	"errors"

	"amparo/internal/access"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
)

// A keeper seals what identity keeps of people.
type keeper struct{ vault *open.Vault }

func (k keeper) Seal(ctx context.Context, column, row string, plain []byte) ([]byte, error) {
	return k.vault.Seal(ctx, "installation", open.Identity, open.Cell{Table: "user_account", Column: column, Row: row}, plain)
}

func (k keeper) Open(ctx context.Context, column, row string, sealed []byte) ([]byte, error) {
	return k.vault.Open(ctx, "installation", open.Identity, open.Cell{Table: "user_account", Column: column, Row: row}, sealed)
}

func (g *ground) sealer() identity.Sealer { return keeper{g.vault} }

// colleagues gives the people of an agency as the program does.
func (g *ground) colleagues(people *identity.Room) func(context.Context, store.Tx, string) ([]triage.Person, error) {
	return func(ctx context.Context, tx store.Tx, agency string) ([]triage.Person, error) {
		users, err := people.Colleagues(ctx, tx, identity.AgencyID(agency))
		list := make([]triage.Person, len(users))
		for i, u := range users {
			list[i] = triage.Person{Person: grant.Person{User: string(u.ID), Names: u.Names()}, Languages: u.Languages,
				Desk: u.Actor().Has(access.DutyOfficer) || u.Actor().Supervises(), Supervises: u.Actor().Supervises()}
		}
		return list, err
	}
}

// people finds the demonstration's staff, and among them the duty officer who looks at the queue.
func (g *ground) people(ctx context.Context) error {
	people := identity.New(identity.Config{Store: g.main, Sealer: g.sealer()})
	err := g.main.Read(ctx, func(tx store.Tx) error {
		users, err := people.Colleagues(ctx, tx, "")
		g.staff, g.officer = nil, access.Actor{}
		for _, u := range users {
			g.staff = append(g.staff, string(u.ID))
			if a := u.Actor(); g.officer.ID == "" && a.Has(access.DutyOfficer) && a.Agency == g.pack.DeskFor("") {
				g.officer = a
			}
		}
		return err
	})
	if err == nil && g.officer.ID == "" {
		err = errors.New("the demonstration has no duty officer")
	}
	return err
}
