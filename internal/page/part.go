package page

import "time"

// The parts of a page. Each is shown by the template of the same name in lower case: {{template "input" .Data.Age}}. Texts are
// in the reader's language; Error and Hint are empty when there is none. Name is both the field's name and the
// place that the summary of errors leads to.

// An Input is a field of one line. Type is text when empty; Width is how many characters it shows, all when 0.
type Input struct {
	Name, Label, Hint, Error, Value string
	Heading                         bool // the label is the heading of the page
	Optional                        bool // says that it may stay empty
	Type, Mode, Autocomplete        string
	Width                           int
	LTR                             bool // what is typed is never right to left: a number, an address, a code
}

// A Textarea is a field of several lines. Max is said to the person and counted down where scripts run; the server is what
// checks it. Nothing is cut off.
type Textarea struct {
	Name, Label, Hint, Error, Value string
	Heading, Optional               bool
	Rows, Max                       int
}

// Choices are radios (one answer), checkboxes (several) or a select: templates "radios", "checkboxes" and "select".
type Choices struct {
	Name, Label, Hint, Error string
	Heading, Optional        bool
	Inline                   bool // short answers side by side
	Items                    []Choice
}

// A Choice is one answer. Or is a word shown before it that sets it apart from those above, as in "or". Picture is the name of a
// drawing beside its words (see Pictures); a select shows none.
type Choice struct {
	Value, Text, Hint, Or, Picture string
	Checked                        bool
}

// A Button sends a form. The kinds are: empty for the one main action, "secondary" for others, "warning" for what cannot be undone,
// "link" for what looks like a link. Hidden words follow the text for who cannot see what it belongs to. Picture is the name of a drawing before the
// text (see Pictures).
type Button struct{ Text, Name, Value, Kind, Hidden, Action, Picture string }

// A Tag is a short word with a tone: urgent, soon, calm, good, quiet, or empty. The word says it all; the tone only helps
// the eye.
type Tag struct{ Text, Tone string }

// Details hides what few need behind its summary: template "details".
type Details struct{ Summary, Text string }

// A SummaryRow is one line of a summary: template "summary" takes a []SummaryRow. Change is nil, a link or a button.
type SummaryRow struct {
	Key    string
	Values []string
	Change *Change
}

// A Change leads back to an answer: by a link when Href is set, else by a button of the form around it.
type Change struct{ Href, Name, Value string }

// A Table compares things: template "table". The caption is for all, seen or only heard.
type Table struct {
	Caption       string
	CaptionHidden bool
	Columns       []Column
	Rows          [][]Cell
}

// A Column is one heading.
type Column struct {
	Text    string
	Numeric bool
}

// A Cell shows what it has: a tag, a text (a link when Href is set), an instant, a quiet note.
type Cell struct {
	Tag        *Tag
	Text, Href string
	When       time.Time
	Note       string
	Numeric    bool
}

// A Task is one line of a list of things to do: template "tasks" takes a []Task. The id of its status is made of ID.
type Task struct {
	ID, Text, Href, Hint string
	Status               Tag
}

// An Event is one point of a timeline: template "timeline" takes a []Event, in the order to show.
type Event struct {
	When            time.Time
	Title, By, Text string
	Tag             *Tag
}
