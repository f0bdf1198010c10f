package instrument

import "slices"

// An Instrument is one version of a list of questions. Make it with Load; it is never changed afterwards and may be
// used by many goroutines.
type Instrument struct {
	ID         string
	Version    string   // as in "1.0.0"
	Languages  []string // BCP 47 tags; the first is used where another has no words
	Reader     Reader
	Name       Text              // what the choice of this instrument is called, as in "I am a teenager"
	Picture    Picture           // beside the name; may be empty
	ReviewedBy map[string]string // language → who has reviewed the words; a language without is not reviewed
	Pages      []Page            // in the order in which they are asked; shown or not is for Shown to say

	unknown, notSaid Text
	rules            []rule
	content          *Condition // nil: never about content alone
	file             string
}

// A Reader says for whom the words are written.
type Reader string

// The readers.
const (
	Child Reader = "child"
	Adult Reader = "adult"
)

// A Page is what is asked at once: one to three questions.
type Page struct {
	ID        string
	Title     Text
	Intro     Text       // may be empty
	Picture   Picture    // above the page; may be empty
	When      *Condition // nil: always shown
	Questions []Question
}

// A Question is one thing that is asked. Its id is the name of the form field and the key of Answers.
type Question struct {
	ID        string
	Kind      Kind
	Label     Text // the page's title when the question stands alone and has no label of its own
	Hint      Text // may be empty
	Codes     []Code
	Required  bool
	Safety    string // why Required: what would be unsafe without an answer
	Plain     bool   // without the two answers that the engine adds
	MaxLength int    // most characters of the whole answer; 0 for coded kinds
	Privacy   Privacy
	Means     Meaning // empty when the program need not know
	Shown     Form
}

// Code finds an answer of the question.
func (q Question) Code(name string) (Code, bool) {
	i := slices.IndexFunc(q.Codes, func(c Code) bool { return c.Name == name })
	if i < 0 {
		return Code{}, false
	}
	return q.Codes[i], true
}

// A Code is one answer that can be chosen.
type Code struct {
	Name  string
	Label Text
	Hint  Text // may be empty
	Alone bool // it goes with no other answer, as in "none of these" or "I don't know"

	Picture Picture // beside the words; may be empty

	facts []fact
}

// A Kind says how a question is answered.
type Kind string

// The kinds.
const (
	Single     Kind = "single"      // one code
	Multi      Kind = "multi"       // any number of codes
	Line       Kind = "text"        // one line of words
	LongText   Kind = "longtext"    // words with line breaks
	Area       Kind = "area"        // one code of the country's areas; see WithAreas
	ContactWay Kind = "contact_way" // one code of ContactWays
	Times      Kind = "times"       // any number of codes that say when
	Accounts   Kind = "accounts"    // one URL or account a line; never fetched
	Names      Kind = "names"       // one person a line: a name, or who they are
)

// Coded tells whether answers are codes; otherwise they are a person's own words.
func (k Kind) Coded() bool {
	return k == Single || k == Multi || k == Area || k == ContactWay || k == Times
}

// Several tells whether an answer may have more than one value.
func (k Kind) Several() bool { return k == Multi || k == Times || k.lines() }

// lines tells whether each line of the text is a value of its own.
func (k Kind) lines() bool { return k == Accounts || k == Names }

func kinds() []string {
	return []string{string(Single), string(Multi), string(Line), string(LongText), string(Area), string(ContactWay), string(Times), string(Accounts), string(Names)}
}

// ContactWays are the codes that a question of kind contact_way may offer.
func ContactWays() []string {
	return []string{"none", "mailbox_only", "phone", "sms_plain", "email", "via_trusted_adult", "via_helpline", "in_person"}
}

// A Picture is the name of a drawing that stands beside words and says no more than they do. The public side draws it.
type Picture string

// Pictures are the pictures that an instrument may name.
func Pictures() []string {
	return []string{"bag", "bell", "bubble", "calendar", "camera", "care", "clock", "cloud", "dash", "door", "dots", "eye", "friends", "gift",
		"globe", "heart", "house", "key", "letter", "lock", "map", "moon", "pen", "people", "person", "phone", "photo", "photos", "question",
		"school", "stop", "sun", "tick", "together"}
}

// A Privacy says under which key an answer is sealed.
type Privacy string

// The privacies.
const (
	Content  Privacy = "content"
	Identity Privacy = "identity" // it would tell who somebody is or how to reach them
)

// A Meaning says what a person's own words stand for, where the program has to know.
type Meaning string

// The meanings.
const (
	MustNotKnow Meaning = "must_not_know" // people who must not learn of the report
	TheChild    Meaning = "child"         // who the child is, or where the child can be found
	Online      Meaning = "online"        // accounts and pages
	Reach       Meaning = "reach"         // how to reach the person who reports
)

// A Form says how an answer is laid out where it is read back.
type Form string

// The forms.
const (
	Inline Form = "inline" // in the run of the row
	List   Form = "list"   // one value a line
	Quote  Form = "quote"  // words with their line breaks
)

// The codes that the engine adds.
const (
	Unknown         = "unknown"
	PrefersNotToSay = "prefers_not_to_say"
)

// Page finds a page by its id, shown or not.
func (in *Instrument) Page(id string) (Page, bool) {
	i := in.index(id)
	if i < 0 {
		return Page{}, false
	}
	return in.Pages[i], true
}

func (in *Instrument) index(id string) int {
	return slices.IndexFunc(in.Pages, func(p Page) bool { return p.ID == id })
}

// Question finds a question by its id.
func (in *Instrument) Question(id string) (Question, bool) {
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			if q.ID == id {
				return q, true
			}
		}
	}
	return Question{}, false
}

// A Place is one of the country's coded areas with its name in each language.
type Place struct {
	Code  string
	Names map[string]string
}

// WithAreas gives the instrument with the country's areas as the codes of its area questions, in the given order and
// before the answers that the engine adds. Without it an area question has no other than those. in is not changed.
func (in *Instrument) WithAreas(places []Place) *Instrument {
	with := *in
	with.Pages = slices.Clone(in.Pages)
	for i := range with.Pages {
		questions := slices.Clone(with.Pages[i].Questions)
		for j := range questions {
			if questions[j].Kind == Area {
				questions[j].Codes = in.areaCodes(questions[j], places)
			}
		}
		with.Pages[i].Questions = questions
	}
	return &with
}

func (in *Instrument) areaCodes(q Question, places []Place) []Code {
	var codes []Code
	for _, p := range places {
		codes = append(codes, Code{Name: p.Code, Label: newText(in.Languages, p.Names)})
	}
	return in.addCodes(q, codes)
}

// addCodes adds the answers of the engine that are not there yet. Where the others have pictures, these have theirs.
func (in *Instrument) addCodes(q Question, codes []Code) []Code {
	if q.Plain || q.Kind != Single && q.Kind != Multi && q.Kind != Area {
		return codes
	}
	added := []Code{{Name: Unknown, Label: in.unknown, Alone: true}, {Name: PrefersNotToSay, Label: in.notSaid, Alone: true}}
	if slices.ContainsFunc(codes, func(c Code) bool { return c.Picture != "" }) {
		added[0].Picture, added[1].Picture = "question", "dots"
	}
	for _, c := range added {
		if !slices.ContainsFunc(codes, func(own Code) bool { return own.Name == c.Name }) {
			codes = append(codes, c)
		}
	}
	return codes
}
