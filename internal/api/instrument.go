package api

import (
	"net/http"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
)

// listed is one list of questions among all.
type listed struct {
	ID      string            `json:"id"`
	Version string            `json:"version"`
	Reader  instrument.Reader `json:"reader"`
	Name    string            `json:"name"`
}

func list(in *instrument.Instrument, lang string) listed {
	return listed{in.ID, in.Version, in.Reader, in.Name.Words(lang)}
}

// instruments tells of all lists of questions.
func (a *API) instruments(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	tag, err := a.tongue(r)
	if err != nil {
		return err
	}
	out := struct {
		Languages   []string `json:"languages"`
		Instruments []listed `json:"instruments"`
	}{Languages: []string{a.Pack.Default()}}
	for _, l := range a.Pack.Languages() {
		if l.Code != a.Pack.Default() {
			out.Languages = append(out.Languages, l.Code)
		}
	}
	for _, id := range a.Pack.Instruments() {
		out.Instruments = append(out.Instruments, list(a.Pack.Instrument(id), tag))
	}
	return answer(w, http.StatusOK, out)
}

// tongue is the language that the address asks for.
func (a *API) tongue(r *http.Request) (string, error) {
	asked := r.URL.Query().Get("lang")
	switch {
	case asked == "":
		return a.Pack.Default(), nil
	case a.Pack.Language(asked) == asked:
		return asked, nil
	}
	names := make([]string, 0, len(a.Pack.Languages()))
	for _, l := range a.Pack.Languages() {
		names = append(names, l.Code)
	}
	return "", fault.New(fault.Invalid, codeQuery).With("lang", "fault.partner_choice", "Names", names)
}

// codeQuery says that something in the address cannot be.
const codeQuery fault.Code = "fault.partner_query"

// A shownPage is one page of questions.
type shownPage struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	Intro     string          `json:"intro,omitempty"`
	When      *shownCondition `json:"when,omitempty"`
	Questions []shownQuestion `json:"questions"`
}

// A shownCondition is when a page is asked.
type shownCondition struct {
	Question string           `json:"question,omitempty"`
	Codes    []string         `json:"codes,omitempty"`
	All      []shownCondition `json:"all,omitempty"`
	Any      []shownCondition `json:"any,omitempty"`
	None     []shownCondition `json:"none,omitempty"`
}

// A shownQuestion is one question.
type shownQuestion struct {
	ID         string          `json:"id"`
	Kind       instrument.Kind `json:"kind"`
	Label      string          `json:"label"`
	Hint       string          `json:"hint,omitempty"`
	Required   bool            `json:"required"`
	Several    bool            `json:"several"`
	Identifies bool            `json:"identifies"`
	MaxLength  int             `json:"max_length,omitempty"`
	Codes      []shownCode     `json:"codes,omitempty"`
}

// A shownCode is one answer that can be chosen.
type shownCode struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Hint  string `json:"hint,omitempty"`
	Alone bool   `json:"alone,omitempty"`
}

// instrument shows one list of questions whole.
func (a *API) instrument(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	tag, err := a.tongue(r)
	if err != nil {
		return err
	}
	in := a.Pack.Instrument(r.PathValue("id"))
	if in == nil {
		return fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	out := struct {
		listed
		Language string         `json:"language"`
		Pages    []shownPage    `json:"pages"`
		Schema   map[string]any `json:"answers_schema"`
	}{listed: list(in, tag), Language: tag, Schema: answersSchema(in)}
	for _, p := range in.Pages {
		out.Pages = append(out.Pages, showPage(p, tag))
	}
	return answer(w, http.StatusOK, out)
}

func showPage(p instrument.Page, tag string) shownPage {
	out := shownPage{ID: p.ID, Title: p.Title.Words(tag), Intro: p.Intro.Words(tag)}
	if p.When != nil {
		when := showCondition(*p.When)
		out.When = &when
	}
	for _, q := range p.Questions {
		shown := shownQuestion{ID: q.ID, Kind: q.Kind, Label: q.Label.Words(tag), Hint: q.Hint.Words(tag), Required: q.Required,
			Several: q.Kind.Several(), Identifies: q.Privacy == instrument.Identity, MaxLength: q.MaxLength}
		for _, c := range q.Codes {
			shown.Codes = append(shown.Codes, shownCode{c.Name, c.Label.Words(tag), c.Hint.Words(tag), c.Alone})
		}
		out.Questions = append(out.Questions, shown)
	}
	return out
}

func showCondition(c instrument.Condition) shownCondition {
	all := func(list []instrument.Condition) (out []shownCondition) {
		for _, one := range list {
			out = append(out, showCondition(one))
		}
		return out
	}
	return shownCondition{c.Question, c.Codes, all(c.All), all(c.Any), all(c.None)}
}

// answersSchema is a JSON Schema of the answers to a list of questions. What it does not allow is refused; what it allows may be left out, where
// other answers do not lead to it, or be too long together.
func answersSchema(in *instrument.Instrument) map[string]any {
	questions := map[string]any{}
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			questions[q.ID] = answerSchema(q)
		}
	}
	return map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": questions}
}

func answerSchema(q instrument.Question) map[string]any {
	one := map[string]any{"type": "string"}
	if q.Kind.Coded() {
		codes := []string{""} // not answered
		for _, c := range q.Codes {
			codes = append(codes, c.Name)
		}
		one["enum"] = codes
	}
	many := map[string]any{"type": "array", "items": one}
	if q.Kind.Coded() && !q.Kind.Several() {
		many["maxItems"] = 1
	}
	return map[string]any{"oneOf": []any{one, many}}
}
