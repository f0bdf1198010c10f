package ruleset

import (
	"encoding/json"
	"maps"
	"slices"
)

// Facts is what is known about a report, in names and codes. The zero value is "nothing was answered".
//
// Values holds the code of each factor by its name ("0" to "3" for vulnerability); a factor that is missing, or has the
// code Unknown, is unknown. Triggers and Floors hold names; order and repetition mean nothing. Content holds names of
// conditions of content, and ContentOnly says that no child is identified in it. Facts made by hand are checked with
// Set.Check; ParseFacts checks them already.
type Facts struct {
	Values      map[string]string
	Triggers    []string
	Floors      []string
	Content     []string
	ContentOnly bool
}

// ByContent tells whether the facts have a level of content, and no priority of a child. Whatever speaks of a child in danger,
// lapsed or not, makes it the child's.
func (f Facts) ByContent() bool { return f.ContentOnly && len(f.Triggers) == 0 }

// JSON is the canonical encoding, as FACTS.json: keys and names sorted, nothing repeated, unknown factors and empty
// lists left out. Facts that mean the same encode to the same bytes, and ParseFacts reads them back.
func (f Facts) JSON() []byte {
	m := map[string]any{}
	for name, code := range f.Values {
		switch {
		case code == Unknown:
		case name == Vulnerability && isCount(code):
			m[name] = int(code[0] - '0')
		default:
			m[name] = code
		}
	}
	if list := sortedOnce(f.Triggers); len(list) > 0 {
		m["triggers"] = list
	}
	if list := sortedOnce(f.Floors); len(list) > 0 {
		m["floors"] = list
	}
	if list := sortedOnce(f.Content); len(list) > 0 {
		m["content"] = list
	}
	if f.ContentOnly {
		m["content_only"] = true
	}
	data, err := json.Marshal(m)
	if err != nil {
		panic("ruleset: strings and numbers always encode: " + err.Error())
	}
	return data
}

// Merge gives f with what was told later. A later code replaces an earlier one, unless it is Unknown: not knowing now
// does not take back what was known. Triggers, floors and content of both are kept; no child is identified when neither
// identifies one. To take something back, make new Facts without it. Neither f nor later is changed.
func (f Facts) Merge(later Facts) Facts {
	values := map[string]string{}
	for _, from := range []Facts{f, later} {
		maps.Copy(values, from.known())
	}
	return Facts{
		Values:   values,
		Triggers: sortedOnce(append(slices.Clone(f.Triggers), later.Triggers...)),
		Floors:   sortedOnce(append(slices.Clone(f.Floors), later.Floors...)),
		Content:  sortedOnce(append(slices.Clone(f.Content), later.Content...)),

		ContentOnly: f.ContentOnly && later.ContentOnly,
	}
}

// Answered tells whether anything at all is known: a factor, a trigger (lapsed or not) or a floor.
func (f Facts) Answered() bool {
	return len(f.known()) > 0 || len(f.Triggers) > 0 || len(f.Floors) > 0
}

func (f Facts) known() map[string]string {
	values := maps.Clone(f.Values)
	maps.DeleteFunc(values, func(_, code string) bool { return code == Unknown })
	return values
}

// isCount tells whether code is one of the numbers that vulnerability takes.
func isCount(code string) bool { return len(code) == 1 && code[0] >= '0' && code[0] <= '3' }

func sortedOnce(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
