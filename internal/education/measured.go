package education

import "unicode/utf8"

// words counts those of the body.
func (m *Module) words() (n int) {
	for _, b := range m.Body {
		for _, t := range b.texts() {
			n += len(Words(t))
		}
	}
	return n
}

// Measures are the numbers by which a module is judged, whether or not they are within the limits. A most of 0 is none: in that language it is not measured.
type Measures struct {
	Words            int
	Least, Most      int
	Grade, MostGrade float64
	Sentence         int // words of the longest
	MostSentence     int
	Easy             int // words of the longest line of easy read
	MostEasy         int
	SMS              []Length
}

// A Length is how many characters a text for a telephone has, and may have.
type Length struct{ Count, Most int }

// Measures measures a module.
func (l Limits) Measures(m *Module) Measures {
	at := l.Audiences[m.Audience]
	out := Measures{Words: m.words(), Least: at.Words[0], Most: at.Words[1], MostGrade: at.Grade[m.Language], MostSentence: at.Sentence[m.Language], MostEasy: at.Easy[m.Language]}
	said := m.said()
	if out.MostGrade > 0 {
		out.Grade = Grade(said)
	}
	for _, t := range said {
		for _, s := range Sentences(t) {
			out.Sentence = max(out.Sentence, len(Words(s)))
		}
	}
	for _, e := range m.Easy {
		out.Easy = max(out.Easy, len(Words(e.Say)))
	}
	for _, s := range m.SMS {
		out.SMS = append(out.SMS, Length{utf8.RuneCountInString(s), SMSLimit(s)})
	}
	return out
}
