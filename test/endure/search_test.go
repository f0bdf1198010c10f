package endure

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// spellings gives every way in which a text might be written down: plain, in other encodings, escaped. Letters are small
// throughout: see small.
func spellings(text string) map[string][]byte {
	all := map[string][]byte{"UTF-8": []byte(text), "hex": []byte(hex.EncodeToString([]byte(text))),
		"URL query": []byte(url.QueryEscape(text)), "URL path": []byte(url.PathEscape(text)),
		"HTML": []byte(html.EscapeString(text)), "quoted": []byte(strings.Trim(strconv.QuoteToASCII(text), `"`))}
	if raw, err := json.Marshal(text); err == nil {
		all["JSON"] = bytes.Trim(raw, `"`)
	}
	for name, order := range map[string]binary.AppendByteOrder{"UTF-16LE": binary.LittleEndian, "UTF-16BE": binary.BigEndian} {
		var wide []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			wide = order.AppendUint16(wide, unit)
		}
		all[name] = wide
	}
	for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
		for shift := range 3 {
			all[name+" "+strconv.Itoa(shift)] = inside(encoding, text, shift)
		}
	}
	for name, spelt := range all {
		all[name] = small(spelt)
	}
	return all
}

// inside gives the part of a base64 text that does not depend on what stands around the text, which begins shift bytes after
// a whole group.
func inside(encoding *base64.Encoding, text string, shift int) []byte {
	raw := append(make([]byte, shift), text...)
	whole := encoding.EncodeToString(raw[:len(raw)/3*3])
	if shift > 0 {
		whole = whole[4:]
	}
	return []byte(whole)
}

// small makes the letters A to Z small, in any bytes.
func small(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}

// A search looks for texts that must be nowhere.
type search map[string]map[string][]byte // by text, by spelling

func searchFor(texts ...string) search {
	s := search{}
	for _, text := range texts {
		s[text] = spellings(text)
	}
	return s
}

// find gives what of the texts stands in the data, as "text (spelling)".
func (s search) find(data []byte) (found []string) {
	data = small(data)
	for text, all := range s {
		for name, spelt := range all {
			if bytes.Contains(data, spelt) {
				found = append(found, text+" ("+name+")")
			}
		}
	}
	return found
}

// files looks at the name and the content of every file below the folders, and gives the names of those that it read.
func (s search) files(t *testing.T, dirs ...string) (read []string) {
	t.Helper()
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			for _, found := range s.find([]byte(path)) {
				t.Errorf("a file is named after it: %s: %s", path, found)
			}
			if entry.IsDir() {
				return nil
			}
			data, err := os.ReadFile(path)
			for _, found := range s.find(data) {
				t.Errorf("%s holds %s", path, found)
			}
			read = append(read, entry.Name())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return read
}

// TestSearchFinds holds the search itself: it finds every spelling, wherever it stands, and nothing else.
func TestSearchFinds(t *testing.T) {
	const text = "Zephyr Qasīda نخلة & 7"
	hunt := searchFor("unlike it", text)
	for name, spelt := range spellings(text) {
		if found := hunt.find([]byte("\x00before " + string(spelt) + " after")); len(found) == 0 {
			t.Errorf("not found: %s", name)
		}
	}
	for shift := range 7 {
		raw := []byte(strings.Repeat("x", shift) + text + "yyyyy")
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			if found := hunt.find([]byte(encoding.EncodeToString(raw))); len(found) == 0 {
				t.Errorf("not found in base64 after %d bytes", shift)
			}
		}
	}
	if found := hunt.find([]byte("ZEPHYR QASīDA نخلة & 7")); len(found) != 1 {
		t.Errorf("in capital letters found %s", found)
	}
	if found := hunt.find([]byte("Zephyr Qasida, palm & 7")); found != nil {
		t.Errorf("found where it is not: %s", found)
	}
}
