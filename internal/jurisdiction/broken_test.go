package jurisdiction

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/broken.golden anew")

// A breakage is one edit of the demo pack. One of its problems must be in the edited file, so many lines after the
// edited one; or where it says. The words of all its problems are in testdata/broken.golden.
type breakage struct {
	name, file, old, new string
	where                string
	lines                int
}

var breakages = []breakage{
	{name: "unknown name", file: profileYAML, old: "on_call: dcps", new: "on_call: dcps\non_cal: dcps", lines: 1},
	{name: "missing name", file: profileYAML, old: "time_zone: Asia/Nicosia\n", new: "", lines: -28},
	{name: "wrong type", file: profileYAML, old: "live: false", new: "live: maybe"},
	{name: "default language", file: profileYAML, old: "default: en", new: "default: pt"},
	{name: "language missing", file: profileYAML, old: "  ar: ديمولاند\n", new: "", lines: -2},
	{name: "language not offered", file: profileYAML, old: "  ar: ديمولاند\n", new: "  ar: ديمولاند\n  pt: Demo\n", lines: 1},
	{name: "French missing", file: messagesYAML, old: "      fr: Nous avons ton message.\n", new: "", lines: -3},
	{name: "Swahili missing in a list of questions", file: "instruments/about_me.yaml", old: "      sw: \"Je, uko hatarini sasa hivi?\"\n", new: "", lines: -4},
	{name: "picture unknown", file: "instruments/under_13.yaml", old: "            picture: bell\n", new: "            picture: sword\n"},
	{name: "picture of a page unknown", file: "instruments/under_13.yaml", old: "    picture: bell\n", new: "    picture: sword\n"},
	{name: "picture of a list of questions unknown", file: "instruments/past.yaml", old: "picture: clock\n", new: "picture: sword\n"},
	{name: "staff language twice", file: profileYAML, old: "staff: [en, ar]", new: "staff: [en, ar, ar]"},
	{name: "staff words in a language of the public alone", file: wordsYAML, old: "en: Immediate, ar: فوري", new: "en: Immediate, ar: فوري, fr: Immédiat"},
	{name: "staff words missing in one of theirs", file: checklistYAML, old: "      ar: تحقق من", new: "      fr: تحقق من"},
	{name: "digits that telephones do not show", file: contactsYAML, old: "من 8 إلى 20", new: "من ٨ إلى 20"},
	{name: "words that we do not use, in French", file: messagesYAML, old: "fr: Votre message est arrivé.", new: "fr: Un prédateur est arrivé."},
	{name: "words that we do not use, in Spanish", file: messagesYAML, old: "es: Su mensaje llegó.", new: "es: Un pederasta llegó."},
	{name: "words that we do not use, in Swahili", file: messagesYAML, old: "sw: Ujumbe wako umefika.", new: "sw: Mteja amefika."},
	{name: "progress says what was told, in Swahili", file: messagesYAML, old: "sw: Ujumbe wako umefika.", new: "sw: Tuliona picha zako."},
	{name: "a question of a programme that takes free words", file: programmeYAML, old: "  - code: child_whom\n", new: "  - code: child_whom\n    kind: text\n", lines: 1},
	{name: "a question of a programme without answers", file: programmeYAML, old: "  - code: work_duty\n", new: "  - code: work_open\n    audiences: [professional]\n    ask: { en: \"Why?\", fr: \"Pourquoi ?\", es: \"¿Por qué?\", ar: \"لماذا؟\", sw: \"Kwa nini?\" }\n  - code: work_duty\n"},
	{name: "an answer of a programme's question in four languages", file: programmeYAML, old: ", sw: \"Hapana\" }", new: " }"},
	{name: "a question of a programme stands twice", file: programmeYAML, old: "code: work_calm", new: "code: work_duty"},
	{name: "time zone", file: profileYAML, old: "Asia/Nicosia", new: "Mars/Olympus"},
	{name: "ages leave a gap", file: profileYAML, old: "from: 12, to: 14", new: "from: 13, to: 14"},
	{name: "ages end early", file: profileYAML, old: "child_under: 18", new: "child_under: 19"},
	{name: "emergency is no contact", file: profileYAML, old: "emergency: emergency", new: "emergency: nobody"},
	{name: "helpline of another kind", file: profileYAML, old: "helpline: child_line", new: "helpline: content_hotline"},
	{name: "exit target", file: profileYAML, old: "https://www.bbc.com/weather", new: "https://www.bbc.com/weather?from=help"},
	{name: "hours malformed", file: profileYAML, old: `"10:00-16:00"`, new: `"10-16"`},
	{name: "hours backwards", file: profileYAML, old: `"10:00-16:00"`, new: `"16:00-10:00"`},
	{name: "hours overlap", file: profileYAML, old: `"14:00-18:00"`, new: `"11:00-18:00"`},
	{name: "holiday that is no day", file: profileYAML, old: `"06-21"`, new: `"02-30"`},
	{name: "on call is no desk", file: profileYAML, old: "on_call: dcps", new: "on_call: hotline"},
	{name: "too long to answer a page", file: profileYAML, old: "answer_within: 5m", new: "answer_within: 2h"},
	{name: "kept for a time that is none", file: profileYAML, old: "content_only: 2y", new: "content_only: two years"},
	{name: "kept for longer than anybody lives", file: profileYAML, old: "content_only: 2y", new: "content_only: 101y"},
	{name: "a case is kept for too short a time", file: profileYAML, old: "closed_case: 10y", new: "closed_case: 364d"},
	{name: "a class that there is not", file: profileYAML, old: "  closed_case: 10y", new: "  closed_cases: 10y"},
	{name: "covers an unknown area", file: profileYAML, old: "covers: [XD-N]", new: "covers: [XD-Q]"},
	{name: "two desks for one place", file: profileYAML, old: "covers: [XD-N]", new: "covers: [everywhere]"},
	{name: "below the population floor", file: profileYAML, old: "population: 60000", new: "population: 19999"},
	{name: "inner larger than outer", file: profileYAML, old: "population: 60000", new: "population: 600000"},
	{name: "parent unknown", file: profileYAML, old: "code: XD-C-01, parent: XD-C", new: "code: XD-C-01, parent: XD-Z"},
	{name: "area stands twice", file: profileYAML, old: "code: XD-S-02", new: "code: XD-S-01"},
	{name: "qualification without words", file: profileYAML, old: "supervisor: [child_safeguarding,", new: "supervisor: [juggling,"},
	{name: "independent of itself", file: profileYAML, old: "independent: dcps", new: "independent: north_cps"},
	{name: "independent is no desk", file: profileYAML, old: "independent: dcps", new: "independent: hotline"},
	{name: "role unknown", file: profileYAML, old: "  supervisor: [", new: "  boss: ["},
	{name: "weight of a priority missing", file: profileYAML, old: "P3: 1, P4: 0.5 }", new: "P3: 1 }"},
	{name: "less urgent weighs more", file: profileYAML, old: "P3: 1, P4: 0.5 }", new: "P3: 1, P4: 2 }"},
	{name: "warned too late", file: profileYAML, old: "warn_cases: 20", new: "warn_cases: 26"},
	{name: "duty to nobody", file: profileYAML, old: "tell: cyber_unit", new: "tell: the_king"},
	{name: "outcome unknown", file: profileYAML, old: "not_in_scope,", new: "thrown_away,"},
	{name: "clock missing", file: targetsYAML, old: "  review:\n", new: "  reviews:\n"},
	{name: "priority missing", file: targetsYAML, old: "    P3: { within: 24h, runs: always }\n", new: "", lines: -3},
	{name: "time malformed", file: targetsYAML, old: "within: 15m", new: "within: soon"},
	{name: "nothing to promise", file: targetsYAML, old: "P4: { within: 72h,", new: "P4: { within: none,"},
	{name: "urgent waits longer", file: targetsYAML, old: "P2: { within: 2h,", new: "P2: { within: 5m,"},
	{name: "urgent in service time", file: targetsYAML, old: "P2: { within: 2h, runs: always", new: "P2: { within: 2h, runs: service"},
	{name: "escalation falls", file: targetsYAML, old: "percent: 150", new: "percent: 90"},
	{name: "escalation tells nobody", file: targetsYAML, old: "tell: service_lead", new: "tell: owner", lines: -3},
	{name: "contact without number", file: contactsYAML, old: "    phone: \"555-0140\"\n", new: "", lines: -9},
	{name: "contact number", file: contactsYAML, old: `"555-0150"`, new: `"call us"`},
	{name: "contact agency unknown", file: contactsYAML, old: "agency: harbour_clinic", new: "agency: hill_clinic"},
	{name: "helpline sleeps", file: contactsYAML, old: "    text: \"555-0117\"\n    always: true", new: "    text: \"555-0117\"\n    always: false", lines: 1},
	{name: "hotline takes notices in no way", file: contactsYAML, old: "      form: https://hotline.example/notice\n      email: notices@hotline.example\n", new: "", lines: -1},
	{name: "form of notices is no address", file: contactsYAML, old: "form: https://hotline.example/notice", new: "form: https://"},
	{name: "notices by mail to nowhere", file: contactsYAML, old: "email: notices@hotline.example", new: "email: notices"},
	{name: "outcome never asked for", file: contactsYAML, old: "outcome_within: 5d", new: "outcome_within: none"},
	{name: "no hotline takes notices", file: profileYAML, old: "notice_hotline: content_hotline", new: "notice_hotline: dcps"},
	{name: "helpline takes notices", file: contactsYAML, old: "    kind: hotline\n", new: "    kind: child_helpline\n", lines: 9},
	{name: "check holds too long", file: contactsYAML, old: "expires_in_days: 120", new: "expires_in_days: 161"},
	{name: "no check date", file: contactsYAML, old: "    expires_in_days: 300\n", new: "", lines: -12},
	{name: "verified by nobody", file: contactsYAML, old: "verified_by: [demo.one, demo.two]", new: "verified_by: []"},
	{name: "situation missing", file: messagesYAML, old: "    content_only:\n", new: "    content:\n"},
	{name: "no time promised", file: messagesYAML, old: "They will read it by {{.Due}}.", new: "They will read it soon."},
	{name: "place unknown", file: messagesYAML, old: "at {{.Agency}}", new: "at {{.CaseManager}}"},
	{name: "sentence too long for a child", file: messagesYAML, old: "Somebody is reading it.", new: "Somebody is reading it now and then they will talk with the others and come back to you later on."},
	{name: "progress says what was told", file: messagesYAML, old: "We have your message.", new: "We read about the pictures."},
	{name: "words that we do not use", file: wordsYAML, old: "Group or network", new: "Predator network"},
	{name: "words that we do not use, in Arabic", file: wordsYAML, old: "مجموعة أو شبكة", new: "شبكة إباحية"},
	{name: "how soon is not said", file: beforeYAML, old: "The next time a helper reads here: {{.NextStaffed}}.", new: "A helper reads here."},
	{name: "trigger unknown", file: checklistYAML, old: "triggers: [self_harm_risk], priorities", new: "triggers: [sadness], priorities"},
	{name: "suicide risk left out", file: checklistYAML, old: "    required_for: [P1, P2]\n", new: "", lines: -2},
	{name: "suicide risk no question", file: checklistYAML, old: "    answer: yes_no\n", new: "", lines: -3},
	{name: "raises nothing known", file: checklistYAML, old: "raises: self_harm_risk", new: "raises: sadness"},
	{name: "list missing", file: wordsYAML, old: "  relation:\n", new: "  relations:\n"},
	{name: "code without words", file: wordsYAML, old: "    moved_out_of_area:", new: "    moved_away:", where: "profile.yaml:245"},
	{name: "word empty", file: wordsYAML, old: "en: Immediate", new: `en: " "`},
	{name: "name stands twice", file: wordsYAML, old: "  outcome:\n", new: "  priority:\n"},
	{name: "not YAML", file: wordsYAML, old: "  outcome:\n", new: "\toutcome:\n"},
	{name: "alias", file: profileYAML, old: "code: demo\n", new: "code: &x demo\n"},
	{name: "tag", file: profileYAML, old: "code: demo\n", new: "code: !!binary ZGVtbw==\n"},
	{name: "second document", file: profileYAML, old: "time_zone:", new: "---\ntime_zone:"},
	{name: "control character", file: profileYAML, old: "code: demo\n", new: "code: demo\x00\n"},
	{name: "module name unknown", file: risksMD, old: "version: 1\n", new: "version: 1\nauthor: me\n", lines: 1},
	{name: "module picture unknown", file: risksMD, old: "picture: listen", new: "picture: sword"},
	{name: "module day that is none", file: risksMD, old: "review_by: 2027-11-01", new: "review_by: 2027-13-01"},
	{name: "module follows itself", file: risksMD, old: "version: 1\n", new: "version: 1\nfollows: 1\n", lines: 1},
	{name: "module follows nothing", file: "education/fr/everyone/risks.md", old: "follows: 1\n", new: "", where: "education/fr/everyone/risks.md:2"},
	{name: "module without front matter", file: risksMD, old: "---\n## Where", new: "## Where", where: risksMD + ":1"},
	{name: "module section missing", file: risksMD, old: "{#signs}", new: "{#marks}", where: risksMD + ":52"},
	{name: "module text with a picture", file: risksMD, old: "The internet is not the danger.", new: "![x](y.png)"},
	{name: "module text leads elsewhere", file: risksMD, old: "The internet is not the danger.", new: "[Go](https://example.org)."},
	{name: "module text with a word that we do not use", file: risksMD, old: "A person who does harm", new: "A predator"},
	{name: "module question that nothing fits", file: risksMD, old: "fits: true\n        because: Exactly.", new: "fits: false\n        because: Exactly.", where: risksMD + ":29"},
	{name: "module text for a telephone too long", file: risksMD, old: "Stay calm, listen, and ask for advice.", new: "Stay calm, listen… and ask.", where: risksMD + ":49"},
	{name: "module sentence too long", file: risksMD, old: "Much of this we can change together.", new: "Much of this we can change together if all of us look at it and talk about it with those who are near to us.", where: risksMD + ":52"},
	{name: "limits of an audience missing", file: limitsYAML, old: "  parent:\n", new: "  parents:\n"},
	{name: "module required in a language that is not offered", file: limitsYAML, old: "languages: [fr, es, sw]", new: "languages: [pt, es, sw]"},
	{name: "modules required and missing", file: limitsYAML, old: `languages: [fr, es, sw], audiences: ["10_12", everyone]`, new: "languages: [fr], audiences: [parent]"},
	{name: "rule set", file: ruleSetYAML, old: "id: demo-csea", new: "id: Demo CSEA"},
}

const risksMD = "education/en/everyone/risks.md"

func TestBroken(t *testing.T) {
	var said strings.Builder
	for _, b := range breakages {
		files := demoFiles(t)
		line := edit(t, files, b.file, b.old, b.new) + b.lines
		if b.where == "" {
			b.where = fmt.Sprintf("%s:%d", b.file, line)
		}
		pack, problems := Load(files, begin)
		if pack != nil {
			t.Errorf("%s: it loaded", b.name)
		}
		if !slices.ContainsFunc(problems, func(p Problem) bool { return strings.HasPrefix(p.String(), b.where+": ") }) {
			t.Errorf("%s: no problem at %s: %v", b.name, b.where, problems)
		}
		fmt.Fprintf(&said, "# %s\n", b.name)
		for _, p := range problems {
			fmt.Fprintln(&said, p.Under("packs/demo"))
			if !strings.Contains(p.Message, "expected") {
				t.Errorf("%s: does not say what is expected: %s", b.name, p)
			}
		}
	}
	golden(t, "testdata/broken.golden", said.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("not as in %s:\n%s", file, got)
	}
}
