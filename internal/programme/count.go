package programme

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/jurisdiction"
	"amparo/internal/store"
	"amparo/internal/suppress"
)

// Least is the smallest count of people that is shown to whoever was not there.
const Least = 5

// How many lines lists have.
const (
	MostProgrammes = 200
	MostSessions   = 100
)

// AnswerField is the name of the field of one answer to a question at a moment.
func AnswerField(question string, m Moment, i int) string {
	return "a_" + question + "_" + string(m) + "_" + strconv.Itoa(i)
}

// number reads a count as it was typed; nothing is nought.
func number(text string) (int, bool) {
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		}
		return r
	}, strings.TrimSpace(text))
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && n <= MostAttend
}

// A Count is a count of people as it may be shown.
type Count struct {
	N   int
	Few bool // it is left out
}

func count(n int, few bool) Count {
	if few {
		return Count{Few: true}
	}
	return Count{N: n}
}

// Settled leaves of held sessions, the first that was written up first, those that are told of: they are added in steps of Least people or more, so that who looks
// before and after does not learn of few.
func Settled(held []Session) []Session {
	told, waiting := 0, 0
	for i, s := range held {
		if waiting += s.Attended.Sum(); waiting >= Least {
			told, waiting = i+1, 0
		}
	}
	return held[:told]
}

// A Reach is how many one programme has reached.
type Reach struct {
	Programme ID
	Held      int   // sessions
	Visits    Count // of people: who comes twice counts twice
}

// An AudienceReach is how many the programmes for some readers have reached.
type AudienceReach struct {
	Audience   education.Audience
	Held       int
	Visits     Count
	Programmes []Reach
}

// A Totals is how many all programmes have reached.
type Totals struct {
	Held      int
	Visits    Count
	Audiences []AudienceReach // of those for which sessions were held
}

// total adds up, by audience and programme, and leaves out what is small and what would give it away.
func total(programmes []Programme, held []Session) (t Totals) {
	by := map[ID][]Session{}
	for _, s := range held {
		by[s.Programme] = append(by[s.Programme], s)
	}
	var groups [][]int
	waits := map[ID]bool{} // nothing is told of it yet, though somebody may have come
	for _, a := range education.Audiences {
		one := AudienceReach{Audience: a}
		var counts []int
		for _, p := range programmes {
			if p.Audience != a || len(by[p.ID]) == 0 {
				continue
			}
			n := 0
			for _, s := range Settled(by[p.ID]) {
				n += s.Attended.Sum()
			}
			one.Held += len(by[p.ID])
			waits[p.ID] = n == 0 && len(Settled(by[p.ID])) < len(by[p.ID])
			one.Programmes, counts = append(one.Programmes, Reach{p.ID, len(by[p.ID]), Count{N: n}}), append(counts, n)
		}
		if one.Held > 0 {
			t.Held += one.Held
			t.Audiences, groups = append(t.Audiences, one), append(groups, counts)
		}
	}
	g, sum, none := suppress.OfGroups(groups, Least), 0, false
	for i := range t.Audiences {
		a, n, waiting := &t.Audiences[i], 0, false
		for j, p := range a.Programmes {
			n, waiting = n+p.Visits.N, waiting || waits[p.Programme]
			a.Programmes[j].Visits = count(p.Visits.N, g.Parts[i].Cells[j] || waits[p.Programme])
		}
		a.Visits = count(n, g.Cells[i] || n == 0 && waiting)
		sum, none = sum+n, none || waiting
	}
	t.Visits = count(sum, g.Total || sum == 0 && none)
	return t
}

// A Part is how many of those who came are counted under one code.
type Part struct {
	Code  string
	Count Count
}

// An Outcome is how the answers to one question are spread, before and after.
type Outcome struct {
	Question      education.Asked
	Before, After []Count
}

// parts are those who came, by the codes of a programme. All are left out where few of them would tell.
func parts(p Programme, pack *jurisdiction.Pack, held []Session) (list []Part) {
	if p.Bands == NotApart {
		return nil
	}
	codes := p.Codes(pack)
	sums := make([]int, len(codes))
	for _, s := range Settled(held) {
		for i, code := range codes {
			sums[i] += s.Attended[code]
		}
	}
	l := suppress.Of(sums, Least)
	for i, code := range codes {
		list = append(list, Part{code, count(sums[i], l.Cells[i] || l.Total)})
	}
	return list
}

// outcomes spread the answers over all sessions that are told of. Every question is answered by the same people, and one line would give another away: where the
// total of one line would have to be left out, nothing is shown.
func outcomes(questions []education.Asked, held []Session) (list []Outcome) {
	held = Settled(held)
	for _, q := range questions {
		o, all := Outcome{Question: q}, 0
		for _, m := range Moments {
			sums := make([]int, len(q.Answers))
			for _, s := range held {
				given := s.Answers[Key(q.Code, m)]
				if len(given) != len(sums) { // it was asked otherwise then
					continue
				}
				for i, n := range given {
					sums[i] += n
					all += n
				}
			}
			l := suppress.Of(sums, Least)
			if l.Total {
				return nil
			}
			counts := make([]Count, len(sums))
			for i, n := range sums {
				counts[i] = count(n, l.Cells[i])
			}
			if m == Before {
				o.Before = counts
			} else {
				o.After = counts
			}
		}
		if all > 0 {
			list = append(list, o)
		}
	}
	return list
}

// A Board is what the first page of programmes shows.
type Board struct {
	Now        time.Time
	Programmes []Programme
	Coming     []Session
	Unwritten  []Session // that have begun and are not written up
	Totals     Totals
}

// Board gives all programmes, the sessions that come and those that are to be written up, each list of a bounded length. It needs access.ProgrammeRead.
func (r *Room) Board(ctx context.Context, actor access.Actor) (b Board, err error) {
	err = r.see(ctx, actor, access.ProgrammeRead, "", func(tx store.Tx) (err error) {
		b = Board{Now: tx.Now}
		all, err := list(ctx, tx, math.MaxInt32)
		if err != nil {
			return err
		}
		b.Programmes = all[:min(len(all), MostProgrammes)]
		if b.Coming, err = sessions(ctx, tx, comingSQL, clock.Micro(tx.Now), MostSessions); err != nil {
			return err
		}
		if b.Unwritten, err = sessions(ctx, tx, unwrittenSQL, clock.Micro(tx.Now), MostSessions); err != nil {
			return err
		}
		held, err := sessions(ctx, tx, heldSQL)
		b.Totals = total(all, held)
		return err
	})
	return b, err
}

// Waiting counts the actor's own sessions that are to be written up.
func (r *Room) Waiting(ctx context.Context, actor access.Actor) (n int, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		all, err := sessions(ctx, tx, unwrittenSQL, clock.Micro(tx.Now), MostSessions)
		n = 0
		for _, s := range all {
			if s.Runs(actor.ID) {
				n++
			}
		}
		return err
	})
	return n, err
}

// A Page is a programme with its sessions and what came of them.
type Page struct {
	Programme
	Now      time.Time
	Sessions []Session // the latest first; without counts
	Held     int
	Visits   Count
	Parts    []Part
	Outcomes []Outcome
	Led      bool // the lead of the safeguarding plan is there
}

// Show gives one programme. It needs access.ProgrammeRead.
func (r *Room) Show(ctx context.Context, actor access.Actor, id ID, language string) (v Page, err error) {
	err = r.see(ctx, actor, access.ProgrammeRead, string(id), func(tx store.Tx) (err error) {
		v = Page{Now: tx.Now}
		if v.Programme, err = one(ctx, tx, id); err != nil {
			return err
		}
		if v.Sessions, err = sessions(ctx, tx, sessionsSQL, string(id), MostSessions); err != nil {
			return err
		}
		all, err := list(ctx, tx, math.MaxInt32)
		if err != nil {
			return err
		}
		held, err := sessions(ctx, tx, heldSQL)
		if err != nil {
			return err
		}
		for _, a := range total(all, held).Audiences {
			for _, p := range a.Programmes {
				if p.Programme == id {
					v.Held, v.Visits = p.Held, p.Visits
				}
			}
		}
		held = slices.DeleteFunc(held, func(s Session) bool { return s.Programme != id })
		if !v.Visits.Few {
			v.Parts, v.Outcomes = parts(v.Programme, r.Pack, held), outcomes(r.Pack.ProgrammeQuestions(v.Audience, language), held)
		}
		for i := range v.Sessions {
			v.Sessions[i].Attended, v.Sessions[i].Answers = nil, nil
		}
		people, err := r.People(ctx, tx, v.Agency)
		v.Led = v.Lead == "" || slices.ContainsFunc(people, func(one Person) bool { return one.ID == v.Lead && one.MayLead() })
		return err
	})
	return v, err
}
