package public_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// A trace is a phrase that must be found nowhere, in every way in which it may be written.
type trace struct {
	name string
	text []byte
}

// traces gives the phrase as UTF-8, UTF-16 in both orders, base64 from each of the three places it can start at, in a form's
// encoding, in hexadecimal, and as JSON escapes it.
func traces(phrase string) (list []trace) {
	add := func(name string, text []byte) { list = append(list, trace{name + " of " + phrase, text}) }
	add("UTF-8", []byte(phrase))
	var little, big []byte
	for _, unit := range utf16.Encode([]rune(phrase)) {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	add("UTF-16LE", little)
	add("UTF-16BE", big)
	for shift := range 3 {
		for name, e := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			text := e.EncodeToString(append(make([]byte, shift), phrase...))
			add(name, []byte(text[(shift*4+2)/3:len(text)-2])) // without the letters that depend on what stands around it
		}
	}
	if escaped := url.QueryEscape(phrase); escaped != phrase {
		add("a form's encoding", []byte(escaped))
		add("a URL's encoding", []byte(url.PathEscape(phrase)))
	}
	add("hexadecimal", []byte(hex.EncodeToString([]byte(phrase))))
	return list
}

// found reads every file below the folders and gives where a trace is.
func found(t testing.TB, list []trace, dirs ...string) (where []string) {
	t.Helper()
	files := 0
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			files++
			text, err := os.ReadFile(path)
			for _, one := range list {
				if at := bytes.Index(text, one.text); at >= 0 {
					rel, _ := filepath.Rel(dir, path)
					where = append(where, rel+" has the "+one.name)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files == 0 {
		t.Fatalf("there is no file in %v", dirs)
	}
	return where
}

// TestTracesAreFound holds that the search finds what it looks for.
func TestTracesAreFound(t *testing.T) {
	const phrase = "the violet otter / 7"
	for _, written := range []string{"xx" + phrase + "yy", base64.StdEncoding.EncodeToString([]byte("a" + phrase + "b")), base64.URLEncoding.EncodeToString([]byte("ab" + phrase)),
		base64.StdEncoding.EncodeToString([]byte(phrase + "and more")), url.QueryEscape(phrase), hex.EncodeToString([]byte(phrase)), string(traces(phrase)[1].text)} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "f"), []byte("before"+written+"after"), 0o600); err != nil {
			t.Fatal(err)
		}
		if len(found(t, traces(phrase), dir)) == 0 {
			t.Errorf("not found in %q", written)
		}
	}
}

// TestCanary goes a whole journey with a phrase of its own in every field for words, in the mailbox and in a reply, with a folder of its
// own for data and for temporary files, and then looks into every file while the program still runs: database, write-ahead log, keys,
// temporary files, log. None has the phrase, the receipt, or an answer.
func TestCanary(t *testing.T) {
	data, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("SQLITE_TMPDIR", temp)
	l := one(t, data)
	const phrase = "the violet otter sings 47113"
	answers := posted(childTells)
	for _, name := range []string{"words", "must_not_know", "accounts", "number", "say"} {
		answers.Set(name, phrase)
	}
	check := l.start("en", "about_me").tell(answers).want(http.StatusOK, phrase)
	code := check.post().receipt()
	adult := posted(adultTells)
	for _, name := range []string{"words", "must_not_know", "accounts", "find", "number", "say"} {
		adult.Set(name, phrase)
	}
	l.start("en", "worried").tell(adult).post().receipt()
	l.now = l.now.Add(time.Minute)
	l.replyTo(l.last(), phrase)
	box := l.get("/").post("way", "code").post("code", code)
	box.post("message", phrase).want(http.StatusOK, "We have your message")
	box.post("message", strings.Repeat(phrase+" ", 300)).want(http.StatusBadRequest)
	l.send(url.Values{"step": {"ask"}, "state": {"broken"}, "words": {phrase}}).want(http.StatusBadRequest, phrase)
	l.keys(1)
	l.start("en", "about_me").tell(answers).post().want(http.StatusServiceUnavailable)
	l.keys(0)
	if len(l.told()) != 3 {
		t.Fatal("the journey did not arrive")
	}
	if err := os.WriteFile(filepath.Join(temp, "log"), []byte(l.log.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var list []trace
	for _, secret := range []string{phrase, "violet otter", "47113", code, strings.ReplaceAll(code, "-", ""), check.form().Get("state")[:60]} {
		list = append(list, traces(secret)...)
	}
	for _, where := range found(t, list, data, temp) {
		t.Error(where)
	}
	for _, name := range []string{"main.db", "main.db-wal"} {
		if info, err := os.Stat(filepath.Join(data, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not looked into: %v", name, err)
		}
	}
}
