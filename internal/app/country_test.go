package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/packs"
)

// livePack writes the fictional country's pack as one that people have reviewed and that is live, and gives its folder.
func livePack(t *testing.T) string {
	t.Helper()
	return packWith(t, func(text string) string { return reviewed(strings.Replace(text, "live: false", "live: true", 1)) })
}

// reviewed changes the text of a pack's file as if people had reviewed its words and verified its contacts.
func reviewed(text string) string {
	day := func(days int) string { return `"` + time.Now().AddDate(0, 0, days).Format(time.DateOnly) + `"` }
	text = regexp.MustCompile(`(?m)^(\w*reviewed_by): \{\}`).ReplaceAllString(text, "$1: {en: somebody, ar: somebody else}")
	text = regexp.MustCompile(`verified_days_ago: \d+`).ReplaceAllString(text, "verified_at: "+day(-10))
	return regexp.MustCompile(`expires_in_days: \d+`).ReplaceAllString(text, "expires_at: "+day(90))
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
