package helpline

import (
	"maps"
	"slices"
	"strings"

	"amparo/internal/instrument"
)

// between stands between what was taken down in two places.
const between = "\n\n"

// join puts two texts together without saying the same twice: what goes on from the other, or is a paragraph of it, is there already. Words that
// merely stand inside other words are not.
func join(a, b string) string {
	switch a, b = strings.TrimSpace(a), strings.TrimSpace(b); {
	case strings.HasPrefix(a, b):
		return a
	case strings.HasPrefix(b, a):
		return b
	default:
		return add(a, b)
	}
}

// add puts a paragraph after a text that has not got it yet.
func add(text, one string) string {
	switch paragraphs := strings.Split(text, between); {
	case slices.Contains(paragraphs, one):
		return text
	case text == "":
		return one
	default:
		return text + between + one
	}
}

// WordsOf is the id of the question whose answer is what was taken down in free words; empty when the list has none.
func WordsOf(in *instrument.Instrument) string {
	for _, kind := range []instrument.Kind{instrument.LongText, instrument.Line} {
		for _, p := range in.Pages {
			for _, q := range p.Questions {
				if q.Kind == kind && p.When == nil {
					return q.ID
				}
			}
		}
	}
	return ""
}

// line says an answer in one line, in the words of its question.
func line(q instrument.Question, values []string, tag string) string {
	said := make([]string, len(values))
	for i, v := range values {
		said[i] = v
		if c, ok := q.Code(v); ok && q.Kind.Coded() {
			said[i] = c.Label.Words(tag)
		}
	}
	return q.Label.Words(tag) + ": " + strings.Join(said, "; ")
}

// Left says in words, one line each, what stands in the answers and would not be asked by the others. It goes into the words of the report.
func Left(in *instrument.Instrument, a instrument.Answers, tag string) (lines []string) {
	kept := in.Prune(a)
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			if len(a[q.ID]) > 0 && len(kept[q.ID]) == 0 {
				lines = append(lines, line(q, a[q.ID], tag))
			}
		}
	}
	return lines
}

// whole gives the answers of a report: those that fit, and in its words all that was taken down besides.
func whole(in *instrument.Instrument, n Notes, tag string) instrument.Answers {
	out := in.Prune(n.Answers)
	text := join(strings.Join(out[WordsOf(in)], "\n"), n.Text)
	for _, one := range Left(in, n.Answers, tag) {
		text = add(text, one)
	}
	delete(out, WordsOf(in))
	if text != "" {
		out[WordsOf(in)] = []string{text}
	}
	return out
}

// Turn gives the notes for another list of questions. What that does not ask, or would not take as an answer, goes into the free words.
func Turn(from, to *instrument.Instrument, n Notes, tag string) Notes {
	out := Notes{Way: to.ID, Language: n.Language, Answers: instrument.Answers{}, Text: n.Text}
	for _, p := range from.Pages {
		for _, q := range p.Questions {
			values := n.Answers[q.ID]
			if len(values) == 0 {
				continue
			}
			if other, ok := to.Question(q.ID); ok && takes(other, q, values) {
				out.Answers[q.ID] = slices.Clone(values)
				continue
			}
			out.Text = add(out.Text, line(q, values, tag))
		}
	}
	return out
}

// takes tells whether a question means by the values what another means by them.
func takes(other, q instrument.Question, values []string) bool {
	return other.Kind == q.Kind && (!q.Kind.Coded() || !slices.ContainsFunc(values, func(v string) bool { _, ok := other.Code(v); return !ok }))
}

// merge puts together what two windows hold of one draft, which ask by the same list. Where they say different things the typed one
// counts, and the other goes into the free words.
func merge(in *instrument.Instrument, stored, typed Notes, tag string) Notes {
	out := Notes{Way: typed.Way, Language: typed.Language, Answers: maps.Clone(typed.Answers), Text: join(stored.Text, typed.Text)}
	if out.Answers == nil {
		out.Answers = instrument.Answers{}
	}
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			was, now := stored.Answers[q.ID], typed.Answers[q.ID]
			switch {
			case len(was) == 0 || slices.Equal(was, now):
			case len(now) == 0:
				out.Answers[q.ID] = slices.Clone(was)
			case q.Kind.Several() && !alone(q, was) && !alone(q, now):
				out.Answers[q.ID] = together(was, now)
			default:
				out.Text = add(out.Text, line(q, was, tag))
			}
		}
	}
	return out
}

// alone tells whether an answer goes with no other.
func alone(q instrument.Question, values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { c, ok := q.Code(v); return ok && c.Alone })
}

func together(was, now []string) []string {
	out := slices.Clone(was)
	for _, v := range now {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
