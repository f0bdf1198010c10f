package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/casework"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/notice"
	"amparo/internal/programme"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/story"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
)

// OneTimeLife is how long a one-time password must last in the room that Fill adds people to: they are added before the
// oldest matter, and sign in with it after the latest.
const OneTimeLife = 60 * 24 * time.Hour

// A House is what Fill works with: the rooms of the case side, on a clock that Set moves.
type House struct {
	Pack   *jurisdiction.Pack
	Store  *store.Store
	People *identity.Room
	Triage *triage.Room
	Mail   *mailbox.Room
	Cases  *casework.Room
	Rota   *rota.Room
	Handed *referral.Room
	// Campaign keeps what is put up together for a time.
	Campaign *campaign.Room
	// Notices are what the hotline is sent.
	Notices *notice.Room
	// Stories are what is told of what became of reports.
	Stories *story.Room
	// Programmes are what is taught face to face.
	Programmes *programme.Room
	// Report takes a report in and gives its id when it lies on the desk.
	Report func(ctx context.Context, in intake.Submission) (report.ID, error)
	// Message takes what a reporter adds, and returns when staff can read it.
	Message func(ctx context.Context, in intake.Addition) error
	Set     func(now time.Time)
	came    string // code of the campaign that runs; empty for none
}

// Made is what a filled installation is entered with.
type Made struct {
	Users []Login
	// Receipt opens the mailbox of a made-up reporter who was answered; empty without matters.
	Receipt string
}

// a told is a matter and what has become of it so far.
type told struct {
	matter
	receipt seal.Receipt
	report  report.ID
	desk    string // code of the agency
	duty    string // sign-in name of who has claimed the report; empty before
	cases   []casework.ID
	handed  []referral.ID
	notice  notice.ID // to the hotline; empty before
	manager string    // sign-in name of the case manager; empty before
}

// Fill adds the users and, with matters, what happened until now. It gives what the installation is entered with.
func Fill(ctx context.Context, h House, now time.Time, withMatters bool) (made Made, err error) {
	var list []*told
	if withMatters {
		if list, err = matters(); err != nil {
			return made, err
		}
	}
	now = now.Truncate(time.Microsecond) // as every clock here tells it
	all := events(list, now, h.staffed)
	begin := now
	if len(all) > 0 {
		begin = all[0].at
	}
	h.Set(begin.Add(-time.Hour))
	if made.Users, err = h.addPeople(ctx, begin); err != nil {
		return made, err
	}
	users, err := h.People.Users(ctx, access.Console)
	if err != nil {
		return made, err
	}
	var sessions [][]programme.SessionID
	if withMatters {
		if sessions, err = h.planProgrammes(ctx, users, begin, now); err != nil {
			return made, err
		}
		c, err := h.runCampaign(ctx, users, begin, now)
		if err == nil {
			err = h.serve(ctx, c, begin, now)
		}
		if err != nil {
			return made, err
		}
		h.came = string(c.Code)
	}
	if err := h.playAll(ctx, users, all, now); err != nil {
		return made, err
	}
	if err := h.writeUp(ctx, users, sessions); err != nil {
		return made, err
	}
	if i := slices.IndexFunc(list, func(m *told) bool { return m.Enter }); i >= 0 {
		made.Receipt = list[i].receipt.LettersGrouped()
	}
	return made, nil
}

func (h House) staffed(at time.Time) bool {
	_, now := h.Pack.NextStaffed(at)
	return now
}

// playAll does every step at its time, and between them what the program would have done by itself.
func (h House) playAll(ctx context.Context, people crew, all []event, now time.Time) error {
	for _, e := range all {
		if err := h.lapse(ctx, e.at); err != nil {
			return err
		}
		if err := h.play(ctx, people, e); err != nil {
			return fmt.Errorf("the made-up matter %q, %q: %w", e.told.Name, e.step.Do, err)
		}
	}
	if err := h.lapse(ctx, now); err != nil || len(all) == 0 {
		return err
	}
	if err := h.tell(ctx, people, now); err != nil {
		return err
	}
	return h.planRota(ctx, people, now)
}

// lapse moves the clock on and lets pass what has lapsed.
func (h House) lapse(ctx context.Context, now time.Time) error {
	h.Set(now)
	for {
		n, err := h.Triage.Recheck(ctx, access.System("triage.lapse"))
		if err != nil || n == 0 {
			return err
		}
	}
}

// submit takes the report in.
func (h House) submit(ctx context.Context, m *told) (err error) {
	in := h.Pack.Instrument(m.Form)
	if in == nil {
		return fmt.Errorf("there is no list of questions %q", m.Form)
	}
	area := ""
	if place := m.Answers["place"]; len(place) == 1 && h.Pack.AreaKnown(place[0]) {
		area = place[0]
	}
	m.receipt, m.desk = seal.NewReceipt(), h.Pack.DeskFor(area)
	came := ""
	if slices.Contains(cameBy, m.Form) {
		came = h.came
	}
	m.report, err = h.Report(ctx, intake.Submission{Receipt: m.receipt, Told: intake.Told{Instrument: in.ID, Version: in.Version,
		Pack: h.Pack.Code() + " " + h.Pack.Version(), Language: m.Lang, Reader: intake.Reader(in.Reader), Channel: intake.WebForm,
		Area: area, Campaign: came, Answers: m.Answers}})
	return err
}
