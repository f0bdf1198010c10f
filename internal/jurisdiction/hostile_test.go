package jurisdiction

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// bomb is nine levels of ten aliases each.
func bomb() string {
	var b strings.Builder
	b.WriteString("a: &a [x,x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c < 'j'; c++ {
		b.WriteString(string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "*" + string(c-1) + "]\n")
	}
	return b.String()
}

func TestHostile(t *testing.T) {
	for _, c := range []struct {
		name, data, want string
	}{
		{"empty", "", "the file is empty"},
		{"only a comment", "# nothing\n", "the file is empty"},
		{"too large", "a: " + strings.Repeat("x", maxFile), "the file is too large"},
		{"alias bomb", bomb(), "anchors and aliases"},
		{"merge", "a: {b: c}\n<<: {d: e}\n", "not plain text; expected a name"},
		{"name that is a list", "? [a, b]\n: c\n", "expected a name and a colon"},
		{"nested deep", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "nested too deep"},
		{"nested past the library's limit", strings.Repeat("[", 200_000), "this is not YAML"},
		{"many items", "[" + strings.Repeat("a,", 200_000) + "]", "too long"},
		{"binary", "\x7fELF\x02\x01\x01\x00\x00", "not plain text"},
		{"not UTF-8", "code: \xff\xfe\n", "not plain text"},
		{"a number", "42\n", "expected"},
		{"not a number", "pack: .nan\n", "expected"},
		{"huge number", "pack: 1e400000\n", "expected"},
		{"null", "~\n", "expected"},
	} {
		for _, file := range []string{profileYAML, contactsYAML, wordsYAML, ruleSetYAML} {
			files := demoFiles(t)
			files[file] = &fstest.MapFile{Data: []byte(c.data)}
			pack, problems := Load(files, begin)
			if pack != nil || !said(problems, file, c.want) {
				t.Errorf("%s as %s: got %v, want %q", c.name, file, problems, c.want)
			}
		}
	}
}

func said(problems []Problem, file, words string) bool {
	for _, p := range problems {
		if p.File == file && strings.Contains(p.Message, words) && len(p.Message) < 4000 {
			return true
		}
	}
	return false
}

func TestFolder(t *testing.T) {
	for _, c := range []struct {
		name, file string
		change     func(fstest.MapFS)
		want       string
	}{
		{"file missing", targetsYAML, func(f fstest.MapFS) { delete(f, targetsYAML) }, "the file is missing"},
		{"rule set missing", ruleSetYAML, func(f fstest.MapFS) { delete(f, ruleSetYAML) }, "the file is missing"},
		{"misspelt file", "contact.yaml", func(f fstest.MapFS) { f["contact.yaml"] = f[contactsYAML] }, "does not belong to a pack"},
		{"folder for a file", wordsYAML, func(f fstest.MapFS) { f[wordsYAML] = &fstest.MapFile{Mode: fs.ModeDir} }, "no regular file"},
		{"device", wordsYAML, func(f fstest.MapFS) { f[wordsYAML] = &fstest.MapFile{Mode: fs.ModeDevice} }, "no regular file"},
		{"link", wordsYAML, func(f fstest.MapFS) {
			f[wordsYAML] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("profile.yaml")}
		}, "no regular file"},
		{"instrument of another kind", "instruments/tool.exe", func(f fstest.MapFS) { f["instruments/tool.exe"] = &fstest.MapFile{} }, "no instrument"},
	} {
		files := demoFiles(t)
		c.change(files)
		if pack, problems := Load(files, begin); pack != nil || !said(problems, c.file, c.want) {
			t.Errorf("%s: got %v", c.name, problems)
		}
	}
}

// A pack in a folder may hold links; none of them is followed, and nothing outside is quoted.
func TestLoadDir(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("names: {en: THE SECRET}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := writeDemo(t)
	if pack, problems := LoadDir(dir, begin); pack == nil || pack.Hash() != demo(t).Hash() {
		t.Fatal("the folder does not load like the built-in pack", problems)
	}
	if err := os.Remove(filepath.Join(dir, profileYAML)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, profileYAML)); err != nil {
		t.Fatal(err)
	}
	_, problems := LoadDir(dir, begin)
	if !said(problems, profileYAML, "not a link") {
		t.Errorf("a link out of the folder: %v", problems)
	}
	for _, p := range problems {
		if strings.Contains(p.String(), "SECRET") {
			t.Errorf("what is outside is quoted: %s", p)
		}
	}
	if _, problems := LoadDir(filepath.Join(dir, "nowhere"), begin); len(problems) != 1 {
		t.Errorf("a folder that is not there: %v", problems)
	}
}

func writeDemo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, f := range demoFiles(t) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestHash(t *testing.T) {
	files := demoFiles(t)
	before := load(t, files).Hash()
	edit(t, files, profileYAML, "# Demoland", "# demoland")
	if load(t, files).Hash() == before {
		t.Error("a changed file leaves the hash as it was")
	}
}

// FuzzLoad puts the bytes in the place of each file in turn: Load ends, never fails otherwise than by problems, and a
// pack that loads can be asked for everything.
func FuzzLoad(f *testing.F) {
	files := demoFiles(f)
	names := []string{profileYAML, targetsYAML, contactsYAML, messagesYAML, beforeYAML, checklistYAML, wordsYAML, ruleSetYAML}
	for i, name := range names {
		f.Add(uint8(i), files[name].Data)
	}
	f.Add(uint8(0), []byte(bomb()))
	f.Add(uint8(1), []byte("clocks: {review: {P1: {within: 9999d, runs: service}}}"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		name := names[int(which)%len(names)]
		broken := fstest.MapFS{}
		for n, file := range files {
			broken[n] = file
		}
		broken[name] = &fstest.MapFile{Data: data}
		pack, problems := Load(broken, begin)
		if (pack == nil) != (len(problems) > 0) {
			t.Fatalf("a pack and %d problems", len(problems))
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > bytes.Count(data, []byte("\n"))+1 && p.File == name {
				t.Fatalf("no such line: %s", p)
			}
		}
		if pack != nil {
			askEverything(pack)
		}
	})
}

// askEverything calls each accessor in each language; none of them may fail.
func askEverything(p *Pack) {
	for _, l := range append(p.Languages(), Language{Code: "xx"}) {
		lang := l.Code
		for _, a := range p.Areas(lang, "") {
			p.Areas(lang, a.Code)
			p.DeskFor(a.Code)
		}
		for _, r := range []Reader{Child, Adult} {
			p.Before(r, lang)
			p.Acknowledgement(r, Danger, lang)
			p.Progress(Finished, r, lang)
			for _, o := range p.Outcomes(lang) {
				p.OutcomeMessage(o.Code, r, lang)
			}
		}
		for _, c := range p.Contacts(lang, begin) {
			c.OpenAt(begin)
		}
		p.Checklist(nil, nil, "P1", lang)
		p.ClosureReasons(lang)
		p.Agencies(lang)
	}
	for clock := range p.targets.clocks {
		p.Targets().Escalations(clock, "P4", begin, begin.AddDate(0, 0, 3))
	}
	p.LiveProblems()
}
