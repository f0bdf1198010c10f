package jurisdiction

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestContacts(t *testing.T) {
	p := demo(t)
	emergency, helpline := p.Emergency("ar"), p.Helpline("en")
	if emergency.Number() != "555-0100" || !emergency.Always || emergency.Name != "خدمات الطوارئ" || !emergency.OpenAt(begin) {
		t.Errorf("emergency %+v", emergency)
	}
	if helpline.Kind != HelplineKind || helpline.Number() != "555-0116" {
		t.Errorf("helpline %+v", helpline)
	}
	if len(p.Contacts("en", begin)) != 7 || len(p.OverdueContacts("en", begin)) != 0 {
		t.Error("at the start not all contacts are good")
	}
	agency, _ := p.Contact("dcps", "en")
	if !agency.OpenAt(at(t, p.Zone(), "2026-03-04 12:00")) || agency.OpenAt(at(t, p.Zone(), "2026-03-08 12:00")) {
		t.Error("the agency answers at the wrong time")
	}
}

func TestOverdueContactsStayOrGo(t *testing.T) {
	p := demo(t)
	late := begin.AddDate(0, 0, 100)
	names := func(list []Contact) []string {
		var codes []string
		for _, c := range list {
			codes = append(codes, c.Code)
		}
		return codes
	}
	if got := names(p.Contacts("en", late)); !slices.Equal(got, []string{"emergency", "child_line"}) {
		t.Errorf("shown after 100 days: %v", got)
	}
	if got := names(p.OverdueContacts("en", late)); !slices.Equal(got, []string{"content_hotline", "turning_line", "dcps", "cyber_unit", "harbour_clinic"}) {
		t.Errorf("overdue after 100 days: %v", got)
	}
	later := begin.AddDate(1, 0, 0)
	if got := names(p.Contacts("en", later)); !slices.Equal(got, []string{"emergency", "child_line"}) || !p.Emergency("en").Overdue(later) {
		t.Errorf("after a year the emergency number is gone: %v", got)
	}
	edge := p.Emergency("en").ExpiresAt
	if p.Emergency("en").Overdue(edge.Add(-time.Second)) || !p.Emergency("en").Overdue(edge) {
		t.Error("overdue begins at the wrong time")
	}
}

// TestAnswerWithin reads how long a page has, and what it is where a pack says nothing.
func TestAnswerWithin(t *testing.T) {
	p := demo(t)
	for text, want := range map[string]time.Duration{"5m": 5 * time.Minute, "12m": 12 * time.Minute, "": 5 * time.Minute} {
		p.profile.AnswerWithin = text
		if got := p.AnswerWithin(); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func TestAreasAndDesks(t *testing.T) {
	p := demo(t)
	top := p.Areas("ar", "")
	if len(top) != 3 || top[0].Code != "XD-N" || top[0].Name != "الساحل الشمالي" || !top[0].Inner || top[0].Parent != "" {
		t.Errorf("top areas %+v", top)
	}
	if inner := p.Areas("en", "XD-N"); len(inner) != 3 || inner[0].Inner || inner[0].Parent != "XD-N" {
		t.Errorf("inner areas %+v", inner)
	}
	for area, want := range map[string]string{"XD-N": "north_cps", "XD-N-02": "north_cps", "XD-C-01": "dcps", "": "dcps", "XD-ZZ": "dcps"} {
		if got := p.DeskFor(area); got != want {
			t.Errorf("%q goes to %q, want %q", area, got, want)
		}
	}
	if !p.AreaKnown("XD-S-01") || p.AreaKnown("XD-S-99") || p.AreaKnown("") {
		t.Error("areas are known wrongly")
	}
	if a, ok := p.Agency("cyber_unit", "en"); !ok || a.RoleName != "Police" || a.Desk {
		t.Errorf("agency %+v", a)
	}
}

func TestCoverage(t *testing.T) {
	p := demo(t)
	for _, c := range []struct {
		agency, area string
		want         bool
	}{
		{"dcps", "XD-N-02", true}, {"dcps", "", true}, {"dcps", "XD-ZZ", true}, {"north_cps", "XD-N-02", true}, {"north_cps", "XD-N", true},
		{"north_cps", "XD-C-01", false}, {"north_cps", "", false}, {"harbour_clinic", "XD-C-02", true}, {"nobody", "XD-N", false},
	} {
		if got := p.Covers(c.agency, c.area); got != c.want {
			t.Errorf("%s covers %q: %v", c.agency, c.area, got)
		}
	}
}

// TestCaseload wants what the demo says, and the same where a country leaves it out.
func TestCaseload(t *testing.T) {
	want := Caseload{Points: map[string]float64{"P1": 3, "P2": 2, "P3": 1, "P4": 0.5}, WarnPoints: 15, WarnCases: 20, MostCases: 25}
	files := demoFiles(t)
	said := load(t, files).Caseload()
	_, from, _ := strings.Cut(string(files[profileYAML].Data), "caseload:\n")
	section, _, _ := strings.Cut(from, "\n\n")
	edit(t, files, profileYAML, "caseload:\n"+section, "")
	for name, got := range map[string]Caseload{"said": said, "left out": load(t, files).Caseload()} {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	edit(t, files, profileYAML, "duties_to_report:", "caseload: { points: { P1: 2, P2: 2, P3: 1, P4: 1 }, warn_points: 8, warn_cases: 5, most_cases: 5 }\nduties_to_report:")
	if got := load(t, files).Caseload(); got.MostCases != 5 || got.Points["P1"] != 2 {
		t.Errorf("a country's own: %+v", got)
	}
}

func TestQualifications(t *testing.T) {
	p := demo(t)
	if got := p.RequiredQualifications("case_manager"); len(got) != 5 || !slices.Contains(got, "csea_casework") {
		t.Errorf("a case manager needs %v", got)
	}
	if p.RequiredQualifications("auditor") != nil {
		t.Error("an auditor needs something")
	}
}

func TestAcknowledgements(t *testing.T) {
	p := demo(t)
	for _, offered := range p.Languages() {
		lang := offered.Code
		for _, r := range []Reader{Child, Adult} {
			for _, s := range []Situation{Danger, P1, P2, P3, P4, ContentOnly} {
				a := p.Acknowledgement(r, s, lang)
				said := a.Heading.Fill(values) + a.Next.Fill(values) + a.ByWhom.Fill(values) + a.ByWhen.Fill(values) + a.AnyTime.Fill(values)
				for _, want := range []string{values.Due, values.Agency, values.Helpline} {
					if !strings.Contains(said, want) {
						t.Errorf("%s %s %s does not say %q", lang, r, s, want)
					}
				}
			}
		}
	}
	if p.Acknowledgement(Child, "new", "en") != p.Acknowledgement(Child, P3, "en") {
		t.Error("a situation that is not known has other words than P3")
	}
	if p.Acknowledgement(Child, P1, "en").Next == p.Acknowledgement(Adult, P1, "en").Next {
		t.Error("children and adults read the same")
	}
	if b := p.Before(Adult, "ar"); len(b.Duties) != 3 || !strings.Contains(b.HowSoon.Fill(values), values.NextStaffed) {
		t.Errorf("before %+v", b)
	}
}

func TestChecklist(t *testing.T) {
	p := demo(t)
	codes := func(list []Item) string {
		var s []string
		for _, i := range list {
			s = append(s, fmt.Sprintf("%s=%v", i.Code, i.Required))
		}
		return strings.Join(s, " ")
	}
	got := codes(p.Checklist([]string{"extortion_deadline_within_24h"}, []string{"active_extortion"}, "P1", "en"))
	want := "safe_to_answer=false suicide_risk_asked=true named_professional=true keep_evidence=false do_not_pay=false " +
		"not_your_fault=false police_now=false acknowledge_in_person=false"
	if got != want {
		t.Errorf("extortion: got %s", got)
	}
	if got := codes(p.Checklist(nil, nil, "P4", "ar")); got != "safe_to_answer=false ask_what_is_missing=false" {
		t.Errorf("P4: got %s", got)
	}
	if got := codes(p.Checklist([]string{"self_harm_risk"}, nil, "P3", "en")); !strings.Contains(got, "suicide_risk_asked=false") {
		t.Errorf("self-harm at P3: got %s", got)
	}
}

func TestWordLists(t *testing.T) {
	p := demo(t)
	relations := p.List("relation", "en")
	if len(relations) != 23 || relations[0].Code != "parent" || relations[22].Code != "unknown" {
		t.Errorf("relations are not all there or out of order: %v", relations)
	}
	if len(p.ClosureReasons("ar")) != 14 || len(p.Outcomes("en")) != 6 || p.Word("outcome", "duplicate", "ar") == "duplicate" {
		t.Error("closure reasons or outcomes are wrong")
	}
	if p.Word("relation", "dragon", "en") != "dragon" || p.List("dragons", "en") != nil {
		t.Error("what is not there has words")
	}
}

func TestLiveProblems(t *testing.T) {
	problems := demo(t).LiveProblems()
	for _, want := range []string{
		"live: this pack is for demonstration",
		`reviewed_by: nobody has reviewed the words in "ar"`, `reviewed_by: nobody has reviewed the words in "sw"`,
		`contacts: the dates of "emergency" count from the start`,
	} {
		if !slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.Message, want) }) {
			t.Errorf("the demo pack could go live: %q is not said", want)
		}
	}
}

// TestUnreviewedWordsKeepAPackFromGoingLive marks every file as reviewed but one language of one file at a time.
func TestUnreviewedWordsKeepAPackFromGoingLive(t *testing.T) {
	reviews := regexp.MustCompile(`reviewed_by: \{.*`)
	reviewed := func() fstest.MapFS {
		files := demoFiles(t)
		for _, f := range files {
			f.Data = reviews.ReplaceAllFunc(f.Data, func(line []byte) []byte { return bytes.ReplaceAll(line, []byte(": none"), []byte(": A Person")) })
		}
		return files
	}
	waits := func(files fstest.MapFS) (list []string) {
		for _, p := range load(t, files).LiveProblems() {
			if strings.Contains(p.Message, "nobody has reviewed") {
				list = append(list, p.String())
			}
		}
		return list
	}
	if got := waits(reviewed()); len(got) > 0 {
		t.Fatalf("all is reviewed, and yet: %v", got)
	}
	for file, lang := range map[string]string{profileYAML: "sw", contactsYAML: "fr", messagesYAML: "es", beforeYAML: "sw", repliesYAML: "ar",
		"instruments/about_me.yaml": "fr", "instruments/worried.yaml": "sw", "instruments/under_13.yaml": "es", "instruments/past.yaml": "ar",
		"instruments/professional.yaml": "en", wordsYAML: "ar", checklistYAML: "en", targetsYAML: "ar"} {
		files := reviewed()
		edit(t, files, file, lang+": A Person", lang+": none")
		if got := waits(files); len(got) != 1 || !strings.HasPrefix(got[0], file+":") {
			t.Errorf("%s without %s: %v", file, lang, got)
		}
	}
	files := reviewed()
	edit(t, files, beforeYAML, "sw: A Person", `sw: " "`)
	if pack, _ := Load(files, begin); pack != nil {
		t.Error("a blank is the name of a person")
	}
}

// TestStaffLanguages holds which words are in the languages of staff alone, and what is said where they are asked for in another.
func TestStaffLanguages(t *testing.T) {
	p := demo(t)
	if got := p.StaffLanguages(); !slices.Equal(got, []string{"en", "ar"}) {
		t.Errorf("staff read %v", got)
	}
	if got := p.Word("priority", "P1", "fr"); got != "Immediate" {
		t.Errorf("in French a word of staff is %q", got)
	}
	if a, _ := p.Agency("dcps", "fr"); a.Name != "Service de protection de l’enfance de Demoland" || a.RoleName != "Child protection" {
		t.Errorf("the agency is %+v", a)
	}
	files := demoFiles(t)
	edit(t, files, profileYAML, "  staff: [en, ar]\n", "")
	if pack, problems := Load(files, begin); pack != nil || !slices.ContainsFunc(problems, func(p Problem) bool { return p.File == checklistYAML }) {
		t.Errorf("without staff every language that is offered is one of staff: %v", problems)
	}
}

// TestRetention reads for how long what is kept, in whole years by the calendar, and what holds where a pack says nothing.
func TestRetention(t *testing.T) {
	p := &Pack{profile: profile{Retention: map[string]string{"content_only": "3y", "not_in_scope": "30d"}}}
	end := time.Date(2028, 2, 29, 9, 0, 0, 0, time.UTC)
	for class, want := range map[string]time.Time{"content_only": time.Date(2031, 3, 1, 9, 0, 0, 0, time.UTC), "not_in_scope": end.AddDate(0, 0, 30),
		"insufficient_info": end.AddDate(0, 0, 90), "closed_case": time.Date(2038, 3, 1, 9, 0, 0, 0, time.UTC)} {
		keep, ok := p.Retention(class)
		if got := keep.After(end); !ok || !got.Equal(want) {
			t.Errorf("%s: until %s, want %s", class, got, want)
		}
		if keep.Before(want).After(end.AddDate(0, 0, 1)) {
			t.Errorf("%s: what began on %s is not over on %s", class, end, want)
		}
	}
	if _, ok := p.Retention("something"); ok {
		t.Error("a class that there is not is kept for a time")
	}
}
