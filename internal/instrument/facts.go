package instrument

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Facts is what the answers say in names and codes of the rule set. Values never holds "unknown": what is missing is
// not known. Triggers, Floors and Content are sorted and hold each name once. ContentOnly is what ContentOnly tells.
type Facts struct {
	Values      map[string]string
	Triggers    []string
	Floors      []string
	Content     []string
	ContentOnly bool
}

// counted is the one factor that counts: each code adds to it, up to mostCounted.
const (
	counted     = "vulnerability"
	mostCounted = 3
)

// A fact is one line of `facts`: a factor with its code, or a trigger, a floor or a condition of content.
type fact struct {
	list string // one of lists, or "" for a factor
	name string
	code string
	line int
}

// lists are the facts that are names in a list.
var lists = []string{"triggers", "floors", "content"}

// A rule gives facts when its condition holds.
type rule struct {
	when  *Condition
	facts []fact
}

// Facts gives what the codes and then the rules say, in the order of the file. Where two give the same factor the later
// one counts: an instrument lists what weighs more further down. Words that a person wrote are never read.
func (in *Instrument) Facts(a Answers) Facts {
	pages, kept := in.walk(a)
	f := Facts{Values: map[string]string{}}
	for _, p := range pages {
		for _, q := range p.Questions {
			for _, c := range q.Codes {
				if q.Kind.Coded() && slices.Contains(kept[q.ID], c.Name) {
					f.add(c.facts)
				}
			}
		}
	}
	for _, r := range in.rules {
		if r.when.Holds(kept) {
			f.add(r.facts)
		}
	}
	f.Triggers, f.Floors, f.Content = once(f.Triggers), once(f.Floors), once(f.Content)
	f.ContentOnly = in.content != nil && in.content.Holds(kept)
	return f
}

// ContentOnly tells that the answers are about content in which no child is identified. Such a report is not scored by its
// facts: what nobody could know about a child would make it look more urgent.
func (in *Instrument) ContentOnly(a Answers) bool {
	return in.content != nil && in.content.Holds(in.Prune(a))
}

func (f *Facts) add(list []fact) {
	for _, one := range list {
		switch {
		case one.list == "triggers":
			f.Triggers = append(f.Triggers, one.name)
		case one.list == "floors":
			f.Floors = append(f.Floors, one.name)
		case one.list == "content":
			f.Content = append(f.Content, one.name)
		case one.name == counted:
			before, _ := strconv.Atoi(f.Values[counted])
			more, _ := strconv.Atoi(one.code)
			f.Values[counted] = strconv.Itoa(min(before+more, mostCounted))
		default:
			f.Values[one.name] = one.code
		}
	}
}

func once(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// FactNames is what a rule set knows: the codes of each factor by its name, and the names of triggers, floors and conditions of content.
type FactNames struct {
	Factors  map[string][]string
	Triggers []string
	Floors   []string
	Content  []string
}

// CheckFacts gives a problem, by line, for every fact of the instrument that the rule set does not know.
func (in *Instrument) CheckFacts(allowed FactNames) []Problem {
	r := reader{file: in.file}
	for _, f := range in.facts() {
		switch {
		case f.list == "triggers":
			r.oneOf(f, "trigger", allowed.Triggers)
		case f.list == "floors":
			r.oneOf(f, "floor", allowed.Floors)
		case f.list == "content":
			r.oneOf(f, "condition of content", allowed.Content)
		case allowed.Factors[f.name] == nil:
			r.oneOf(f, "factor", slices.Sorted(maps.Keys(allowed.Factors)))
		case !slices.Contains(allowed.Factors[f.name], f.code):
			r.report(f.line, "facts: %s has no code %q; expected %s", f.name, clipped(f.code), strings.Join(known(allowed.Factors[f.name]), ", "))
		}
	}
	return r.sorted()
}

func (r *reader) oneOf(f fact, what string, allowed []string) {
	if !slices.Contains(allowed, f.name) {
		r.report(f.line, "facts: unknown %s %q; expected %s", what, clipped(f.name), strings.Join(allowed, ", "))
	}
}

// known leaves "unknown" out: it is said by giving no fact.
func known(codes []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return c == Unknown })
}

// facts gives all facts of codes and rules.
func (in *Instrument) facts() []fact {
	var all []fact
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			for _, c := range q.Codes {
				all = append(all, c.facts...)
			}
		}
	}
	for _, r := range in.rules {
		all = append(all, r.facts...)
	}
	return all
}

// FactsGiven names every fact that some answer can give, sorted: "access=none", "triggers=danger_now".
func (in *Instrument) FactsGiven() []string {
	var names []string
	for _, f := range in.facts() {
		if f.list == "" {
			names = append(names, f.name+"="+f.code)
		} else {
			names = append(names, fmt.Sprintf("%s=%s", f.list, f.name))
		}
	}
	return once(names)
}
