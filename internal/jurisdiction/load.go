package jurisdiction

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"amparo/internal/instrument"
	"amparo/internal/ruleset"
)

// The files of a pack.
const (
	profileYAML   = "profile.yaml"
	targetsYAML   = "targets.yaml"
	contactsYAML  = "contacts.yaml"
	messagesYAML  = "acknowledgements.yaml"
	beforeYAML    = "before_you_start.yaml"
	checklistYAML = "checklists.yaml"
	wordsYAML     = "words.yaml"
	ruleSetYAML   = "ruleset.yaml"
	instruments   = "instruments"
)

// LoadDir is Load for a folder of the machine. Nothing outside the folder is read, whatever links it holds.
func LoadDir(dir string, start time.Time) (*Pack, []Problem) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, []Problem{{profileYAML, 1, "the folder cannot be opened; expected a folder with a pack in it"}}
	}
	defer func() { _ = root.Close() }()
	return Load(root.FS(), start)
}

// Load reads and checks the pack whose files lie at the root of fsys. It gives a complete pack and no problem, or nil
// and what is wrong, by file and line. Start is when the program started: relative dates count from it. Whatever
// the files hold, Load ends, and reads at most 1 MiB of each.
func Load(fsys fs.FS, start time.Time) (*Pack, []Problem) {
	l := &loader{fsys: fsys, docs: map[string]*document{}, sound: map[string]bool{}, hash: map[string][32]byte{}, reviewers: map[string]map[string]string{}}
	l.pack = &Pack{start: start, open: map[string]*Calendar{}, desks: map[string]string{}, instruments: map[string]*instrument.Instrument{}}
	l.readFolder()
	l.readFiles()
	l.readReplies()
	l.readReceiptWords()
	l.readRules()
	l.readInstruments()
	l.readEducation()
	l.checkProfile()
	l.checkReferences()
	l.checkWords()
	if len(l.problems) > 0 {
		return nil, l.sorted()
	}
	l.pack.hash = l.sum()
	l.pack.live = l.liveProblems()
	return l.pack, nil
}

// A loader is a checker that builds a pack.
type loader struct {
	checker
	fsys  fs.FS
	pack  *Pack
	docs  map[string]*document // what is YAML
	sound map[string]bool      // what is as its schema says and decoded
	hash  map[string][32]byte
	extra []string // files of instruments/, in order

	hasEducation bool // there is a folder education/

	targetsReviewed Words
	reviewers       map[string]map[string]string // of each file of instruments/, by language
}

// readFolder refuses what does not belong, since a misspelt name would be left out in silence.
func (l *loader) readFolder() {
	entries, err := fs.ReadDir(l.fsys, ".")
	if err != nil {
		l.report(profileYAML, 1, "the folder cannot be read; expected a folder with a pack in it")
		return
	}
	known := append(l.files(), repliesYAML, receiptWordsYAML, ruleSetYAML, "README.md", "LICENSE")
	for _, e := range entries {
		switch {
		case e.Name() == instruments && e.IsDir():
			l.readInstrumentsFolder()
		case e.Name() == educationDir && e.IsDir():
			l.hasEducation = true
		case e.Name() == instruments || e.Name() == educationDir:
			l.report(e.Name(), 1, "this is no folder; expected a folder, not a link or file")
		case !slices.Contains(known, e.Name()):
			l.report(clip(e.Name()), 1, "this does not belong to a pack; expected only %s, %s/ and %s/", strings.Join(known, ", "), instruments, educationDir)
		}
	}
}

func (l *loader) readInstrumentsFolder() {
	entries, err := fs.ReadDir(l.fsys, instruments)
	if err != nil || len(entries) > 100 {
		l.report(instruments, 1, "the folder cannot be read or has too many files; expected at most 100")
		return
	}
	for _, e := range entries {
		name := path.Join(instruments, e.Name())
		if !strings.HasSuffix(name, ".yaml") {
			l.report(clip(name), 1, "this is no instrument; expected a file that ends in .yaml")
			continue
		}
		l.extra = append(l.extra, name)
	}
}

func (l *loader) files() []string {
	return []string{profileYAML, targetsYAML, contactsYAML, messagesYAML, beforeYAML, checklistYAML, wordsYAML}
}

func (l *loader) readFiles() {
	p := l.pack
	into := map[string]any{profileYAML: &p.profile, targetsYAML: &targetFile{}, contactsYAML: &p.contacts, messagesYAML: &p.said,
		beforeYAML: &p.before, checklistYAML: &p.checklist, wordsYAML: &p.words}
	for _, file := range l.files() {
		d, _ := l.document(file)
		if d == nil {
			continue
		}
		l.sound[file] = l.conform(d, strings.TrimSuffix(file, ".yaml")+".json") && l.into(d, into[file])
	}
	if l.sound[targetsYAML] {
		f := into[targetsYAML].(*targetFile)
		l.targetsReviewed = f.ReviewedBy
		l.takeTargets(f)
	}
}

// document reads and parses a file; nil when it cannot be used. The bytes are there whenever they are text.
func (l *loader) document(file string) (*document, []byte) {
	data, ok := l.read(l.fsys, file)
	if !ok {
		return nil, nil
	}
	l.sum256(file, data)
	d := l.parse(file, data)
	if d != nil {
		l.docs[file] = d
	}
	return d, data
}

// readRules hands the rule set to its own room. It is parsed here too, so that no file is spared the limits.
func (l *loader) readRules() {
	d, data := l.document(ruleSetYAML)
	if d == nil {
		return
	}
	set, problems := ruleset.Load(ruleSetYAML, data)
	for _, p := range problems {
		l.report(p.File, p.Line, "%s", p.Message)
	}
	l.pack.rules = set
}

// sum256 notes the bytes of a file for the hash of the pack.
func (l *loader) sum256(file string, data []byte) { l.hash[file] = sha256.Sum256(data) }

func (l *loader) sum() string {
	h := sha256.New()
	for _, file := range slices.Sorted(maps.Keys(l.hash)) {
		sum := l.hash[file]
		_, _ = fmt.Fprintf(h, "%s %x\n", file, sum)
	}
	return hex.EncodeToString(h.Sum(nil))
}
