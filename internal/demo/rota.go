package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/rota"
)

// plannedWeeks is for how many weeks the made-up rota is planned.
const plannedWeeks = 4

// A slot is a shift of every week: days after a Monday at midnight, and hours of the wall clock.
type slot struct {
	kind              rota.Kind
	who               int // of those who take turns
	day, from         int
	untilDay, untilAt int
}

// slots cover the opening hours of the fictional country with two who take turns at the desk; on call somebody is at any hour.
var slots = []slot{
	{rota.AtDesk, 0, 0, 8, 0, 14}, {rota.AtDesk, 1, 0, 14, 0, 20}, {rota.AtDesk, 0, 1, 8, 1, 14}, {rota.AtDesk, 1, 1, 14, 1, 20},
	{rota.AtDesk, 1, 2, 8, 2, 14}, {rota.AtDesk, 0, 2, 14, 2, 20}, {rota.AtDesk, 1, 3, 8, 3, 14}, {rota.AtDesk, 0, 3, 14, 3, 20},
	{rota.AtDesk, 0, 4, 8, 4, 14}, {rota.AtDesk, 1, 4, 14, 4, 18}, {rota.AtDesk, 0, 5, 10, 5, 16}, {rota.OnCall, 2, 0, 8, 7, 8},
}

// planRota plans the shifts of every desk from this week on, as its supervisor would: one of them is offered to colleagues, and a
// case manager will be away.
func (h House) planRota(ctx context.Context, all crew, now time.Time) error {
	for _, desk := range h.Pack.Agencies(h.Pack.Default()) {
		if desk.Desk {
			if err := h.planDesk(ctx, all, desk.Code, now); err != nil {
				return fmt.Errorf("the made-up rota of %s: %w", desk.Code, err)
			}
		}
	}
	if err := h.offer(ctx, all.named("duty2", h.Pack.DeskFor(""), access.DutyOfficer), now); err != nil {
		return err
	}
	return h.leave(ctx, all, now)
}

func (h House) planDesk(ctx context.Context, all crew, desk string, now time.Time) error {
	supervisor, turns := all.at(desk, access.Supervisor), all.turns(desk)
	for _, s := range slots {
		if s.who >= len(turns) {
			continue // the desk has nobody left who could be on call
		}
		when := h.first(s, now)
		in := rota.PlanInput{User: string(turns[s.who].ID), Kind: s.kind, From: when.From, Until: when.Until, Weeks: plannedWeeks}
		if err := h.Rota.Plan(ctx, supervisor.Actor(), in); err != nil {
			return err
		}
	}
	return nil
}

// turns are those of a desk who take turns: duty officers, then supervisors, then who supervises these.
func (c crew) turns(desk string) (list []identity.User) {
	for _, role := range []access.Role{access.DutyOfficer, access.Supervisor, access.ServiceLead} {
		for _, u := range c {
			if string(u.Agency) == desk && u.Active && u.Actor().Has(role) {
				list = append(list, u)
			}
		}
	}
	return list
}

// first is the first time of a slot that is not over.
func (h House) first(s slot, now time.Time) rota.Span {
	zone := h.Pack.Zone()
	y, m, d := now.In(zone).Date()
	monday := d - (int(now.In(zone).Weekday())+6)%7 - 7
	for ; ; monday += 7 {
		when := rota.Span{From: time.Date(y, m, monday+s.day, s.from, 0, 0, 0, zone), Until: time.Date(y, m, monday+s.untilDay, s.untilAt, 0, 0, 0, zone)}
		if when.Until.After(now) {
			return when
		}
	}
}

// offer has somebody offer the first of their shifts that is a day away.
func (h House) offer(ctx context.Context, who identity.User, now time.Time) error {
	sheet, err := h.Rota.Show(ctx, who.Actor(), rota.Span{From: now, Until: now.AddDate(0, 0, 14)})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sheet.Shifts, func(s rota.Shift) bool { return s.User == string(who.ID) && s.From.After(now.Add(24*time.Hour)) })
	if i < 0 {
		return fmt.Errorf("%s has no shift to offer", who.Name)
	}
	return h.Rota.Offer(ctx, who.Actor(), sheet.Shifts[i].ID, sheet.Shifts[i].Version)
}

// leave has a case manager be away in some days, with a colleague who covers.
func (h House) leave(ctx context.Context, all crew, now time.Time) error {
	away, cover := all.named("manager2", "", access.CaseManager), all.named("manager", "", access.CaseManager)
	return h.Rota.Leave(ctx, away.Actor(), rota.AbsenceInput{Cover: string(cover.ID), From: now.AddDate(0, 0, 2), Until: now.AddDate(0, 0, 5)})
}
