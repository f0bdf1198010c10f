package jurisdiction

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"amparo/internal/education"
)

const (
	educationDir  = "education" // may be left out of a pack
	limitsYAML    = "education/limits.yaml"
	signpostYAML  = "education/signposts.yaml"  // may be left out, too
	programmeYAML = "education/programmes.yaml" // and this
	maxModules    = 2000
)

// Education gives the modules of the country; an empty library when it has none.
func (p *Pack) Education() *education.Library { return p.library }

// EducationRequired says which modules there must be.
func (p *Pack) EducationRequired() []education.Required { return slices.Clone(p.teaching.Required) }

// EducationLimits are what a module is measured by.
func (p *Pack) EducationLimits() education.Limits { return p.teaching }

// signpostFile is education/signposts.yaml.
type signpostFile struct {
	ReviewedBy Words          `yaml:"reviewed_by"`
	Signposts  []signpostItem `yaml:"signposts"`
}

type signpostItem struct {
	Audience education.Audience `yaml:"audience"`
	Place    education.Place    `yaml:"place"`
	Headline Words              `yaml:"headline"`
	First    Words              `yaml:"first"`
	Second   Words              `yaml:"second"`
}

// Signposts gives what others may put where people are, in the language.
func (p *Pack) Signposts(lang string) (list []education.Signpost) {
	for _, item := range p.signposts.Signposts {
		list = append(list, education.Signpost{Audience: item.Audience, Place: item.Place,
			Headline: p.say(item.Headline, lang), Lines: [2]string{p.say(item.First, lang), p.say(item.Second, lang)}})
	}
	return list
}

// SignpostSaid tells whether a signpost has words of its own in a language, which the country must offer.
func (p *Pack) SignpostSaid(code, lang string) bool {
	if p.Language(lang) != lang {
		return false
	}
	for _, item := range p.signposts.Signposts {
		if (education.Signpost{Audience: item.Audience, Place: item.Place}).Code() == code {
			return item.Headline[lang] != "" && item.First[lang] != "" && item.Second[lang] != ""
		}
	}
	return false
}

// readSignposts reads education/signposts.yaml where there is one.
func (l *loader) readSignposts() {
	if _, err := fs.Lstat(l.fsys, signpostYAML); errors.Is(err, fs.ErrNotExist) {
		return
	}
	d, _ := l.document(signpostYAML)
	if d == nil || !l.conform(d, "education_signposts.json") || !l.into(d, &l.pack.signposts) {
		return
	}
	seen := map[string]bool{}
	for i, item := range l.pack.signposts.Signposts {
		code := education.Signpost{Audience: item.Audience, Place: item.Place}.Code()
		if seen[code] {
			l.at(d, to("signposts", i), "signposts: %s at %s stands twice; expected it once", item.Audience, item.Place)
		}
		seen[code] = true
	}
}

// programmeFile is education/programmes.yaml.
type programmeFile struct {
	ReviewedBy Words               `yaml:"reviewed_by"`
	Questions  []programmeQuestion `yaml:"questions"`
}

type programmeQuestion struct {
	Code      string               `yaml:"code"`
	Audiences []education.Audience `yaml:"audiences"`
	Ask       Words                `yaml:"ask"`
	Answers   []Words              `yaml:"answers"`
}

// ProgrammeQuestions gives what those who come to a programme for some readers are asked before and after, in the language; nil when the country has none.
func (p *Pack) ProgrammeQuestions(a education.Audience, lang string) (list []education.Asked) {
	for _, q := range p.programmes.Questions {
		if !slices.Contains(q.Audiences, a) {
			continue
		}
		one := education.Asked{Code: q.Code, Ask: p.say(q.Ask, lang)}
		for _, answer := range q.Answers {
			one.Answers = append(one.Answers, p.say(answer, lang))
		}
		list = append(list, one)
	}
	return list
}

// mostAsked is how many questions readers of one kind are asked: they fit on one sheet.
const mostAsked = 8

// readProgrammes reads education/programmes.yaml where there is one.
func (l *loader) readProgrammes() {
	if _, err := fs.Lstat(l.fsys, programmeYAML); errors.Is(err, fs.ErrNotExist) {
		return
	}
	d, _ := l.document(programmeYAML)
	if d == nil || !l.conform(d, "education_programmes.json") || !l.into(d, &l.pack.programmes) {
		return
	}
	seen, asked := map[string]bool{}, map[education.Audience]int{}
	for i, q := range l.pack.programmes.Questions {
		if seen[q.Code] {
			l.at(d, to("questions", i, "code"), "questions: %s stands twice; expected it once", q.Code)
		}
		seen[q.Code] = true
		for j, a := range q.Audiences {
			if asked[a]++; asked[a] == mostAsked+1 {
				l.at(d, to("questions", i, "audiences", j), "questions: %s are asked more than fits on a sheet; expected at most %d", a, mostAsked)
			}
		}
	}
}

// readEducation reads the folder education/ where there is one.
func (l *loader) readEducation() {
	var list []*education.Module
	if l.hasEducation {
		if d, _ := l.document(limitsYAML); d != nil {
			l.sound[limitsYAML] = l.conform(d, "education_limits.json") && l.into(d, &l.pack.teaching)
		}
		l.readSignposts()
		l.readProgrammes()
		for _, file := range l.modules() {
			if m := l.module(file); m != nil {
				list = append(list, m)
			}
		}
	}
	l.pack.library = education.NewLibrary(list)
	if l.sound[limitsYAML] && l.sound[profileYAML] {
		l.checkCoverage()
	}
}

// modules lists the files of education/, each of which lies in LANGUAGE/AUDIENCE/.
func (l *loader) modules() (files []string) {
	err := fs.WalkDir(l.fsys, educationDir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			l.report(clip(name), 1, "the folder cannot be read; expected a readable folder")
			return fs.SkipDir
		case entry.IsDir() || name == limitsYAML || name == signpostYAML || name == programmeYAML:
			return nil
		case len(files) == maxModules:
			l.report(educationDir, 1, "the folder has too many files; expected at most %d", maxModules)
			return fs.SkipAll
		}
		files = append(files, name)
		return nil
	})
	if err != nil {
		l.report(educationDir, 1, "the folder cannot be read; expected a readable folder")
	}
	return files
}

// module reads one module; nil when nobody can say which. One with problems is there as far as it goes, so that it is not missed as well.
func (l *loader) module(file string) *education.Module {
	m := &education.Module{}
	if !l.place(file, m) {
		return nil
	}
	data, ok := l.read(l.fsys, file)
	if !ok {
		return m
	}
	l.sum256(file, data)
	l.moduleOf(file, data, m)
	return m
}

// moduleOf reads a module from the bytes of its file, as far as it goes.
func (l *loader) moduleOf(file string, data []byte, m *education.Module) {
	front, body, ok := education.CutFront(data)
	if !ok {
		l.report(file, 1, "there is no front matter; expected it between two lines of ---, and the text after it")
		return
	}
	d := l.parse(file, front)
	if d == nil || !l.conform(d, "education_module.json") || !l.into(d, m) {
		return
	}
	l.docs[file] = d
	after := bytes.Count(front, []byte("\n")) + 1 // the lines before the body
	for i, line := range strings.Split(string(body), "\n") {
		l.proper(file, after+i+1, "the text", line, m.Language)
	}
	blocks, problems := education.ParseBody(body)
	for _, p := range problems {
		l.report(file, after+p.Line, "%s", p.Message)
	}
	m.Body, m.Text = blocks, string(body)
	l.checkModule(file, d, m, after)
}

// place takes from the path for whom, about what and in which language a module is.
func (l *loader) place(file string, m *education.Module) bool {
	parts := strings.Split(file, "/")
	name, markdown := strings.CutSuffix(path.Base(file), ".md")
	if len(parts) != 4 || !markdown {
		l.report(clip(file), 1, "this is no module; expected %s/LANGUAGE/AUDIENCE/TOPIC.md", educationDir)
		return false
	}
	m.Language, m.Audience, m.Topic = parts[1], education.Audience(parts[2]), education.Topic(name)
	switch {
	case l.sound[profileYAML] && !slices.Contains(l.pack.profile.Languages.offered(), m.Language):
		l.report(clip(file), 1, "the pack does not offer %q; expected one of its languages", clip(m.Language))
	case !slices.Contains(education.Audiences, m.Audience):
		l.report(clip(file), 1, "%q is no audience; expected one of %v", clip(parts[2]), education.Audiences)
	case !slices.Contains(education.Topics, m.Topic):
		l.report(clip(file), 1, "%q is no topic; expected one of %v", clip(name), education.Topics)
	default:
		return true
	}
	return false
}

// languageOf is the language of a module's file; empty for any other file.
func languageOf(file string) string {
	if parts := strings.Split(file, "/"); parts[0] == educationDir && len(parts) == 4 {
		return parts[1]
	}
	return ""
}

// checkModule measures a module, and looks where its links lead.
func (l *loader) checkModule(file string, d *document, m *education.Module, after int) {
	if _, err := time.Parse(time.DateOnly, m.ReviewBy); err != nil {
		l.at(d, to("review_by"), "review_by: %q is no day; expected one such as 2027-03-31", clip(m.ReviewBy))
	}
	first := l.pack.profile.Languages.Default
	switch {
	case !l.sound[profileYAML]:
	case m.Language == first && m.Follows != 0:
		l.at(d, to("follows"), "follows: a text in %q follows no other; expected no follows", first)
	case m.Language != first && m.Follows == 0:
		l.at(d, nil, "follows: it is missing; expected the version of the text in %q that this one says", first)
	}
	if !l.sound[limitsYAML] {
		return
	}
	for _, f := range l.pack.teaching.Check(m) {
		if f.Field != "" {
			l.at(d, to(f.Field), "%s: %s", f.Field, f.Message)
			continue
		}
		l.report(file, after+1, "%s", f.Message)
	}
}

// checkCoverage asks for the modules that there must be, and for where links lead.
func (l *loader) checkCoverage() {
	lib, d := l.pack.library, l.docs[limitsYAML]
	for i, r := range l.pack.teaching.Required {
		for j, language := range r.Languages {
			if !slices.Contains(l.pack.profile.Languages.offered(), language) {
				l.at(d, to("required", i, "languages", j), "required: the pack does not offer %q; expected one of its languages", clip(language))
				continue
			}
			for _, a := range r.Audiences {
				l.covers(d, to("required", i), language, a)
			}
		}
	}
	for _, language := range l.pack.profile.Languages.offered() {
		for _, a := range education.Audiences {
			for _, m := range lib.For(language, a) {
				l.checkLinks(m)
			}
		}
	}
}

func (l *loader) covers(d *document, at []string, language string, a education.Audience) {
	for _, t := range education.Topics {
		if l.pack.library.Module(language, education.Key{Audience: a, Topic: t}) == nil {
			l.at(d, at, "required: a module is missing; expected %s", moduleFile(language, a, t))
		}
	}
}

func moduleFile(language string, a education.Audience, t education.Topic) string {
	return path.Join(educationDir, language, string(a), string(t)+".md")
}

func (l *loader) checkLinks(m *education.Module) {
	for _, t := range m.Links() {
		if slices.Contains(education.Topics, t) && l.pack.library.Module(m.Language, education.Key{Audience: m.Audience, Topic: t}) == nil {
			l.report(moduleFile(m.Language, m.Audience, m.Topic), 1, "a link leads to %s, which is not there for these readers; expected a topic that is", t)
		}
	}
}

// liveEducation asks who has looked at each module, and whether it is time to look again.
func (l *loader) liveEducation(c *checker) {
	for _, language := range l.pack.profile.Languages.offered() {
		for _, a := range education.Audiences {
			for _, m := range l.pack.library.For(language, a) {
				d := l.docs[moduleFile(language, a, m.Topic)]
				if !m.Reviewed() {
					c.at(d, to("reviewed_by"), "reviewed_by: two people have not looked at it; expected the name of one for its language and of another for safeguarding")
				}
				if l.pack.start.Format(time.DateOnly) > m.ReviewBy {
					c.at(d, to("review_by"), "review_by: it was to be looked at again by %s; expected a day to come", m.ReviewBy)
				}
			}
		}
	}
}
