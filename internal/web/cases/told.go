package cases

import (
	"maps"
	"slices"
	"time"

	"amparo/internal/instrument"
	"amparo/internal/web/staff"
)

// A toldView is what was told in a report.
type toldView struct {
	Received time.Time
	About    []string // how and in which language it came
	Rows     []toldRow
	Silent   []string // questions without an answer
}

// A toldRow is one question with what was answered. Words of the reporter's own have their language.
type toldRow struct {
	Label  string
	Values []string
	Lang   string // empty where an answer was chosen
}

// told shows what was told in a report, in order and in the original words, so that nobody asks again.
func (s *pages) told(v *staff.Visit, m matter) toldView {
	out := toldView{Received: m.kept.Received, About: []string{s.word(v, "report_channel", string(m.kept.Channel)), staff.Tongue(s.Pack, m.kept.Language)}}
	seen := map[string]bool{}
	if in := s.Pack.Instrument(m.kept.Instrument); in != nil {
		for _, row := range in.Summary(m.told, v.Words.Tag()) {
			seen[row.Question] = true
			out.add(row, m.kept.Language)
		}
	}
	for _, question := range slices.Sorted(maps.Keys(m.told)) {
		if !seen[question] { // the country no longer asks it; what was answered is still there
			out.add(instrument.SummaryRow{Label: question, Values: m.told[question]}, m.kept.Language)
		}
	}
	return out
}

// add adds a question with what was answered.
func (t *toldView) add(row instrument.SummaryRow, tongue string) {
	switch {
	case len(row.Values) == 0:
		t.Silent = append(t.Silent, row.Label)
		return
	case row.Coded:
		t.Rows = append(t.Rows, toldRow{Label: row.Label, Values: row.Values})
		return
	}
	one := toldRow{Label: row.Label, Lang: tongue}
	for _, words := range row.Values {
		one.Values = append(one.Values, staff.Shown(words))
	}
	t.Rows = append(t.Rows, one)
}
