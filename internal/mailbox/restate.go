package mailbox

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"amparo/internal/instrument"
)

// A FindingKind says what is to be looked at in a reply before it is sent.
type FindingKind string

// What a reply may repeat, and what may be hard to read in it.
const (
	RepeatsName    FindingKind = "name"    // somebody who was named
	RepeatsAccount FindingKind = "account" // an account or address that was told
	RepeatsNumber  FindingKind = "number"  // a number of four digits or more that was told
	HasLink        FindingKind = "link"    // an address on the internet, whoever wrote it
	RepeatsWords   FindingKind = "words"   // five words or more in a row
	TooLong        FindingKind = "long"    // a sentence longer than the reader's level has
)

// A Finding is one thing to look at in a reply. What it holds comes from the reply alone.
type Finding struct {
	Kind  FindingKind
	Words string
}

// Told is what a reporter has told, as a reply must not say it again: somebody else may see their screen.
type Told struct {
	Words    []string // all that they wrote in their own words
	Names    []string // who somebody is, or how to reach them
	Accounts []string
}

// Reply is checked with these.
const (
	wordsInARow = 5
	shortName   = 3 // letters
	shortNumber = 4 // digits
)

var links = regexp.MustCompile(`(?i)(?:https?|hxxps?)://\S+|\bwww\.\S+`)

// Restates finds what a reply repeats of what was told, and sentences of more than longest words. It keeps nothing.
func Restates(reply string, told Told, longest int) (list []Finding) {
	add := func(kind FindingKind, words string) {
		if f := (Finding{kind, words}); !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	for _, link := range links.FindAllString(reply, -1) {
		add(HasLink, link)
	}
	plain, words := " "+strings.Join(plainWords(reply), " ")+" ", plainWords(reply)
	for _, account := range told.Accounts {
		for _, one := range accountNames(account) {
			if strings.Contains(plain, " "+one+" ") {
				add(RepeatsAccount, one)
			}
		}
	}
	for _, name := range slices.Concat(plainWords(strings.Join(told.Names, "\n")), capitals(told.Words)) {
		if len([]rune(name)) >= shortName && !number(name) && !slices.Contains(common, name) && slices.Contains(words, name) {
			add(RepeatsName, name)
		}
	}
	all := slices.Concat(told.Words, told.Names, told.Accounts)
	numbers := numbersIn(strings.Join(all, "\n"))
	for _, n := range numbersIn(reply) {
		if slices.Contains(numbers, n) {
			add(RepeatsNumber, n)
		}
	}
	for _, run := range runs(words, all) {
		add(RepeatsWords, run)
	}
	for _, sentence := range sentences(reply) {
		if len(strings.Fields(sentence)) > longest {
			add(TooLong, sentence)
		}
	}
	return list
}

// plainWords gives the words of a text in small letters, with digits of one script and without marks.
func plainWords(text string) []string {
	return strings.FieldsFunc(strings.Map(func(c rune) rune {
		switch {
		case c >= '٠' && c <= '٩':
			return '0' + c - '٠'
		case c >= '۰' && c <= '۹':
			return '0' + c - '۰'
		case c == 'ـ' || unicode.Is(unicode.Mn, c):
			return -1 // a drawn-out line, a vowel sign
		case strings.ContainsRune("أإآ", c):
			return 'ا'
		}
		return unicode.ToLower(c)
	}, text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '_' })
}

func number(word string) bool {
	return !strings.ContainsFunc(word, func(c rune) bool { return !unicode.IsDigit(c) })
}

// accountNames gives the forms in which an account may be said: all of it, and the last part of an address.
func accountNames(account string) (list []string) {
	words := plainWords(account)
	if len(words) == 0 {
		return nil
	}
	list = []string{strings.Join(words, " ")}
	if last := words[len(words)-1]; len([]rune(last)) > shortName {
		list = append(list, last)
	}
	return list
}

// capitals gives the words that begin with a capital letter within a sentence, as names do where there are such letters.
func capitals(texts []string) (list []string) {
	for _, text := range texts {
		for _, sentence := range sentences(text) {
			for i, word := range strings.Fields(sentence) {
				word = strings.TrimFunc(word, func(c rune) bool { return !unicode.IsLetter(c) })
				if first := []rune(word); i > 0 && len(first) >= shortName && unicode.IsUpper(first[0]) {
					list = append(list, plainWords(word)...)
				}
			}
		}
	}
	return list
}

// common are words that are no names although they may begin a sentence, or are written without a mark of one.
var common = plainWords(`the and our she her his they this that there with from into near behind next after every lives goes works school
	les des une elle ils nous notre dans chez avec los las una ella ellos con para desde cerca
	على الى عند هذا هذه هناك كان كانت يسكن تسكن يعيش تعيش قرب بعد قبل خلف وهو وهي`)

// likeNames gives the words that may be names of texts that tell who somebody is or where: with a capital letter where there are such
// letters, and without the article in Arabic.
func likeNames(texts []string) (list []string) {
	for _, word := range strings.FieldsFunc(strings.Join(texts, "\n"), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.Is(unicode.Mn, c) }) {
		first, plain := []rune(word)[0], strings.Join(plainWords(word), "")
		cased := unicode.ToUpper(first) != unicode.ToLower(first)
		if cased && !unicode.IsUpper(first) || strings.HasPrefix(plain, "ال") {
			continue
		}
		list = append(list, plain)
	}
	return list
}

// numbersIn gives the numbers of a text that are long enough to say something, written together.
func numbersIn(text string) (list []string) {
	n := ""
	end := func() {
		if len(n) >= shortNumber {
			list = append(list, n)
		}
		n = ""
	}
	for _, word := range plainWords(text) {
		if !number(word) {
			end()
			continue
		}
		n += word
	}
	end()
	return list
}

// runs gives the longest rows of words that stand in one of the texts, too.
func runs(words, texts []string) (list []string) {
	var joined []string
	for _, text := range texts {
		joined = append(joined, " "+strings.Join(plainWords(text), " ")+" ")
	}
	stands := func(from, to int) bool {
		row := " " + strings.Join(words[from:to], " ") + " "
		return slices.ContainsFunc(joined, func(text string) bool { return strings.Contains(text, row) })
	}
	for from := 0; from+wordsInARow <= len(words); {
		to := from + wordsInARow
		if !stands(from, to) {
			from++
			continue
		}
		for to < len(words) && stands(from, to+1) {
			to++
		}
		list = append(list, strings.Join(words[from:to], " "))
		from = to
	}
	return list
}

// sentences gives the sentences of a text.
func sentences(text string) (list []string) {
	for _, s := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(".!?؟\n…", c) }) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// ToldBefore sorts what was told, in a report's answers and in its thread, by what must not be said again. What was answered to a
// question that is not known any more counts as a name and as words.
func ToldBefore(in *instrument.Instrument, answers instrument.Answers, thread []Message) (t Told) {
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		var q instrument.Question
		known := false
		if in != nil {
			q, known = in.Question(name)
		}
		switch {
		case q.Kind.Coded():
			continue
		case q.Kind == instrument.Accounts:
			t.Accounts = append(t.Accounts, answers[name]...)
			continue
		}
		switch {
		case !known || q.Kind == instrument.Names:
			t.Names = append(t.Names, answers[name]...)
		case q.Privacy == instrument.Identity:
			t.Names = append(t.Names, likeNames(answers[name])...)
		}
		if q.Kind != instrument.Names {
			t.Words = append(t.Words, answers[name]...)
		}
	}
	for _, m := range thread {
		if m.Sender == Reporter {
			t.Words = append(t.Words, m.Text)
		}
	}
	return t
}
