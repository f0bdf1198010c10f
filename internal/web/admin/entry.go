package admin

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// An entryRow is one entry as the page shows it.
type entryRow struct {
	Number  string // empty while it waits
	At      time.Time
	Who     string // by name; else what the person was at the time, or what sort of actor it was
	As      string // what a person whose name is known was at the time
	Actor   string // the id
	By      string // where to find all that the actor did; empty for none
	What    string
	Code    string
	Outcome page.Tag
	Reason  string
	About   []link // a few of the subjects
	Rest    []link // the others
	Detail  []string
}

// A link leads to all entries about one subject.
type link struct{ Text, Href string }

// few is how many subjects are shown at first sight.
const few = 3

// safe matches what is a code, an id or a count. What else stands in an entry is not shown.
var safe = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_.:-]{0,99}$`)

// rows says entries in the person's language.
func (a *pages) rows(v *staff.Visit, list []audit.Listed) ([]entryRow, error) {
	known, err := a.known(v)
	if err != nil {
		return nil, err
	}
	rows := make([]entryRow, len(list))
	for i, e := range list {
		rows[i] = row(v, e, known)
	}
	return rows, nil
}

func row(v *staff.Visit, e audit.Listed, known map[string]string) entryRow {
	r := entryRow{At: e.At, What: said(v, "admin.do_", string(e.Action)), Code: shown(v, string(e.Action)), Detail: details(v, e.Entry)}
	if e.Number != audit.None {
		r.Number = strconv.FormatInt(e.Number, 10)
	}
	r.who(v, e.Actor, known)
	r.Outcome = page.Tag{Text: said(v, "admin.outcome_", string(e.Outcome)), Tone: tone(e.Outcome)}
	r.Reason = shown(v, e.Reason)
	for _, id := range e.Subjects {
		text := shown(v, id)
		one := link{Text: text}
		if text == id {
			one.Href = address(map[string][]string{"subject": {id}}, "", "")
		}
		r.About = append(r.About, one)
	}
	if len(r.About) > few+1 {
		r.About, r.Rest = r.About[:few], r.About[few:]
	}
	return r
}

func tone(o audit.Outcome) string {
	if o == audit.Done {
		return "quiet"
	}
	return "soon"
}

// who says who it was.
func (r *entryRow) who(v *staff.Visit, actor access.Actor, known map[string]string) {
	if actor.ID != "" {
		r.Actor = shown(v, actor.ID)
		r.By = address(map[string][]string{"actor": {actor.ID}}, "", "")
	}
	r.Who, r.As = known[actor.ID], as(v, actor)
	if r.Who == "" {
		r.Who, r.As = cmp.Or(r.As, said(v, "admin.kind_", string(actor.Kind))), ""
	}
}

// as says the roles and the agency that an actor had; empty for none.
func as(v *staff.Visit, actor access.Actor) string {
	var held []string
	for _, role := range actor.Roles {
		held = append(held, said(v, "role.", string(role)))
	}
	parts := []string{names(v, held)}
	if safe.MatchString(actor.Agency) {
		parts = append(parts, v.AgencyName(actor.Agency))
	}
	return strings.Trim(strings.Join(parts, " · "), " ·")
}

// said says a code by the message that begins with prefix and ends with the code; the code itself when there is none, for the log
// is older than the words.
func said(v *staff.Visit, prefix, code string) string {
	if id := prefix + strings.ReplaceAll(code, ".", "_"); v.Words.Has(id) {
		return v.T(id)
	}
	return shown(v, code)
}

// details are the names and values of an entry's detail, by name.
func details(v *staff.Visit, e audit.Entry) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
		list = append(list, shown(v, name)+": "+shown(v, e.Detail[name]))
	}
	return list
}

// shown is a code, an id or a count as it is; words in place of anything else.
func shown(v *staff.Visit, code string) string {
	if code == "" || safe.MatchString(code) {
		return code
	}
	return v.T("admin.not_a_code")
}
