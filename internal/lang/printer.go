package lang

import (
	"errors"
	"fmt"
	"reflect"

	"amparo/internal/fault"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// A Printer says things in one language. It is a small value; take it from Catalog.For.
type Printer struct {
	c *Catalog
	t *tongue
}

// strict refuses a message whose parameter was not given, where the default would print "<no value>".
var strict = &template.TextParser{Option: "missingkey=error"}

// T says a message. params are name, value, name, value. Texts and numbers are shown as they are; a fault.Code is said
// in the reader's language; a []string or []fault.Code becomes a list ("a, b and c"). When the message counts
// something and the counted parameter is a whole number, it takes the right plural form.
// What cannot be said comes back as «id» and is counted in Catalog.Missing.
func (p Printer) T(id string, params ...any) string {
	if m, ok := p.t.messages[id]; ok && len(params) == 0 && m.plain() {
		return m.texts["other"]
	}
	data, err := p.pairs(params)
	if err != nil {
		return p.gap(id, err)
	}
	return p.say(id, data)
}

// N says a message that counts something, in the plural form of count. The message has the number as Count.
func (p Printer) N(id string, count int, params ...any) string {
	data, err := p.pairs(params)
	if err != nil {
		return p.gap(id, err)
	}
	data["Count"] = count
	if m, ok := p.t.messages[id]; ok && m.count != "" {
		data[m.count] = count
	}
	return p.say(id, data)
}

// Has tells whether the reader's language has the message.
func (p Printer) Has(id string) bool {
	_, ok := p.t.messages[id]
	return ok
}

// Dir is the direction of the writing: "ltr" or "rtl".
func (p Printer) Dir() string { return p.t.dir }

// Tag is the language tag, as in "en".
func (p Printer) Tag() string { return p.t.tag }

// Name is what the language calls itself.
func (p Printer) Name() string { return p.T("common.language_name") }

// Fault says the public face of an error: what happened and what to do. It never shows the cause. No error is "".
func (p Printer) Fault(err error) string {
	if err == nil {
		return ""
	}
	return p.code(fault.CodeOf(err), fault.Params(err))
}

// FaultField says what is wrong with one answer.
func (p Printer) FaultField(f fault.Field) string { return p.code(f.Code, f.Params) }

func (p Printer) code(code fault.Code, params map[string]any) string {
	data := make(map[string]any, len(params))
	for name, value := range params {
		data[name] = p.value(value)
	}
	return p.say(string(code), data)
}

func (p Printer) say(id string, data map[string]any) string {
	m, ok := p.t.messages[id]
	if !ok {
		return p.gap(id, errors.New("no such message"))
	}
	ask := &i18n.LocalizeConfig{MessageID: id, TemplateData: data, TemplateParser: strict}
	if n, whole := data[m.count].(int); whole {
		ask.PluralCount = n
	}
	text, err := p.t.localizer.Localize(ask)
	if err != nil {
		return p.gap(id, errors.New("a parameter is missing"))
	}
	return text
}

func (p Printer) gap(id string, why error) string {
	p.c.gaps.add(p.t.tag, id, why.Error())
	return "«" + id + "»"
}

func (p Printer) pairs(params []any) (map[string]any, error) {
	if len(params)%2 != 0 {
		return nil, errors.New("parameters come in pairs of name and value")
	}
	data := make(map[string]any, len(params)/2+1)
	for i := 0; i < len(params); i += 2 {
		data[fmt.Sprint(params[i])] = p.value(params[i+1])
	}
	return data, nil
}

// value gives a parameter as it is shown: whole numbers as int, everything else as text.
func (p Printer) value(v any) any {
	switch v := v.(type) {
	case fault.Code:
		return p.T(string(v))
	case []fault.Code:
		said := make([]string, len(v))
		for i, code := range v {
			said[i] = p.T(string(code))
		}
		return p.list(said)
	case []string:
		apart := make([]string, len(v))
		for i, s := range v {
			apart[i] = p.isolate(s)
		}
		return p.list(apart)
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt() && !isStringer(v):
		return int(r.Int())
	case r.CanUint() && !isStringer(v):
		return int(r.Uint())
	default:
		return p.isolate(fmt.Sprint(v))
	}
}

func isStringer(v any) bool { _, ok := v.(fmt.Stringer); return ok }

// isolate keeps a text's own direction inside a right-to-left sentence.
func (p Printer) isolate(s string) string {
	if p.t.dir == "ltr" || s == "" {
		return s
	}
	return "\u2068" + s + "\u2069"
}

// list joins words as the language does.
func (p Printer) list(words []string) string {
	if len(words) == 0 {
		return ""
	}
	joined := words[0]
	for i, w := range words[1:] {
		id := "common.list_more"
		if i == len(words)-2 {
			id = "common.list_last"
		}
		joined = p.say(id, map[string]any{"Before": joined, "Next": w})
	}
	return joined
}
