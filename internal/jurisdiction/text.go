package jurisdiction

import "strings"

// Words are one text in each language of the pack, by language tag.
type Words map[string]string

// A Reader is for whom words are written.
type Reader string

// The readers.
const (
	Child Reader = "child" // reading age 9
	Adult Reader = "adult"
)

// Text is words in one language with places such as {{.Due}} in them. Show it only after Fill.
type Text string

// Values are what goes into the places of a Text, ready to be shown, in the language of the text.
type Values struct {
	Due         string // when a person will have read it
	Agency      string // who reads it
	Emergency   string // the emergency number
	Helpline    string // the number of the child helpline
	NextStaffed string // when somebody is next at the desk
}

// Fill puts the values into their places. Values are not looked into, so a value cannot add a place. Numbers stand between
// marks that keep the order of their digits: behind Arabic letters 555-0116 would otherwise read 0116-555.
func (t Text) Fill(v Values) string {
	return strings.NewReplacer("{{.Due}}", v.Due, "{{.Agency}}", v.Agency, "{{.Emergency}}", leftToRight(v.Emergency),
		"{{.Helpline}}", leftToRight(v.Helpline), "{{.NextStaffed}}", v.NextStaffed).Replace(string(t))
}

func leftToRight(number string) string {
	const mark = "\u200e"
	if number == "" {
		return ""
	}
	return mark + number + mark
}

// A Named is a code with its words in one language.
type Named struct {
	Code string
	Name string
}

// byReader is one text for each reader.
type byReader struct {
	Child Words `yaml:"child"`
	Adult Words `yaml:"adult"`
}

func (b byReader) of(r Reader) Words {
	if r == Child {
		return b.Child
	}
	return b.Adult
}
