package visitor

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// The kinds of Field.
const (
	Hidden   = "hidden"
	Radio    = "radio"
	Checkbox = "checkbox"
	Select   = "select"
	Line     = "text"     // an input for a few words
	Words    = "textarea" // room for many
)

// A Field is one question of a form.
type Field struct {
	Name, Kind string
	Values     []string // what can be chosen; of a hidden field, what it holds
}

// Free tells whether a person types into the field.
func (f Field) Free() bool { return f.Kind == Line || f.Kind == Words }

// A Page is one answer of the program.
type Page struct {
	Status int
	Took   time.Duration // from asking until all of it was there
	Raw    []byte        // the body as it came over the line
	Text   string        // the body as it is read
	Fields []Field
	// Receipt is the code that the page hands over; empty on every other page.
	Receipt string
}

// read finds the form's fields and the receipt.
func (p *Page) read() {
	z := html.NewTokenizer(bytes.NewReader([]byte(p.Text)))
	list := "" // the select whose options are being read
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "select" {
				list = ""
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			tag, at := element(z)
			switch tag {
			case "input":
				p.add(at["name"], at["type"], at["value"])
			case "textarea":
				p.add(at["name"], Words, "")
			case "select":
				list = at["name"]
			case "option":
				p.add(list, Select, at["value"])
			case "bdi":
				if at["class"] == "receipt" && z.Next() == html.TextToken {
					p.Receipt = strings.TrimSpace(string(z.Text()))
				}
			}
		}
	}
}

// element reads the tag at hand.
func element(z *html.Tokenizer) (name string, attributes map[string]string) {
	raw, more := z.TagName()
	name = string(raw)
	if !more || !slices.Contains([]string{"input", "textarea", "select", "option", "bdi"}, name) {
		return name, nil
	}
	attributes = map[string]string{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		attributes[string(key)] = string(value)
	}
	return name, attributes
}

func (p *Page) add(name, kind, value string) {
	for i := range p.Fields {
		if f := &p.Fields[i]; f.Name == name {
			f.Values = append(f.Values, value)
			return
		}
	}
	p.Fields = append(p.Fields, Field{name, kind, []string{value}})
}

// Step is what the page's form asks for; empty when it has none.
func (p Page) Step() string {
	for _, f := range p.Fields {
		if f.Name == "step" && f.Kind == Hidden {
			return f.Values[0]
		}
	}
	return ""
}

// Fill answers the page's form: of each choice the first, and in each place for words the words.
func (p Page) Fill(words string) url.Values {
	form := url.Values{}
	for _, f := range p.Fields {
		switch {
		case f.Free():
			form.Set(f.Name, words)
		case f.Kind == Hidden:
			form[f.Name] = f.Values
		default:
			form.Set(f.Name, f.first())
		}
	}
	return form
}

// first is the first value that says something.
func (f Field) first() string {
	for _, v := range f.Values {
		if v != "" {
			return v
		}
	}
	return ""
}
