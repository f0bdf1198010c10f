package cases

import (
	"slices"
	"testing"

	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/web/staff"
	"amparo/internal/web/staff/stafftest"
)

// TestWhatIsNoLongerAskedIsStillTold reads answers to questions that the country has dropped since.
func TestWhatIsNoLongerAskedIsStillTold(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		s, v := &pages{Config{Pack: h.Pack}}, &staff.Visit{Words: h.Lang.For("en")}
		told := instrument.Answers{"words": {"I like to draw."}, "asked_once": {"see https://old.example/x"}}
		for list, rows := range map[string][]string{"about_me": {"You can tell us in your own words", "asked_once"}, "gone": {"asked_once", "words"}} {
			out := s.told(v, matter{kept: report.Report{Instrument: list, Channel: "web_form", Language: "en"}, told: told})
			var labels, values []string
			for _, r := range out.Rows {
				labels, values = append(labels, r.Label), append(values, r.Values...)
			}
			if !slices.Equal(labels, rows) || !slices.Contains(values, "I like to draw.") || !slices.Contains(values, "see hxxps://old[.]example/x") {
				t.Errorf("by %s it reads %q %q", list, labels, values)
			}
			if asked := list == "about_me"; asked != (len(out.Silent) > 0) {
				t.Errorf("by %s there are %d questions without an answer", list, len(out.Silent))
			}
		}
	})
}

// TestTwoThreadsHaveTwoFields keeps what was written in its own field.
func TestTwoThreadsHaveTwoFields(t *testing.T) {
	one, two := threadView{Report: "r1"}, threadView{Report: "r2"}
	for i, v := range []*threadView{&one, &two} {
		v.Message.Name = "message"
		v.nth(i)
		v.keep(draft{report: "r2", id: "d", text: "words"}, nil)
	}
	if one.Message.Name != "message" || two.Message.Name != "message-2" || one.Message.Value != "" || two.Message.Value != "words" || two.Draft != "d" {
		t.Errorf("%+v, %+v", one.Message, two.Message)
	}
	if fieldOf([]threadView{one, two}, "r2") != "message-2" || fieldOf(nil, "r2") != "" {
		t.Error("the error leads to another field")
	}
}
