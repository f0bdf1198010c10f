package instrument

import (
	"maps"
	"slices"
)

// Answers holds what was said: question id → values, which are codes or words by the question's kind. A question that
// was left out has no entry.
type Answers map[string][]string

// With gives the answers in which those of one page are replaced by what was given there. a is not changed.
func (a Answers) With(page Page, given Answers) Answers {
	out := maps.Clone(a)
	if out == nil {
		out = Answers{}
	}
	for _, q := range page.Questions {
		delete(out, q.ID)
		if len(given[q.ID]) > 0 {
			out[q.ID] = slices.Clone(given[q.ID])
		}
	}
	return out
}

// Shown gives the pages that the answers lead to, in order. A page's condition is asked only of pages that are shown
// themselves.
func (in *Instrument) Shown(a Answers) []Page {
	pages, _ := in.walk(a)
	return pages
}

// Prune gives only those answers that stand on a page which is shown; what is left out was hidden by another answer, or
// belongs to no question. a is not changed.
func (in *Instrument) Prune(a Answers) Answers {
	_, kept := in.walk(a)
	return kept
}

func (in *Instrument) walk(a Answers) ([]Page, Answers) {
	var pages []Page
	kept := Answers{}
	for _, p := range in.Pages {
		if !p.When.Holds(kept) {
			continue
		}
		pages = append(pages, p)
		for _, q := range p.Questions {
			if len(a[q.ID]) > 0 {
				kept[q.ID] = slices.Clone(a[q.ID])
			}
		}
	}
	return pages, kept
}

// First gives the first page that is shown; ok is false when there is none.
func (in *Instrument) First(a Answers) (page Page, ok bool) {
	return in.from(a, -1)
}

// Next gives the first page shown that comes after another, which itself may be hidden by now. ok is false at the end,
// and when there is no page with the id after.
func (in *Instrument) Next(a Answers, after string) (page Page, ok bool) {
	i := in.index(after)
	if i < 0 {
		return Page{}, false
	}
	return in.from(a, i)
}

func (in *Instrument) from(a Answers, after int) (Page, bool) {
	for _, p := range in.Shown(a) {
		if in.index(p.ID) > after {
			return p, true
		}
	}
	return Page{}, false
}

// Previous gives the last page shown that comes before another. ok is false at the start, and when there is no page
// with the id before.
func (in *Instrument) Previous(a Answers, before string) (page Page, ok bool) {
	i := in.index(before)
	for _, p := range in.Shown(a) {
		if in.index(p.ID) >= i {
			break
		}
		page, ok = p, true
	}
	return page, ok
}

// Progress tells that a page is the n-th of those shown, and how many there are by what is known. n only grows from
// page to page; of may change with an answer. For a page that is not shown n is 0.
func (in *Instrument) Progress(a Answers, page string) (n, of int) {
	shown := in.Shown(a)
	return slices.IndexFunc(shown, func(p Page) bool { return p.ID == page }) + 1, len(shown)
}

// Split gives the answers that are sealed as content and those that are sealed under the identity key. What belongs to
// no question is in neither.
func (in *Instrument) Split(a Answers) (content, identity Answers) {
	content, identity = Answers{}, Answers{}
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			switch {
			case len(a[q.ID]) == 0:
			case q.Privacy == Identity:
				identity[q.ID] = slices.Clone(a[q.ID])
			default:
				content[q.ID] = slices.Clone(a[q.ID])
			}
		}
	}
	return content, identity
}
