package ruleset

// An Explanation is a Result in words, for pages, the API and `amparo triage explain`. No list is nil. Encoded, its
// keys are those of the published format; they do not change.
type Explanation struct {
	Priority         Priority          `json:"priority"`
	Sum              int               `json:"sum"`
	Triggers         []ExplainedReason `json:"triggers"`
	Floors           []ExplainedReason `json:"floors"`
	Factors          []ExplainedFactor `json:"factors"`
	Unknown          []string          `json:"unknown"` // names of factors
	NeedsInformation bool              `json:"needs_information"`
	Content          []ExplainedReason `json:"content,omitempty"` // of content alone; the id is the level that each makes
	RuleSet          string            `json:"rule_set"`
}

// An ExplainedReason is a trigger or floor that is true, in words.
type ExplainedReason struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Words string `json:"words"`
}

// An ExplainedFactor is one of the twelve factors, with the words of the code that was told.
type ExplainedFactor struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Code   string `json:"code"`
	Points int    `json:"points"`
	Words  string `json:"words"`
}

// Explain says a result of this set in lang. Words that lang lacks come in the set's first language.
func (s *Set) Explain(r Result, lang string) Explanation {
	e := Explanation{
		Priority: r.Priority, Sum: r.Sum, NeedsInformation: r.NeedsInformation, RuleSet: r.RuleSet,
		Triggers: []ExplainedReason{}, Floors: []ExplainedReason{}, Factors: []ExplainedFactor{}, Content: []ExplainedReason{},
		Unknown: append([]string{}, r.Unknown...),
	}
	for _, x := range r.Triggers {
		t, _ := s.Trigger(x.Name)
		e.Triggers = append(e.Triggers, ExplainedReason{x.ID, x.Name, s.Say(t.Words, lang)})
	}
	for _, x := range r.Floors {
		f, _ := s.Floor(x.Name)
		e.Floors = append(e.Floors, ExplainedReason{x.ID, x.Name, s.Say(f.Words, lang)})
	}
	for _, x := range r.Content {
		c, _ := s.Content.condition(x.Name)
		e.Content = append(e.Content, ExplainedReason{x.ID, x.Name, s.Say(c.Words, lang)})
	}
	for _, x := range r.Factors {
		f, _ := s.Factor(x.Name)
		c, _ := f.Code(x.Code)
		e.Factors = append(e.Factors, ExplainedFactor{x.ID, x.Name, x.Code, x.Points, s.Say(c.Words, lang)})
	}
	return e
}
