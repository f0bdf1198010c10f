package match

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"amparo/internal/sound"
)

// A Kind says what a clue is.
type Kind string

// The kinds.
const (
	Page    Kind = "page"    // an address on the web that leads to more than a front page: host and path, and once more with what is asked of it
	Account Kind = "account" // a name that somebody has online
	Phone   Kind = "phone"   // a telephone number: its last nine digits
	Mail    Kind = "mail"    // an e-mail address
	Name    Kind = "name"    // a person's whole name, of two words or more
	Sound   Kind = "sound"   // how two words of a name sound together
	Word    Kind = "word"    // how one word of a name sounds: to search by, never to suggest
)

// Strong tells whether a clue of the kind says that it is the same person or thing, and not only that it may be.
func (k Kind) Strong() bool { return k != Sound && k != Word }

// A Clue is a piece of what was told, evened out.
type Clue struct {
	Kind Kind
	Text string
}

// The bounds of what is taken for a clue, in characters and digits.
const (
	shortestAccount = 4
	shortestSound   = 2
	mostPairs       = 24
	fewestDigits    = 7
	lastDigits      = 9
)

// Online gives the clues of a line that says where something is online: an address, or an account with or without the
// name of the platform beside it.
func Online(line string) (list []Clue) {
	words := strings.Fields(norm.NFKC.String(line))
	for _, word := range words {
		word = strings.Trim(word, `.,;:!?()<>[]{}"'“”«»،؛`)
		if mail(word) {
			list = append(list, Clue{Mail, strings.ToLower(word)})
		} else if page, ok := pageOf(word); ok {
			list = append(list, page...)
		} else if name := handle(word); name != "" && (len(words) == 1 || telling(word)) {
			list = append(list, Clue{Account, name})
		}
	}
	return once(list)
}

// Exact gives the clue of each address in a line that leads to one page and no other; an address of a front page, or an account, leads
// to none.
func Exact(line string) (list []Clue) {
	for _, c := range Online(line) {
		last := len(list) - 1
		switch page, _, more := strings.Cut(c.Text, asks); {
		case c.Kind != Page:
		case more && last >= 0 && list[last].Text == page:
			list[last] = c // says all that its path does, and more
		default:
			list = append(list, c)
		}
	}
	return list
}

// asks stands between the path of an address and what is asked of it.
const asks = "?"

// mail tells whether a word is an e-mail address, and not an account that begins with @.
func mail(word string) bool {
	name, host, ok := strings.Cut(word, "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(host, "/@")
}

// pageOf gives the clues of an address: the page and, where the path is but one name, the account of that name.
func pageOf(word string) (list []Clue, ok bool) {
	if !strings.Contains(word, "://") {
		word = "https://" + word
	}
	u, err := url.Parse(strings.NewReplacer("hxxp", "http", "[.]", ".", "(.)", ".").Replace(strings.ToLower(word)))
	if err != nil || !host(u.Hostname()) {
		return nil, false
	}
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	if len(parts) == 0 {
		return nil, true
	}
	name := strings.TrimPrefix(strings.TrimPrefix(u.Hostname(), "www."), "m.")
	page := name + "/" + strings.Join(parts, "/")
	if list = append(list, Clue{Page, page}); u.RawQuery != "" {
		list = append(list, Clue{Page, page + asks + u.RawQuery}) // one of the pages that are told apart by what follows
	}
	if account := handle(parts[len(parts)-1]); account != "" && (len(parts) == 1 || len(parts) == 2 && len(parts[0]) <= 4) {
		list = append(list, Clue{Account, account})
	}
	return list, true
}

// host tells whether a text is the name or number of a machine.
func host(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	dot := strings.LastIndexByte(s, '.')
	return dot > 0 && len(s)-dot > 2 && !strings.ContainsFunc(s[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
}

// handle evens out the name of an account; empty when it is too short to tell one apart.
func handle(word string) string {
	name := strings.ToLower(strings.TrimLeft(word, "@~"))
	if strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_.-", r)
	}) || len([]rune(name)) < shortestAccount {
		return ""
	}
	return name
}

// telling tells whether a word among others looks like the name of an account and not like a word of a language.
func telling(word string) bool {
	return strings.HasPrefix(word, "@") || strings.ContainsFunc(word, unicode.IsDigit) || strings.ContainsAny(word, "_.")
}

// Reach gives the clues of a line that says how to reach somebody: a telephone number or an e-mail address.
func Reach(line string) (list []Clue) {
	for _, word := range strings.Fields(line) {
		if word = strings.Trim(word, `.,;:()<>`); mail(word) {
			list = append(list, Clue{Mail, strings.ToLower(word)})
		}
	}
	if digits := Digits(line); len(list) == 0 && len(digits) >= fewestDigits {
		list = append(list, Clue{Phone, digits[max(0, len(digits)-lastDigits):]})
	}
	return once(list)
}

// Digits gives the digits of a text in every script as 0 to 9.
func Digits(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		for _, zero := range []rune{'0', '٠', '۰', '०'} {
			if r >= zero && r < zero+10 {
				b.WriteRune('0' + r - zero)
			}
		}
	}
	return b.String()
}

// Person gives the clues of a line that names somebody.
func Person(line string) (list []Clue) {
	words := sound.Words(line)
	if len(words) > 1 {
		list = append(list, Clue{Name, strings.Join(words, " ")})
	}
	for i, word := range words {
		for _, other := range words[i+1:] {
			list = append(list, pairs(word, other)...)
		}
	}
	list = list[:min(len(list), 1+mostPairs)]
	for _, key := range sound.Keys(line) {
		if len([]rune(key)) >= shortestSound {
			list = append(list, Clue{Word, key})
		}
	}
	return once(list)
}

// pairs are the ways in which two words sound together, whichever of them comes first.
func pairs(a, b string) (list []Clue) {
	for _, x := range sound.Word(a) {
		for _, y := range sound.Word(b) {
			list = append(list, pair(x, y))
		}
	}
	return list
}

// pair is how two words sound together, by a key of each.
func pair(x, y string) Clue { return Clue{Sound, min(x, y) + " " + max(x, y)} }

func once(list []Clue) []Clue {
	var out []Clue
	for _, c := range list {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}
