// Package jurisdictiontest gives tests the fictional country that the program ships.
package jurisdictiontest

import (
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/jurisdiction"
	"amparo/packs"
)

var loaded = struct {
	sync.Mutex
	packs map[time.Time]*jurisdiction.Pack // guarded by the mutex; by start, in UTC
}{packs: map[time.Time]*jurisdiction.Pack{}}

// Demo gives the country as a program knows it that started at start. It never changes, and is loaded once for all tests of a package.
func Demo(t testing.TB, start time.Time) *jurisdiction.Pack {
	t.Helper()
	start = start.UTC()
	loaded.Lock()
	defer loaded.Unlock()
	if pack := loaded.packs[start]; pack != nil {
		return pack
	}
	files, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		t.Fatal(err)
	}
	pack, problems := jurisdiction.Load(files, start)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	loaded.packs[start] = pack
	return pack
}

// Live changes the text of one file of the country as if people had reviewed its words, verified its contacts, and put it into use.
func Live(text string) string {
	return Reviewed(strings.Replace(text, "live: false", "live: true", 1))
}

// Reviewed does the same without putting it into use.
func Reviewed(text string) string {
	day := func(days int) string { return `"` + time.Now().AddDate(0, 0, days).Format(time.DateOnly) + `"` }
	text = regexp.MustCompile(`(?m)^\w*reviewed_by: \{.*`).ReplaceAllStringFunc(text, func(line string) string {
		return strings.ReplaceAll(line, ": none", ": somebody")
	})
	text = strings.Replace(text, "\n  language: none\n  safeguarding: none\n", "\n  language: somebody\n  safeguarding: another\n", 1)
	text = regexp.MustCompile(`(?m)^review_by: .*`).ReplaceAllString(text, "review_by: "+day(90))
	text = regexp.MustCompile(`verified_days_ago: \d+`).ReplaceAllString(text, "verified_at: "+day(-10))
	return regexp.MustCompile(`expires_in_days: \d+`).ReplaceAllString(text, "expires_at: "+day(90))
}
