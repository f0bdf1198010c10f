package instrument

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Cut stands where something was taken out of a text: a `data:` URI, a long run of base64, or what was too long.
const Cut = "[removed]"

const (
	longRun  = 200 // so many characters of the base64 alphabet without a break are taken for a file
	fullLine = 60  // a line of base64 that is at least as long goes on in the next
)

// dataURI is a `data:` URI: its header is empty, or names a type or a parameter.
var dataURI = regexp.MustCompile(`(?i)data:(?:[^\s,]*[/;][^\s,]*)?,\S*`)

// CleanText makes strangers' text fit to be kept and shown: valid UTF-8 in NFC, line breaks as "\n", no control
// characters and none that turn the direction of text around, no blanks at the ends of lines. `data:` URIs and long
// runs of base64 are replaced by Cut. With max above 0 the text is at most max characters long; what is longer is
// shortened and ends with Cut where there is room for it. cut tells whether anything was taken out.
// Cleaning a clean text changes nothing.
func CleanText(s string, max int) (clean string, cut bool) {
	clean, cut = withoutFiles(scrub(s))
	if max <= 0 || utf8.RuneCountInString(clean) <= max {
		return clean, cut
	}
	end := ""
	if max > len(Cut) {
		end = Cut
	}
	return strings.TrimSpace(string([]rune(clean)[:max-len(end)])) + end, true
}

// scrub repairs the text and keeps its words and lines.
func scrub(s string) string {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ").Replace(s)
	s = norm.NFC.String(strings.Map(visible, s))
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// visible drops control characters, noncharacters, and the invisible ones that no writing needs: words could be hidden in them. Joiners and direction
// marks stay: Arabic, Persian and emoji use them.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case unicode.IsControl(r), r == '\u00ad', r == '\u200b', r == '\ufeff',
		r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u206f', r >= '\ufff9' && r <= '\ufffb',
		r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe, r >= 0xe0000 && r <= 0xe007f: // noncharacters, and tags
		return -1
	}
	return r
}

func withoutFiles(s string) (string, bool) {
	short, runs := withoutRuns(s)
	if !dataURI.MatchString(short) {
		return short, runs
	}
	return dataURI.ReplaceAllLiteralString(short, Cut), true
}

// withoutRuns replaces each run of at least longRun characters of base64. A run may be broken into full lines.
func withoutRuns(s string) (string, bool) {
	var out strings.Builder
	cut := false
	for i := 0; i < len(s); {
		end, count := run(s, i)
		switch {
		case count >= longRun:
			out.WriteString(Cut)
			cut = true
		case count > 0:
			out.WriteString(s[i:end])
		default:
			out.WriteByte(s[i])
			end = i + 1
		}
		i = end
	}
	return out.String(), cut
}

// run gives where a run of base64 that starts at i ends, and how many characters it has.
func run(s string, i int) (end, count int) {
	for end = i; ; {
		line := 0
		for end+line < len(s) && base64Char(s[end+line]) {
			line++
		}
		end += line
		count += line
		if line < fullLine || end+1 >= len(s) || s[end] != '\n' || !base64Char(s[end+1]) {
			return end, count
		}
		end++
	}
}

func base64Char(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_' || c == '='
}
