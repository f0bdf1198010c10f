package instrument

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mostLength is the most characters that a question may allow.
const mostLength = 20000

// usualLength is what a question of words allows when it does not say.
func usualLength(k Kind) int {
	return map[Kind]int{Line: 200, LongText: 4000, Accounts: 2000, Names: 500}[k]
}

// usualForm is how an answer is read back when the question does not say.
func usualForm(k Kind) Form {
	switch {
	case k == LongText:
		return Quote
	case k.Several():
		return List
	}
	return Inline
}

func (l *loader) question(n *yaml.Node, title Text, alone bool, in *Instrument) Question {
	m := l.record(n, "question", []string{"id", "kind"}, "label", "hint", "codes", "required", "safety", "plain", "max_length", "privacy", "shown", "means")
	id := l.word(m["id"], "question: id", namePattern, aName)
	l.firstTime(m["id"], "question", id, l.lines)
	what := "question " + id
	q := Question{
		ID:      id,
		Kind:    Kind(l.choice(m["kind"], what+": kind", kinds()...)),
		Label:   l.words(m["label"], what+": label"),
		Hint:    l.words(m["hint"], what+": hint"),
		Plain:   l.yes(m["plain"], what+": plain"),
		Privacy: Privacy(l.choice(m["privacy"], what+": privacy", string(Content), string(Identity))),
	}
	if m["label"] == nil {
		q.Label = title
		if !alone && n.Kind == yaml.MappingNode {
			l.report(n.Line, `%s: "label" is missing: only a question that is alone on its page does without`, what)
		}
	}
	q.Shown = usualForm(q.Kind)
	if m["shown"] != nil {
		q.Shown = Form(l.choice(m["shown"], what+": shown", string(Inline), string(List), string(Quote)))
	}
	if q.Kind == Names {
		q.Means = MustNotKnow // unless it says otherwise: to keep somebody out by mistake is better than to let somebody in
	}
	if m["means"] != nil {
		q.Means = Meaning(l.choice(m["means"], what+": means", string(MustNotKnow), string(TheChild), string(Online), string(Reach)))
	}
	l.readRequired(&q, m, what)
	if m["kind"] != nil {
		l.readByKind(&q, m, n.Line, what, in)
	}
	return q
}

func (l *loader) readRequired(q *Question, m map[string]*yaml.Node, what string) {
	q.Required = l.yes(m["required"], what+": required")
	q.Safety = l.text(m["safety"], what+": safety")
	if q.Required && m["safety"] == nil {
		l.report(m["required"].Line, `%s: a required question says in "safety" what would be unsafe without an answer`, what)
	}
	if !q.Required && m["safety"] != nil {
		l.report(m["safety"].Line, `%s: "safety" belongs to a question with "required: true"`, what)
	}
}

// readByKind reads what some kinds must have and others must not.
func (l *loader) readByKind(q *Question, m map[string]*yaml.Node, line int, what string, in *Instrument) {
	listed := q.Kind.Coded() && q.Kind != Area
	refuse := func(key string, allowed bool) {
		if m[key] != nil && !allowed {
			l.report(m[key].Line, "%s: %q does not go with kind %q", what, key, q.Kind)
		}
	}
	refuse("codes", listed)
	refuse("plain", q.Kind == Single || q.Kind == Multi || q.Kind == Area)
	refuse("max_length", !q.Kind.Coded())
	refuse("means", !q.Kind.Coded())
	switch {
	case listed && m["codes"] == nil:
		l.report(line, `%s: "codes" is missing`, what)
	case listed:
		q.Codes = in.addCodes(*q, l.codes(m["codes"], *q, what))
	case q.Kind == Area:
		q.Codes = in.addCodes(*q, nil)
	case m["max_length"] == nil:
		q.MaxLength = usualLength(q.Kind)
	default:
		q.MaxLength = l.number(m["max_length"], what+": max_length", 1, mostLength)
	}
}

func (l *loader) codes(n *yaml.Node, q Question, what string) []Code {
	var codes []Code
	for _, e := range l.entries(n, what+": codes") {
		about := what + ": code " + clipped(e.key)
		switch {
		case !namePattern.MatchString(e.key):
			l.report(e.line, "%s: expected %s", about, aName)
		case q.Kind == ContactWay && !slices.Contains(ContactWays(), e.key):
			l.report(e.line, "%s: expected one of %s", about, strings.Join(ContactWays(), ", "))
		}
		m := l.record(e.value, about, []string{"words"}, "hint", "alone", "facts", "picture")
		codes = append(codes, Code{
			Name:  e.key,
			Label: l.words(m["words"], about+": words"),
			Hint:  l.words(m["hint"], about+": hint"),
			Alone: l.yes(m["alone"], about+": alone") || e.key == Unknown || e.key == PrefersNotToSay,
			facts: l.facts(m["facts"], about+": facts"),

			Picture: l.picture(m["picture"], about+": picture"),
		})
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		l.report(n.Line, "%s: codes: expected at least one", what)
	}
	return codes
}
