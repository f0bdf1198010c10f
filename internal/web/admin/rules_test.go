package admin_test

import (
	"context"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/grant"
	"amparo/internal/page/browsertest"
	"amparo/internal/report"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
	"amparo/packs"
)

// rulesWith is the demo's rule set with pieces of its text replaced.
func rulesWith(t *testing.T, pairs ...string) string {
	t.Helper()
	raw, err := fs.ReadFile(packs.FS, "demo/ruleset.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the rule set does not say %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// raised are rules by which not knowing raises further.
func raised(t *testing.T) string {
	return rulesWith(t, "version: 1.0.0", "version: 1.1.0", "at_least: P3, nothing_answered: P3", "at_least: P2, nothing_answered: P2")
}

// propose has somebody propose rules.
func propose(h *stafftest.House, who, rules string) rulebook.ProposalID {
	h.T.Helper()
	id, err := h.Triage.Rulebook.Propose(h.T.Context(), h.Actor(who), rulebook.ProposeInput{Rules: rules, Why: "What is not known weighs more."})
	must(h, err)
	return id
}

func inUse(h *stafftest.House) (name string) {
	h.T.Helper()
	set, err := h.Triage.Rulebook.Now(h.T.Context())
	must(h, err)
	return set.Name()
}

func stands(h *stafftest.House, id report.ID) (s triage.Standing) {
	h.T.Helper()
	h.Read(func(ctx context.Context, tx store.Tx) (err error) {
		s, err = triage.Now(ctx, tx, string(id))
		return err
	})
	return s
}

// short is what the desk calls a report.
func short(id report.ID) string { return strings.ToUpper(string(id)[len(id)-5:]) }

// TestTwoPeopleChangeTheRules goes the whole way: tried, proposed, seen by the other person, adopted, in use.
func TestTwoPeopleChangeTheRules(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		calm, urgent := h.Report(nil), h.Report(map[string][]string{"danger": {"yes"}})
		salma, adam := h.SignIn("salma"), h.SignIn("adam")
		p := salma.Get("/rules").Wants(http.StatusOK, "demo-csea 1.0.0", "The country’s own, from its pack")
		if p.Has("Propose these rules") || p.Has("Go back to") {
			t.Error("there is something to propose before anything was tried")
		}
		p = p.Submit("/rules/simulate", "rules", strings.ReplaceAll(raised(t), "\n", "\r\n"), "since", "").Wants(http.StatusOK,
			"demo-csea 1.1.0 compared with demo-csea 1.0.0", "2 reports were scored with both", "1 would become more urgent", "0 would become less urgent",
			"From P3", "1 open report would be raised at once", "Raises: The rule for what is not known", "Up, P3 to P2", short(calm))
		if p.Has(short(urgent)) {
			t.Error("what does not move is listed")
		}
		p = p.Browser().Send("/rules/propose", p.Hidden("/rules/simulate")).Wants(http.StatusBadRequest, "Say why", "1 would become more urgent")
		form := p.Hidden("/rules/simulate")
		if !strings.Contains(form.Get("rules"), "version: 1.1.0") {
			t.Error("what was typed is lost")
		}
		form.Set("why", "What is not known weighs more.")
		at := p.Browser().Send("/rules/propose", form)
		p = at.Follow().Wants(http.StatusOK, "Your proposal waits for an administrator", "1 would become more urgent", "An administrator who has not proposed it decides")
		if p.Form(strings.Split(at.Location, "?")[0]+"/adopt") != nil || inUse(h) != "demo-csea 1.0.0" {
			t.Error("one person has changed the rules")
		}
		p = adam.Get("/rules").Wants(http.StatusOK, "Salma Idris has proposed demo-csea 1.1.0", "1 proposal waits")
		p = p.Browser().Get(strings.Split(at.Location, "?")[0]).Wants(http.StatusOK, "2 reports were scored with both", "1 would become more urgent",
			"What is not known weighs more.", "Single reports are not listed here")
		if p.Has(short(calm)) || strings.Contains(p.Body, string(calm)) {
			t.Error("an administrator is shown a report")
		}
		p.Submit(strings.Split(at.Location, "?")[0]+"/adopt").Follow().Wants(http.StatusOK, "These rules count from the next assessment on",
			"Adopted here, in place of the country’s own", "Proposed by Salma Idris, decided by Adam Rashid")
		if inUse(h) != "demo-csea 1.1.0" || stands(h, h.Report(nil)).Priority != ruleset.P2 {
			t.Errorf("%s is in use", inUse(h))
		}
		if list := entries(h, audit.Filter{Actor: h.ID("adam"), Action: access.RulesAdopt, Outcome: audit.Done}); len(list) != 1 || list[0].Detail["rule_set"] != "demo-csea 1.1.0" {
			t.Errorf("the log says %+v", list)
		}
		goBack(t, h, salma, adam)
	})
}

// goBack has the two go back to the pack's rules.
func goBack(t *testing.T, h *stafftest.House, salma, adam *stafftest.Browser) {
	p := salma.Get("/rules").Wants(http.StatusOK, "Go back to the country’s own rules")
	p = p.Browser().Send("/rules/simulate", map[string][]string{"pack": {"yes"}}).Wants(http.StatusOK, "demo-csea 1.0.0 compared with demo-csea 1.1.0",
		"2 would become less urgent", "1 open report would be put lower. It keeps its priority until a supervisor lowers it.", "Raises no more")
	p = p.Submit("/rules/withdrawal", "why", "").Wants(http.StatusBadRequest, "Say why")
	at := p.Submit("/rules/withdrawal", "why", "Too many rise.")
	at.Follow().Wants(http.StatusOK, "To go back to the country’s own", "Too many rise.")
	path := strings.Split(at.Location, "?")[0]
	adam.Get(path).Submit(path+"/decline", "reason", "").Wants(http.StatusBadRequest, "Say why")
	adam.Get(path).Submit(path+"/adopt").Follow().Wants(http.StatusOK, "Gone back to the country’s own")
	if inUse(h) != "demo-csea 1.0.0" {
		t.Errorf("%s is in use", inUse(h))
	}
}

// TestRulesThatCannotBeUsed come back with every problem and its line, and with what was typed.
func TestRulesThatCannotBeUsed(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("salma")
		broken := rulesWith(t, "version: 1.0.0", "version: <b>x</b>", "P1: {from: 22}", "P1: {from: many}")
		for _, address := range []string{"/rules/simulate", "/rules/propose"} {
			p := b.Post(address, "rules", broken, "why", "because of this", "since", "").Wants(http.StatusBadRequest, "2 problems in the rule set",
				"Line 5: version: expected a version like", "Line 10: bands: P1: from: expected a whole number", "This rule set cannot be used")
			if form := p.Hidden("/rules/simulate"); !strings.Contains(form.Get("rules"), "version: <b>x</b>") || strings.Contains(p.Body, "<b>x</b>") {
				t.Errorf("%s: what was typed is lost, or is markup", address)
			}
			if p.Has("were scored with both") {
				t.Error("it is simulated")
			}
		}
		b.Post("/rules/simulate", "rules", rulesWith(t, "version: 1.0.0", "version: 1.1.0", "from: 5,", "from: 9,")).
			Wants(http.StatusBadRequest, "Line 16:", "not knowing may not count later")
		b.Post("/rules/simulate", "rules", raised(t), "since", "soon").Wants(http.StatusBadRequest, "This is not a day")
		b.Post("/rules/simulate", "rules", raised(t), "since", "2100-01-01").Wants(http.StatusOK, "0 reports were scored with both")
		b.Post("/rules/simulate", "rules", "").Wants(http.StatusBadRequest, "1 problem in the rule set")
		if list, err := h.Triage.Rulebook.Proposals(t.Context(), h.Actor("salma")); err != nil || len(list) != 0 {
			t.Errorf("%v: proposed: %v", err, list)
		}
	})
}

// TestProposalsAreDecidedOnce and by somebody else.
func TestProposalsAreDecidedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		id := string(propose(h, "salma", raised(t)))
		adam, salma := h.SignIn("adam"), h.SignIn("salma")
		salma.Post("/rules/propose", "rules", raised(t), "why", "again").Wants(http.StatusConflict, "Another proposal waits already")
		adam.Get("/rules/"+id).Submit("/rules/"+id+"/decline", "reason", "Too many rise.").Follow().Wants(http.StatusOK, "The proposal is declined", "Too many rise.", "Declined")
		adam.Post("/rules/" + id + "/adopt").Wants(http.StatusConflict)
		id = string(propose(h, "salma", raised(t)))
		h.SignIn("laila").Post("/rules/"+id+"/take-back").Wants(http.StatusForbidden, "Only whoever proposed this can take it back")
		salma.Get("/rules/"+id).Submit("/rules/"+id+"/take-back").Follow().Wants(http.StatusOK, "The proposal is taken back")
		adam.Get("/rules/" + strings.Repeat("0", 26)).Wants(http.StatusNotFound)
		adam.Get("/rules/x").Wants(http.StatusNotFound)
		if inUse(h) != "demo-csea 1.0.0" {
			t.Errorf("%s is in use", inUse(h))
		}
	})
}

// TestASimulationKeepsFromWhoMustNotKnow: the page of somebody with a conflict of interest has nothing of the report.
func TestASimulationKeepsFromWhoMustNotKnow(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		id := h.Report(nil)
		h.Write(func(ctx context.Context, tx store.Tx) error {
			by, err := access.Own(access.System("test"), "test")
			must(h, err)
			return grant.Exclude(ctx, tx, by, string(id), h.ID("salma"), grant.Declared)
		})
		p := h.SignIn("salma").Post("/rules/simulate", "rules", raised(t)).Wants(http.StatusOK, "0 reports were scored with both")
		if strings.Contains(p.Body, string(id)) || p.Has("not listed") {
			t.Error("the page hints at it")
		}
		h.SignIn("laila").Post("/rules/simulate", "rules", raised(t)).Wants(http.StatusOK, "1 report was scored with both", short(id))
	})
}

// TestRulesInTheBrowser looks at the pages of the rules, at a problem, a simulation and a proposal, in both directions of writing.
func TestRulesInTheBrowser(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		s := stafftest.NewScene(t, h)
		h.Report(nil)
		h.Report(map[string][]string{"danger": {"yes"}})
		h.Report(map[string][]string{"what": {"touch"}, "when": {"ongoing"}})
		typed := func(pairs ...string) func() {
			return func() { browsertest.Do(t, s.Ctx, chromedp.SetValue(chromedp.CSS("#rules"), rulesWith(t, pairs...))) }
		}
		for _, tag := range []string{"en", "ar"} {
			s.As("salma", tag)
			s.LookAt("rules-"+tag, "/rules")
			s.LookAt("rules-wrong-"+tag, "/rules", typed("P1: {from: 22}", "P1: {from: many}", "version: 1.0.0", "version: one"),
				s.Press("/rules/simulate", ".govuk-error-summary"))
			s.LookAt("rules-simulated-"+tag, "/rules", typed("version: 1.0.0", "version: 1.1.0", "at_least: P3, nothing_answered: P3",
				"at_least: P2, nothing_answered: P2", "ongoing: {points: 4", "ongoing: {points: 9"), s.Press("/rules/simulate", "#simulation"))
		}
		id := string(propose(h, "salma", raised(t)))
		for _, tag := range []string{"en", "ar"} {
			s.As("adam", tag)
			s.LookAt("rules-proposal-"+tag, "/rules/"+id)
		}
		must(h, h.Triage.Rulebook.Adopt(t.Context(), h.Actor("adam"), rulebook.ProposalID(id)))
		s.As("salma", "ar")
		s.LookAt("rules-adopted-ar", "/rules")
	})
}

// TestRulesByKeyboardWithoutScripts adopts a proposal with keys alone and no script.
func TestRulesByKeyboardWithoutScripts(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		s := stafftest.NewScene(t, h)
		propose(h, "salma", raised(t))
		browsertest.Scripts(t, s.Ctx, false)
		browsertest.Resize(t, s.Ctx, 320, 800)
		s.As("adam", "en")
		s.Visit("/rules")
		s.TabTo("/rules/" + string(first(t, h)))
		s.Type(kb.Enter)
		s.Says("From the next assessment on")
		s.TabTo("SUMMARY")
		s.TabTo("BUTTON")
		s.Type(kb.Enter)
		s.Says("These rules count from the next assessment on")
		if inUse(h) != "demo-csea 1.1.0" {
			t.Errorf("%s is in use", inUse(h))
		}
	})
}

// first is the latest proposal.
func first(t *testing.T, h *stafftest.House) rulebook.ProposalID {
	t.Helper()
	list, err := h.Triage.Rulebook.Proposals(t.Context(), h.Actor("adam"))
	if err != nil || len(list) == 0 {
		t.Fatal(err, list)
	}
	return list[0].ID
}
