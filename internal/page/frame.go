package page

import (
	"amparo/internal/fault"
	"amparo/internal/lang"
)

// A Kind is the side of the program that a page belongs to.
type Kind string

// The kinds.
const (
	Public Kind = "public" // strangers: calm, small, kept nowhere
	Desk   Kind = "desk"   // staff: wide, dense
)

// A Frame is what every page has besides its own content. Texts are in the reader's language already.
type Frame struct {
	Kind      Kind         // which layout; Public when empty
	Lang      lang.Printer // the reader's language
	Title     string       // the browser's title: on a public page it must not tell what the page is about
	Name      string       // what the service calls itself at the head of the page
	Home      string       // where Name leads; "/" when empty
	Demo      bool         // opens the page with the words that nobody reads this
	Languages []Language   // the choice of languages; empty when there is none to make here
	Contacts  []Contact    // public: who can help now, most urgent first, shown at top and foot
	Exit      string       // public: the path of the Exit handler; "/exit" when empty
	Nav       []Nav        // desk: the main places
	User      string       // desk: the name of who is signed in; empty when nobody is
	SignOut   string       // desk: where the sign-out form posts to
	Back      *Back        // the way to the page before; nil when there is none
	Step      Step         // public: where in the form; the zero Step shows nothing
	Errors    Errors       // what is to be looked at again
	Notice    string       // what just happened, said once at the top
	RequestID string       // named to the person on pages that say that something failed
}

// A Language is one choice of the reader's language.
type Language struct {
	Tag, Dir, Name, Href string
	Current              bool
}

// A Contact is someone who can help now. Phone is shown as written; Note says when and at what cost.
type Contact struct{ Name, Phone, Note string }

// A Nav is one main place of the desk. Count is shown when above zero, with a plus when there is more, and CountWords says it to a
// screen reader.
type Nav struct {
	Text, Href string
	Current    bool
	Count      int
	More       bool
	CountWords string
}

// A Back leads to the page before: by a link when Post is false, else by a form that takes the hidden fields along.
type Back struct {
	Href   string
	Post   bool
	Fields []Hidden
}

// A Hidden is a field that the person does not see.
type Hidden struct{ Name, Value string }

// A Step tells where in a form the person is, as in "Step 2 of 7". Zero shows nothing.
type Step struct{ Number, Total int }

// Errors is what is to be looked at again, in the order of the page.
type Errors []FieldError

// A FieldError is one of them: the name of the field, empty for the whole page, and the words.
type FieldError struct{ Name, Text string }

// ErrorsOf says the wrong fields of an error; an error without wrong fields is said once, for the whole page. No error
// gives none.
func ErrorsOf(p lang.Printer, err error) Errors {
	if err == nil {
		return nil
	}
	fields := fault.Fields(err)
	if len(fields) == 0 {
		return Errors{{Text: p.Fault(err)}}
	}
	list := make(Errors, len(fields))
	for i, f := range fields {
		list[i] = FieldError{f.Name, p.FaultField(f)}
	}
	return list
}

// Of gives the words for the field; empty when nothing is wrong with it.
func (e Errors) Of(name string) string {
	for _, f := range e {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// A Problem is the data of the page "problem", which Engine shows for whatever went wrong: what happened and what to do,
// and one way on.
type Problem struct {
	Heading string // one line
	Text    string // what to do; may have several lines
	Href    string // where the way on leads; empty for none
	Link    string // its words
}
