package admin

import (
	"context"
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/page"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

const rulesPath = "/rules"

// How much a page simulates; the command line goes over everything.
const (
	mostReports = 2000
	mostMoves   = 100
	sinceDays   = 90 // of reports that have come in, when nobody says otherwise
)

// addRules adds the pages of the rules of priority.
func (a *pages) addRules(site *staff.Site) {
	one := rulesPath + "/{id}"
	site.AddPlace(staff.Place{Text: "admin.rules", Href: rulesPath, Action: access.RulesSimulate, Count: a.waiting, CountWords: "admin.rules_waiting"})
	site.Handle("GET "+rulesPath, func(v *staff.Visit) error { return a.showRules(v, rulesForm{}, nil) })
	site.Handle("POST "+rulesPath+"/simulate", a.trial)
	site.Handle("POST "+rulesPath+"/propose", a.propose)
	site.Handle("POST "+rulesPath+"/withdrawal", a.withdraw)
	site.Handle("GET "+one, func(v *staff.Visit) error { return a.showProposal(v, nil) })
	site.Handle("POST "+one+"/adopt", a.end("rules_adopted", func(v *staff.Visit, id rulebook.ProposalID) error {
		return a.Triage.Rulebook.Adopt(v.Context(), v.Actor, id)
	}))
	site.Handle("POST "+one+"/decline", a.end("rules_declined", func(v *staff.Visit, id rulebook.ProposalID) error {
		return a.Triage.Rulebook.Decline(v.Context(), v.Actor, id, v.Field("reason"))
	}))
	site.Handle("POST "+one+"/take-back", a.end("rules_taken_back", func(v *staff.Visit, id rulebook.ProposalID) error {
		return a.Triage.Rulebook.TakeBack(v.Context(), v.Actor, id)
	}))
}

// waiting is how many proposals wait for somebody to decide.
func (a *pages) waiting(ctx context.Context, actor access.Actor) (int, error) {
	return a.Triage.Rulebook.ProposalsWaiting(ctx, actor)
}

// A rulesForm is what the form on the page of the rules has brought.
type rulesForm struct {
	pack      bool // the pack's own rules are meant
	problems  []ruleset.Problem
	simulated *triage.Simulation
	since     time.Time // from when on it went over reports
}

// A rulesView is the page of the rules.
type rulesView struct {
	InUse     []page.SummaryRow
	Unfit     string // why the adopted rules do not count
	Moved     string // that the pack has moved on
	Waits     *waitsView
	Text      page.Textarea
	Since     page.Input
	Why       page.Textarea
	Problems  []ruleset.Problem // in English, as the program that reads the text says them
	Simulated *simulationView
	Pack      bool // what is simulated are the pack's own rules
	Propose   bool // the person may propose what was simulated
	Back      bool // there is something to go back from
	Past      *page.Table
}

// A waitsView says that a proposal waits.
type waitsView struct{ Words, Href string }

// showRules shows by which rules reports are assessed, what waits, and the form that tries others, with what was typed.
func (a *pages) showRules(v *staff.Visit, in rulesForm, refused error) error {
	list, err := a.Triage.Rulebook.Proposals(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	use, err := a.inUse(v)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("admin.rules"))
	f.Errors = page.ErrorsOf(v.Words, refused)
	data := rulesView{InUse: a.useRows(v, use), Pack: in.pack, Back: use.Adopted != nil && use.Adopted.Kind == rulebook.Adopt && (use.Unfit != "" || !use.FromPack())}
	if use.Unfit != "" {
		data.Unfit = v.T("admin.rules_unfit", "Adopted", use.Adopted.Name, "Pack", use.Pack)
	}
	if use.PackMoved() {
		data.Moved = v.T("admin.rules_moved", "Adopted", use.RuleSet, "Pack", use.Pack)
	}
	data.Waits, data.Past = a.proposals(v, list)
	data.Propose = access.May(v.Actor, access.RulesPropose) && data.Waits == nil
	a.fillRules(v, &data, in, f.Errors)
	return v.Render(httpx.StatusOf(refused), "admin_rules", f, data)
}

// fillRules fills the form, and what was simulated.
func (a *pages) fillRules(v *staff.Visit, data *rulesView, in rulesForm, wrong page.Errors) {
	since := v.Field("since")
	if v.R.Method == http.MethodGet {
		since = a.sinceDay().Format(time.DateOnly)
	}
	data.Text = page.Textarea{Name: "rules", Label: v.T("admin.rules_text"), Hint: v.T("admin.rules_text_hint"), Error: wrong.Of("rules"),
		Value: v.R.PostForm.Get("rules"), Rows: 16}
	data.Since = page.Input{Name: "since", Label: v.T("admin.rules_since"), Hint: v.T("admin.rules_since_hint"), Error: wrong.Of("since"),
		Value: since, Type: "date", Width: 12, LTR: true, Optional: true}
	data.Why = page.Textarea{Name: "why", Label: v.T("admin.rules_why"), Hint: v.T("admin.rules_why_hint"), Error: wrong.Of("why"),
		Value: v.R.PostForm.Get("why"), Rows: 3, Max: rulebook.LongestReason}
	data.Problems = in.problems
	if in.simulated != nil {
		s := a.simulation(v, *in.simulated, in.since)
		data.Simulated = &s
	}
}

func (a *pages) inUse(v *staff.Visit) (use rulebook.InUse, err error) {
	err = a.Store.Read(v.Context(), func(tx store.Tx) (err error) {
		use, err = a.Triage.Rulebook.RulesInUse(v.Context(), tx)
		return err
	})
	return use, err
}

// sinceDay is the beginning of the day from which on a simulation goes over reports, when nobody says otherwise.
func (a *pages) sinceDay() time.Time {
	return a.Clock.Now().In(a.Pack.Zone()).AddDate(0, 0, -sinceDays)
}

// trial simulates what was typed, or the pack's own rules.
func (a *pages) trial(v *staff.Visit) error {
	in, err := a.try(v, v.Field("pack") == "yes")
	if err != nil && !again(err) || fault.CodeOf(err) == fault.CodeForbidden {
		return err
	}
	return a.showRules(v, in, err)
}

// try checks and simulates what the form brings. What is wrong with it is the error; the problems of a rule set are in the form too.
func (a *pages) try(v *staff.Visit, pack bool) (in rulesForm, err error) {
	in.pack = pack
	set := a.Triage.Rulebook.PackRules()
	if !pack {
		if set, in.problems, err = a.Triage.Rulebook.CheckRules(v.Context(), v.Actor, v.R.PostForm.Get("rules")); err != nil {
			return in, err
		}
	}
	wrong := fault.New(fault.Invalid, "fault.form")
	if len(in.problems) > 0 {
		wrong.With("rules", rulebook.CodeRulesInvalid)
	}
	if day := v.Field("since"); day != "" {
		var ok bool
		if in.since, ok = a.day(day); !ok {
			wrong.With("since", "fault.log_day")
		}
	}
	if wrong.Wrong() {
		return in, wrong
	}
	s, err := a.Triage.Simulate(v.Context(), v.Actor, triage.SimulateInput{Set: set, Since: in.since, Reports: mostReports, Moves: mostMoves})
	in.simulated = &s
	return in, err
}

// propose proposes what was typed. What is refused is shown again with the simulation, so that nothing is lost.
func (a *pages) propose(v *staff.Visit) error {
	id, err := a.Triage.Rulebook.Propose(v.Context(), v.Actor, rulebook.ProposeInput{Rules: v.R.PostForm.Get("rules"), Why: v.Field("why")})
	return a.proposed(v, id, false, err)
}

// withdraw proposes to go back to the pack's own rules.
func (a *pages) withdraw(v *staff.Visit) error {
	id, err := a.Triage.Rulebook.ProposeWithdrawal(v.Context(), v.Actor, v.Field("why"))
	return a.proposed(v, id, true, err)
}

func (a *pages) proposed(v *staff.Visit, id rulebook.ProposalID, pack bool, err error) error {
	if err == nil {
		return v.Done(proposalPath(id), "rules_proposed")
	}
	if !again(err) || fault.CodeOf(err) == fault.CodeForbidden {
		return err
	}
	in, wrong := a.try(v, pack)
	if wrong != nil && !again(wrong) {
		return wrong
	}
	return a.showRules(v, in, err)
}

func proposalPath(id rulebook.ProposalID) string { return rulesPath + "/" + string(id) }

// useRows say by which rules reports are assessed, and since when.
func (a *pages) useRows(v *staff.Visit, use rulebook.InUse) []page.SummaryRow {
	row := func(key string, values ...string) page.SummaryRow {
		return page.SummaryRow{Key: v.T(key), Values: values}
	}
	source := v.T("admin.rules_of_pack")
	if !use.FromPack() {
		source = v.T("admin.rules_of_two")
	}
	rows := []page.SummaryRow{row("admin.rules_in_use", use.RuleSet, source)}
	if !use.FromPack() {
		rows = append(rows, row("admin.rules_pack", use.Pack))
	}
	if p := use.Adopted; p != nil {
		key := "admin.rules_adopted"
		if p.Kind == rulebook.Withdraw {
			key = "admin.rules_withdrawn"
		}
		rows = append(rows, row(key, v.T("admin.rules_two", "Proposer", a.Name(v.Context(), p.ProposedBy), "Adopter", a.Name(v.Context(), p.DecidedBy)),
			v.Words.Date(p.Decided, a.Pack.Zone())))
	}
	return rows
}

// proposals tells what waits, and lists all that were.
func (a *pages) proposals(v *staff.Visit, list []rulebook.Proposal) (waits *waitsView, past *page.Table) {
	if len(list) == 0 {
		return nil, nil
	}
	past = &page.Table{Caption: v.T("admin.rules_past"), Columns: []page.Column{{Text: v.T("admin.rules_set")}, {Text: v.T("admin.rules_state")},
		{Text: v.T("admin.rules_proposed_by")}, {Text: v.T("admin.rules_decided_by")}}}
	for _, p := range list {
		if p.State == rulebook.Proposed {
			waits = &waitsView{v.T("admin.rules_waits", "Name", a.Name(v.Context(), p.ProposedBy), "Rules", p.Name), proposalPath(p.ID)}
		}
		decided := page.Cell{Text: v.T("admin.nobody_yet")}
		if !p.Decided.IsZero() {
			decided = page.Cell{Text: a.Name(v.Context(), p.DecidedBy), When: p.Decided, Note: p.Reason}
		}
		state := stateTag(v, p)
		past.Rows = append(past.Rows, []page.Cell{{Text: p.Name, Href: proposalPath(p.ID), Note: v.T("admin.rules_kind_" + string(p.Kind))}, {Tag: &state},
			{Text: a.Name(v.Context(), p.ProposedBy), When: p.Proposed, Note: p.Why}, decided})
	}
	return waits, past
}

var stateTones = map[rulebook.ProposalState]string{rulebook.Proposed: "soon", rulebook.Adopted: "good"}

func stateTag(v *staff.Visit, p rulebook.Proposal) page.Tag {
	tone := stateTones[p.State]
	if tone == "" {
		tone = "quiet"
	}
	return page.Tag{Text: v.T("admin.rules_state_" + string(p.State)), Tone: tone}
}

// A proposalView is the page of one proposal.
type proposalView struct {
	Name      string
	Path      string
	About     []page.SummaryRow
	Rules     string
	Simulated *simulationView
	Decide    bool // the person may adopt or decline it
	Own       bool // the person has proposed it
	Alone     bool // the person may decide on proposals, and has made this one
	Waits     bool
	Reason    page.Textarea
}

// showProposal shows a proposal; while it waits, with what it would move as things are now.
func (a *pages) showProposal(v *staff.Visit, refused error) error {
	p, err := a.Triage.Rulebook.Proposal(v.Context(), v.Actor, proposalAsked(v))
	if err != nil {
		return err
	}
	f := v.Frame(v.T("admin.rules_proposal"))
	f.Errors, f.Back = page.ErrorsOf(v.Words, refused), &page.Back{Href: rulesPath}
	own, may := p.ProposedBy == v.Actor.ID, access.May(v.Actor, access.RulesAdopt)
	data := proposalView{Name: p.Name, Path: proposalPath(p.ID), About: a.aboutProposal(v, p), Rules: p.Rules, Waits: p.State == rulebook.Proposed,
		Own: own, Decide: may && !own, Alone: may && own,
		Reason: page.Textarea{Name: "reason", Label: v.T("admin.rules_decline_why"), Hint: v.T("admin.rules_why_hint"), Error: f.Errors.Of("reason"),
			Value: v.R.PostForm.Get("reason"), Rows: 3, Max: rulebook.LongestReason}}
	if data.Waits {
		if data.Simulated, err = a.simulateProposal(v, p); err != nil {
			return err
		}
	}
	return v.Render(httpx.StatusOf(refused), "admin_proposal", f, data)
}

// simulateProposal simulates what is proposed; nil when it can no longer be used.
func (a *pages) simulateProposal(v *staff.Visit, p rulebook.Proposal) (*simulationView, error) {
	set := a.Triage.Rulebook.PackRules()
	if p.Kind == rulebook.Adopt {
		var err error
		if set, _, err = a.Triage.Rulebook.CheckRules(v.Context(), v.Actor, p.Rules); err != nil || set == nil {
			return nil, err
		}
	}
	s, err := a.Triage.Simulate(v.Context(), v.Actor, triage.SimulateInput{Set: set, Since: a.sinceDay(), Reports: mostReports, Moves: mostMoves})
	view := a.simulation(v, s, a.sinceDay())
	return &view, err
}

func (a *pages) aboutProposal(v *staff.Visit, p rulebook.Proposal) []page.SummaryRow {
	row := func(key string, values ...string) page.SummaryRow {
		return page.SummaryRow{Key: v.T(key), Values: values}
	}
	rows := []page.SummaryRow{row("admin.rules_set", p.Name, v.T("admin.rules_kind_"+string(p.Kind))), row("admin.rules_state", stateTag(v, p).Text),
		row("admin.rules_proposed_by", a.Name(v.Context(), p.ProposedBy), v.Words.Date(p.Proposed, a.Pack.Zone())), row("admin.rules_why", p.Why)}
	if !p.Decided.IsZero() {
		rows = append(rows, row("admin.rules_decided_by", a.Name(v.Context(), p.DecidedBy), v.Words.Date(p.Decided, a.Pack.Zone())))
	}
	if p.Reason != "" {
		rows = append(rows, row("admin.rules_decline_why", p.Reason))
	}
	return rows
}

// proposalAsked is the id in the address; empty, which is none's, when it cannot be one.
func proposalAsked(v *staff.Visit) rulebook.ProposalID {
	id := v.R.PathValue("id")
	if ident.Check(id) != nil {
		return ""
	}
	return rulebook.ProposalID(id)
}

// end ends a proposal, and says what was done; what is refused is said above the form that asked.
func (a *pages) end(done string, change func(v *staff.Visit, id rulebook.ProposalID) error) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		id := proposalAsked(v)
		err := change(v, id)
		if err == nil {
			return v.Done(rulesPath, done)
		}
		if !again(err) || fault.CodeOf(err) == fault.CodeForbidden {
			return err
		}
		return a.showProposal(v, err)
	}
}
