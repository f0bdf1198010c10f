package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"amparo/internal/front"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/lang"
	"amparo/packs"
)

// livePack writes the fictional country's pack as one that people have reviewed and that is live, and gives its folder.
func livePack(t *testing.T) string {
	t.Helper()
	return packWith(t, jurisdictiontest.Live)
}

// packWith writes the fictional country's pack with the text of each file changed.
func packWith(t *testing.T, change func(text string) string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := fs.Sub(packs.FS, "demo")
	must(t, err)
	must(t, fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, []byte(change(string(text))), 0o644)
	}))
	return dir
}

// TestAPackInALanguageThatTheProgramDoesNotSpeak is refused at the start, for either side.
func TestAPackInALanguageThatTheProgramDoesNotSpeak(t *testing.T) {
	words, err := lang.Load()
	must(t, err)
	ofStaff := regexp.MustCompile(`(?m)^(lists|items|bands|clocks):$`)
	for want, change := range map[string]func(text string) string{
		`offers a language that the program does not speak: the program has no words in "pt"`: func(text string) string {
			return strings.NewReplacer("code: fr,", "code: pt,", "[en, fr,", "[en, pt,", "fr:", "pt:").Replace(text)
		},
		`has a language of staff that staff pages are not in: the program has no words in "fr"`: func(text string) string {
			text = strings.Replace(text, "staff: [en, ar]", "staff: [en, fr]", 1)
			if ofStaff.MatchString(text) {
				return regexp.MustCompile(`\bar: `).ReplaceAllString(strings.Replace(text, "languages: [en, ar]", "languages: [en, fr]", 1), "fr: ")
			}
			return regexp.MustCompile(`( name:\n +en: [^\n]*\n +)ar: ([^\n]*\n +words:)`).ReplaceAllString(text, "${1}fr: $2")
		},
	} {
		dir := packWith(t, change)
		must(t, os.RemoveAll(filepath.Join(dir, "education"))) // whose folders are languages
		pack, problems := front.ReadPack(dir)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if _, _, err := front.Tongues(words, pack); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	pack, _ := front.ReadPack("")
	public, staff, err := front.Tongues(words, pack)
	if err != nil || len(public.Tags()) != 5 || !slices.Equal(staff.Tags(), []string{"en", "ar"}) {
		t.Errorf("the fictional country is served in %v and %v: %v", public.Tags(), staff.Tags(), err)
	}
}
