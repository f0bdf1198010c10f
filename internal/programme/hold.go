package programme

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// Plan plans a session of a programme that is approved. The same form again is the same session. What is wrong is fault.Invalid, by field. It needs
// access.ProgrammeWrite.
func (r *Room) Plan(ctx context.Context, actor access.Actor, in SessionInput) (id SessionID, err error) {
	in.clean()
	if err := r.May(ctx, actor, access.ProgrammeWrite); err != nil {
		return "", err
	}
	if id, err = drawn[SessionID](actor, in.Draft, in); err != nil {
		return "", err
	}
	in.Session = id
	return id, r.plan(ctx, actor, in, func(ctx context.Context, tx store.Tx, s *Session) (bool, error) {
		_, err := session(ctx, tx, id)
		switch {
		case err == nil:
			return false, nil // by the same form
		case fault.KindOf(err) != fault.Withheld:
			return false, err
		}
		*s = Session{ID: id, Programme: in.Programme, State: Planned, Attended: Attendance{}, Answers: Answers{}, Made: tx.Now, MadeBy: actor.ID, Version: 0}
		return true, nil
	})
}

// Change changes a session that is planned, and was seen in a version. It needs access.ProgrammeWrite.
func (r *Room) Change(ctx context.Context, actor access.Actor, in SessionInput) error {
	in.clean()
	if err := r.May(ctx, actor, access.ProgrammeWrite); err != nil {
		return err
	}
	return r.plan(ctx, actor, in, func(ctx context.Context, tx store.Tx, s *Session) (bool, error) {
		there, err := session(ctx, tx, in.Session)
		switch {
		case err != nil:
			return false, err
		case there.Version != in.Version:
			return false, fault.New(fault.Conflict, fault.CodeStale)
		case there.State != Planned:
			return false, fault.New(fault.Conflict, CodeState)
		}
		*s = there
		return true, nil
	})
}

// plan writes what was planned into a session that find gives; false leaves everything as it is.
func (r *Room) plan(ctx context.Context, actor access.Actor, in SessionInput, find func(ctx context.Context, tx store.Tx, s *Session) (bool, error)) error {
	guest, sealed, err := r.sealGuest(ctx, actor, in.Guest)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.ProgrammeWrite, Subject: string(in.Session)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		var s Session
		if goes, err := find(ctx, tx, &s); err != nil || !goes {
			return nil, err
		}
		p, err := one(ctx, tx, s.Programme)
		if err != nil {
			return nil, err
		}
		if err := r.ready(ctx, tx, p); err != nil {
			return nil, err
		}
		people, err := r.People(ctx, tx, "")
		if err != nil {
			return nil, err
		}
		has, err := guestOf(ctx, tx, s.ID)
		if err != nil {
			return nil, err
		}
		if err := in.check(p, r.Pack, people, has != "", tx.Now); err != nil {
			return nil, err
		}
		s.Begins, s.Minutes, s.Place, s.Language, s.Facilitators, s.Second = in.Begins, in.Minutes, in.Place, in.Language, in.Facilitators, in.Second
		if err := put(ctx, tx, s); err != nil {
			return nil, err
		}
		if p.State == Approved {
			p.State = Running
			if err := update(ctx, tx, p); err != nil {
				return nil, err
			}
		}
		detail := map[string]string{"programme": string(p.ID), "session": string(s.ID)}
		if guest == "" {
			return detail, nil
		}
		if has != "" {
			if err := away(ctx, tx, has); err != nil {
				return nil, err
			}
		}
		return detail, insertName(ctx, tx, by, guest, s.ID, kindGuest, sealed, in.Begins.Add(LongestNames))
	})
}

// ready is a fault when no session may be planned of a programme.
func (r *Room) ready(ctx context.Context, tx store.Tx, p Programme) error {
	switch {
	case p.State == Ended:
		return fault.New(fault.Conflict, CodeOver)
	case p.State == Draft:
		return fault.New(fault.Conflict, CodeNotApproved)
	case !p.Whole():
		return fault.New(fault.Conflict, CodePlan)
	}
	return r.led(ctx, tx, p)
}

// sealGuest seals an adult from outside under keys of their own; without one the id is empty.
func (r *Room) sealGuest(ctx context.Context, actor access.Actor, g Guest) (id NameID, sealed []byte, err error) {
	if g.empty() {
		return "", nil, nil
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		id, g.SeenBy, g.Seen = ident.New[NameID](tx.Now), actor.ID, tx.Now
		return nil
	})
	if err == nil {
		sealed, err = r.seal(ctx, id, g)
	}
	return id, sealed, err
}

// Cancel cancels a session that is planned and was seen in a version, with a reason. It needs access.ProgrammeWrite.
func (r *Room) Cancel(ctx context.Context, actor access.Actor, id SessionID, version int64, reason string) error {
	return r.turn(ctx, actor, access.ProgrammeWrite, id, version, func(_ store.Tx, _ Programme, s *Session, _ access.Proof) error {
		if s.State != Planned {
			return fault.New(fault.Conflict, CodeState)
		}
		s.State, s.Reason = Cancelled, reason
		return why(&s.Reason)
	})
}

// A WriteUpInput is what is written down of a session that was held.
type WriteUpInput struct {
	Session   SessionID
	Version   int64
	Attended  map[string]string // by the codes of the programme, as typed
	Debriefed bool
}

// WriteUp says how many came to a session, once it has begun; it may be mended later. There is no place for words: what was told belongs into a report. Who was
// not there is fault.Forbidden CodeNotYours, but for whoever supervises its agency while nobody has written it up. It needs access.ProgrammeHold.
func (r *Room) WriteUp(ctx context.Context, actor access.Actor, in WriteUpInput) error {
	return r.turn(ctx, actor, access.ProgrammeHold, in.Session, in.Version, func(tx store.Tx, p Programme, s *Session, by access.Proof) error {
		switch {
		case s.State == Cancelled:
			return fault.New(fault.Conflict, CodeState)
		case tx.Now.Before(s.Begins):
			return fault.New(fault.Conflict, CodeEarly)
		}
		wrong, came := fault.New(fault.Invalid, codeForm), Attendance{}
		for _, code := range p.Codes(r.Pack) {
			n, ok := number(in.Attended[code])
			if !ok || code == All && in.Attended[code] == "" {
				wrong.With("came_"+code, CodeCount, "Max", MostAttend)
			}
			came[code] = n
		}
		if came.Sum() > MostAttend && !wrong.Wrong() {
			wrong.With("came_"+p.Codes(r.Pack)[0], CodeCount, "Max", MostAttend)
		}
		if wrong.Wrong() {
			return wrong
		}
		s.State, s.Attended, s.Debriefed, s.WrittenUp, s.WrittenUpBy = Held, came, in.Debriefed, tx.Now, by.Actor().ID
		return nil
	})
}

// minds tells whether an actor answers for a session: they are there, or supervise the agency of its programme.
func minds(actor access.Actor, p Programme, s Session) bool {
	return s.Runs(actor.ID) || actor.Supervises() && actor.Agency == p.Agency
}

// counts tells whether an actor writes a session up: whoever is there, and who supervises when nobody of them has.
func counts(actor access.Actor, p Programme, s Session) bool {
	return s.tells(actor.ID) || s.State == Planned && minds(actor, p, s)
}

// tells tells whether somebody sees how many came, however few: they were there, or have written it up.
func (s Session) tells(user string) bool { return s.Runs(user) || user != "" && s.WrittenUpBy == user }

// An AnswersInput is how many gave which answer, as it was counted on paper.
type AnswersInput struct {
	Session SessionID
	Version int64
	Given   map[string][]string // by Key, as typed, in the order of the answers
}

// Count keeps how many gave which answer in a session. Only questions of the country for the programme's readers count. It needs access.ProgrammeHold.
func (r *Room) Count(ctx context.Context, actor access.Actor, in AnswersInput) error {
	return r.turn(ctx, actor, access.ProgrammeHold, in.Session, in.Version, func(tx store.Tx, p Programme, s *Session, _ access.Proof) error {
		if s.State != Held {
			return fault.New(fault.Conflict, CodeEarly)
		}
		wrong, given := fault.New(fault.Invalid, codeForm), Answers{}
		for _, q := range r.Questions(p.Audience) {
			for _, m := range Moments {
				counts, sum := make([]int, len(q.Answers)), 0
				for i := range counts {
					text := ""
					if typed := in.Given[Key(q.Code, m)]; i < len(typed) {
						text = typed[i]
					}
					n, ok := number(text)
					if !ok || sum+n > MostAttend {
						wrong.With(AnswerField(q.Code, m, i), CodeCount, "Max", MostAttend)
					}
					counts[i], sum = n, sum+n
				}
				if sum > 0 {
					given[Key(q.Code, m)] = counts
				}
			}
		}
		if wrong.Wrong() {
			return wrong
		}
		s.Answers, s.WrittenUp = given, tx.Now
		return nil
	})
}

// Questions are those of the country for some readers, in its default language.
func (r *Room) Questions(a education.Audience) []education.Asked {
	return r.Pack.ProgrammeQuestions(a, r.Pack.Default())
}

// turn changes a session that was seen in a version.
func (r *Room) turn(ctx context.Context, actor access.Actor, action access.Action, id SessionID, version int64,
	change func(tx store.Tx, p Programme, s *Session, by access.Proof) error,
) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		s, err := session(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		p, err := one(ctx, tx, s.Programme)
		if err != nil {
			return nil, err
		}
		if action == access.ProgrammeHold && !counts(actor, p, s) { // before anything is told of it
			return nil, fault.New(fault.Forbidden, CodeNotYours)
		}
		if s.Version != version {
			return nil, fault.New(fault.Conflict, fault.CodeStale)
		}
		if err := change(tx, p, &s, by); err != nil {
			return nil, err
		}
		return map[string]string{"session": string(s.ID), "state": string(s.State)}, put(ctx, tx, s)
	})
}

// A Warning is what somebody should look at before a session. Who is a user id.
type Warning struct {
	Code fault.Code
	Who  string
}

// The warnings.
const (
	WarnAway      fault.Code = "programme.warn_away"
	WarnShort     fault.Code = "programme.warn_short" // a qualification is missing or ends before
	WarnTwoAdults fault.Code = "programme.warn_two_adults"
	WarnLead      fault.Code = "programme.warn_lead"
	WarnDraft     fault.Code = "programme.warn_draft"
)

// A SessionPage is a session with its programme, and what the reader may do.
type SessionPage struct {
	Session
	Of       Programme
	Guest    bool // an adult from outside helps
	Warnings []Warning
	Mine     bool // the reader answers for it
	Counts   bool // the reader may write it up
	Tells    bool // the reader sees how many came; else the counts are empty
	Now      time.Time
}

// Session gives one session. Its counts are there only for whoever answers for it. It needs access.ProgrammeRead.
func (r *Room) Session(ctx context.Context, actor access.Actor, id SessionID) (v SessionPage, err error) {
	err = r.see(ctx, actor, access.ProgrammeRead, string(id), func(tx store.Tx) (err error) {
		v = SessionPage{Now: tx.Now}
		if v.Session, err = session(ctx, tx, id); err != nil {
			return err
		}
		if v.Of, err = one(ctx, tx, v.Programme); err != nil {
			return err
		}
		guest, err := guestOf(ctx, tx, id)
		if err != nil {
			return err
		}
		v.Guest, v.Mine, v.Counts, v.Tells = guest != "", minds(actor, v.Of, v.Session), counts(actor, v.Of, v.Session), v.tells(actor.ID)
		if !v.Tells {
			v.Attended, v.Answers = nil, nil
		}
		if v.State == Planned {
			v.Warnings, err = r.warn(ctx, tx, v)
		}
		return err
	})
	return v, err
}

// warn looks at what may keep a session from being held as it should be.
func (r *Room) warn(ctx context.Context, tx store.Tx, v SessionPage) (list []Warning, err error) {
	people, err := r.People(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	for _, user := range v.Crew() {
		if gone, err := r.Away(ctx, tx, user, v.Begins); err != nil {
			return nil, err
		} else if gone {
			list = append(list, Warning{WarnAway, user})
		}
		i := slices.IndexFunc(people, func(one Person) bool { return one.ID == user })
		if i < 0 {
			list = append(list, Warning{WarnShort, user})
			continue
		}
		if missing, expired := people[i].Short(v.Of.Qualifications, v.Begins); slices.Contains(v.Facilitators, user) && len(missing)+len(expired) > 0 {
			list = append(list, Warning{WarnShort, user})
		}
	}
	adults := len(v.Crew())
	if v.Guest {
		adults++
	}
	if v.Of.Form == Group && v.Of.OfChildren() && adults < 2 {
		list = append(list, Warning{WarnTwoAdults, ""})
	}
	if v.Of.State == Draft {
		list = append(list, Warning{WarnDraft, ""})
	}
	switch err := r.led(ctx, tx, v.Of); {
	case fault.CodeOf(err) == CodeLead:
		list = append(list, Warning{WarnLead, v.Of.Lead})
	case err != nil:
		return nil, err
	}
	return list, nil
}

func marshal(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of numbers alone
	}
	return string(raw)
}

// MayCount tells whether the actor may write a session up; a refusal is recorded.
func (r *Room) MayCount(ctx context.Context, actor access.Actor, id SessionID) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.ProgrammeHold, Subject: string(id)}, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		s, err := session(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		p, err := one(ctx, tx, s.Programme)
		if err == nil && !counts(actor, p, s) {
			err = fault.New(fault.Forbidden, CodeNotYours)
		}
		return map[string]string{"did": "look"}, err
	})
}
