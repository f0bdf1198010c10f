package jurisdiction

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"amparo/internal/education"
)

// TestModulesLieWhereTheyBelong: a file that nobody would find is refused, and so is a folder that is none.
func TestModulesLieWhereTheyBelong(t *testing.T) {
	for _, file := range []string{"education/risks.md", "education/en/risks.md", "education/en/everyone/other.md", "education/en/nobody/risks.md",
		"education/pt/everyone/risks.md", "education/en/everyone/risks.txt", "education/en/everyone/deep/risks.md"} {
		files := demoFiles(t)
		files[file] = files[risksMD]
		pack, problems := Load(files, begin)
		if pack != nil || !slices.ContainsFunc(problems, func(p Problem) bool { return p.File == file && strings.Contains(p.Message, "expected") }) {
			t.Errorf("%s: %v", file, problems)
		}
	}
	files := demoFiles(t)
	for name := range files {
		if strings.HasPrefix(name, educationDir) {
			delete(files, name)
		}
	}
	pack, problems := Load(files, begin)
	if len(problems) > 0 || !pack.Education().Empty() {
		t.Errorf("a pack that teaches nothing: %v", problems)
	}
	files[educationDir] = &fstest.MapFile{Data: []byte("x")}
	if pack, problems = Load(files, begin); pack != nil || len(problems) != 1 || problems[0].File != educationDir {
		t.Errorf("a file in place of the folder: %v", problems)
	}
}

// TestLinksLeadSomewhere for the same readers.
func TestLinksLeadSomewhere(t *testing.T) {
	files := demoFiles(t)
	edit(t, files, "education/fr/everyone/risks.md", "\n## ", "\n[Ici](topic:roles_and_responsibilities).\n\n## ")
	delete(files, "education/fr/everyone/roles_and_responsibilities.md")
	edit(t, files, limitsYAML, `languages: [fr, es, sw]`, "languages: [es, sw]")
	pack, problems := Load(files, begin)
	if pack != nil || !slices.ContainsFunc(problems, func(p Problem) bool {
		return p.File == "education/fr/everyone/risks.md" && strings.Contains(p.Message, "roles_and_responsibilities")
	}) {
		t.Errorf("%v", problems)
	}
}

// TestModulesOfAChangedPackChangeItsHash, as every other file does.
func TestModulesOfAChangedPackChangeItsHash(t *testing.T) {
	files := demoFiles(t)
	edit(t, files, risksMD, "version: 1", "version: 2")
	changed, problems := Load(files, begin)
	if len(problems) > 0 || changed.Hash() == demo(t).Hash() {
		t.Errorf("%v", problems)
	}
	stale := 0
	for _, c := range changed.Education().Coverage([]string{"en", "ar", "fr", "es", "sw"}, changed.EducationRequired()) {
		if c.Stale {
			stale++
			if c.Key != (education.Key{Audience: education.Everyone, Topic: education.Risks}) || c.Language == "en" {
				t.Errorf("%+v", c)
			}
		}
	}
	if stale == 0 {
		t.Error("no translation is stale")
	}
}

// TestNobodyHasReviewedTheModules, and so the pack does not go live with them.
func TestNobodyHasReviewedTheModules(t *testing.T) {
	n := 0
	for _, p := range demo(t).LiveProblems() {
		if strings.HasPrefix(p.File, educationDir) {
			n++
		}
	}
	if n == 0 {
		t.Error("unreviewed modules are fit for real people")
	}
}

// TestTheSchemaKnowsTheDrawings holds the pictures of the schema to those that are drawn.
func TestTheSchemaKnowsTheDrawings(t *testing.T) {
	list, _ := schemaAt(schemaBase + "education_module.json#/properties/easy/items/properties/picture")["enum"].([]any)
	for _, name := range list {
		if !strings.HasPrefix(education.Drawing(name.(string)), "<svg ") {
			t.Errorf("%v is not drawn", name)
		}
	}
	if len(list) < 20 || education.Drawing("sword") != "" {
		t.Errorf("%d drawings", len(list))
	}
}

// TestWhatProgrammesAsk is said to whom it is for, in each language with as many answers; a pack may ask nothing.
func TestWhatProgrammesAsk(t *testing.T) {
	p := demo(t)
	for _, a := range education.Audiences {
		first := p.ProgrammeQuestions(a, "en")
		if len(first) == 0 {
			t.Errorf("%s are asked nothing", a)
		}
		for _, l := range p.Languages() {
			for i, q := range p.ProgrammeQuestions(a, l.Code) {
				if q.Code != first[i].Code || len(q.Answers) != len(first[i].Answers) || l.Code != "en" && q.Ask == first[i].Ask {
					t.Errorf("%s in %s: %+v", a, l.Code, q)
				}
			}
		}
	}
	files := demoFiles(t)
	delete(files, programmeYAML)
	bare, problems := Load(files, begin)
	if len(problems) > 0 || bare.ProgrammeQuestions(education.Parent, "en") != nil {
		t.Errorf("a pack that asks nothing: %v", problems)
	}
}
