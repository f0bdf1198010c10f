package jurisdiction

import (
	"strings"
	"testing"

	"amparo/internal/education"
)

// TestEveryModuleOfThePackIsFoundWell, and what amparo pack check refuses in a file is found in it, whatever it is.
func TestEveryModuleOfThePackIsFoundWell(t *testing.T) {
	pack, files := demo(t), demoFiles(t)
	for file, one := range files {
		parts := strings.Split(file, "/")
		if len(parts) != 4 || parts[0] != educationDir {
			continue
		}
		key := education.Key{Audience: education.Audience(parts[2]), Topic: education.Topic(strings.TrimSuffix(parts[3], ".md"))}
		if _, found := pack.CheckModule(parts[1], key, one.Data, pack.Education()); len(found) != 0 {
			t.Errorf("%s: %v", file, found)
		}
	}
	key := education.Key{Audience: education.Everyone, Topic: education.Risks}
	good := string(files[risksMD].Data)
	for name, bad := range map[string]string{"no front matter": "x", "no YAML": "---\n a: [\n---\n", "another field": strings.Replace(good, "title:", "colour: red\ntitle:", 1), "control": good + "\x07",
		"a field twice": strings.Replace(good, "title:", "title: x\ntitle:", 1), "an anchor": strings.Replace(good, "title: ", "title: &a ", 1), "HTML": good + "\n<b>x</b>\n", "follows": strings.Replace(good, "version: 1", "version: 1\nfollows: 1", 1),
		"digits": good + "\n١\n"} {
		broken := demoFiles(t)
		broken[risksMD].Data = []byte(bad)
		_, problems := Load(broken, begin)
		if _, found := pack.CheckModule("en", key, []byte(bad), pack.Education()); len(found) == 0 || len(problems) == 0 {
			t.Errorf("%s: %v are found, pack check has %v", name, found, problems)
		}
	}
	if m, found := pack.CheckModule("xx", key, []byte(good), pack.Education()); m != nil || len(found) != 1 {
		t.Errorf("a language that the pack does not offer: %v", found)
	}
}

// TestALinkThatLeadsNowhere is one for the same readers, in the library that it would stand beside.
func TestALinkThatLeadsNowhere(t *testing.T) {
	pack, files := demo(t), demoFiles(t)
	key := education.Key{Audience: education.Everyone, Topic: education.Risks}
	alone := education.NewLibrary(nil)
	_, found := pack.CheckModule("en", key, files[risksMD].Data, alone)
	if len(found) == 0 || found[0].Code != FindLink || found[0].Field != BodyField || found[0].Params[1] != "how_to_report" {
		t.Errorf("%v", found)
	}
}

// TestHardWordsOfThePack are refused by pack check, by file and word.
func TestHardWordsOfThePack(t *testing.T) {
	files := demoFiles(t)
	edit(t, files, "education/fr/everyone/risks.md", "\n## ", "\nToutefois, nous parlons.\n\n## ")
	pack, problems := Load(files, begin)
	if pack != nil || len(problems) != 1 || problems[0].File != "education/fr/everyone/risks.md" || !strings.Contains(problems[0].Message, "toutefois") {
		t.Errorf("%v", problems)
	}
}

// TestModuleLimits are those of the schema.
func TestModuleLimits(t *testing.T) {
	for field, want := range map[string][3]int{"title": {60, 0, 0}, "easy": {0, 4, 8}, "easy.say": {120, 0, 0}, "check.answers": {0, 2, 3}, "check.answers.because": {300, 0, 0}, "skills": {240, 2, 4}, "nothing": {}} {
		longest, least, most := ModuleLimits(field)
		if got := [3]int{longest, least, most}; got != want {
			t.Errorf("%s: %v, not %v", field, got, want)
		}
	}
}
