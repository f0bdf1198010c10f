package triage

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Part says what of a report goes into a second one.
type Part struct {
	From     report.ID
	ID       report.ID // of the second
	Sequence int64     // the standing of the first that the person has seen
	// Answers are the questions whose answers go along as they were chosen.
	Answers []string
	// Words are what goes along of what was told in the reporter's own words, by the question; several values are lines.
	Words map[string]string
	// Facts are those of the first that hold for the second as well. What an answer that goes along says holds in any case.
	Facts ruleset.Facts
	Area  string // coded; empty when not known
}

// A Second is a Part that was checked and sealed under keys of its own. It is good for one split.
type Second struct {
	part   Part
	sealed report.Sealed
	facts  ruleset.Facts
	told   time.Time // as the first has it, so that a trigger lapses with it
	named  []string  // who must not know, by what goes along
	clues  []match.Clue
	exact  []match.Clue
}

// LongestPart is the number of characters of what goes along to one question. It is more than anybody is asked for: addresses that
// nobody is to follow by accident are longer than they were told.
const LongestPart = 8000

// Divide opens what was told in a report, takes the part out of it, and seals that. What is wrong is fault.Invalid with the fields
// "area", "answers" when nothing goes along, and the ids of questions with too many words; a standing that has changed is
// fault.Conflict. It comes before the transaction that splits, for somebody who may.
func (r *Room) Divide(ctx context.Context, part Part) (s Second, err error) {
	job := access.System("triage.split")
	latest, err := r.reckon(ctx, job, string(part.From))
	if err != nil {
		return s, err
	}
	if latest.Sequence != part.Sequence {
		return s, fault.New(fault.Conflict, fault.CodeStale)
	}
	kept, content, identity, err := r.halves(ctx, job, part.From)
	if err != nil {
		return s, err
	}
	wrong := fault.New(fault.Invalid, "fault.form")
	if part.Area != "" && !r.Pack.AreaKnown(part.Area) {
		wrong.With("area", "fault.answer_code")
	}
	in := r.Instrument(kept.Instrument)
	open(in, content, identity)
	content, identity = part.of(in, content, wrong), part.of(in, identity, wrong)
	if len(content)+len(identity) == 0 && !wrong.Wrong() {
		wrong.With("answers", "fault.split_nothing")
	}
	if wrong.Wrong() {
		return s, wrong
	}
	s = Second{part: part, told: latest.Told, facts: part.hold(latest.Facts, in, content, identity)}
	if in != nil {
		all := whole(content, identity)
		s.named, s.clues, s.exact = meant(in, all, instrument.MustNotKnow), clues(in, all), exact(in, all)
	}
	return s, r.sealSecond(ctx, &s, content, identity)
}

// whole puts the halves of answers together.
func whole(halves ...instrument.Answers) instrument.Answers {
	all := instrument.Answers{}
	for _, half := range halves {
		maps.Copy(all, half)
	}
	return all
}

// halves opens both halves of what was told.
func (r *Room) halves(ctx context.Context, job access.Actor, id report.ID) (kept report.Report, content, identity instrument.Answers, err error) {
	by, err := access.Own(job, "triage.split")
	if err != nil {
		return kept, nil, nil, err
	}
	var sealed report.Sealed
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { kept, sealed, err = report.Load(ctx, tx, id); return err }); err != nil {
		return kept, nil, nil, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) (err error) {
		if content, err = openAnswers(ctx, v, id, reveal.Content, "content", sealed.Content); err == nil {
			identity, err = openAnswers(ctx, v, id, reveal.Identity, "identity", sealed.Identity)
		}
		return err
	})
	return kept, content, identity, err
}

func (r *Room) sealSecond(ctx context.Context, s *Second, content, identity instrument.Answers) (err error) {
	subject := string(s.part.ID)
	if err := r.Reveal.MakeKeys(ctx, subject); err != nil {
		return err
	}
	if s.sealed.Content, err = r.seal(ctx, subject, reveal.Content, "content", content); err != nil {
		return err
	}
	s.sealed.Identity, err = r.seal(ctx, subject, reveal.Identity, "identity", identity)
	return err
}

// open adds the questions that are answered at length and were not: what their reporter wrote elsewhere may be said there.
func open(in *instrument.Instrument, content, identity instrument.Answers) {
	for _, q := range AtLength(in) {
		half := content
		if q.Privacy == instrument.Identity {
			half = identity
		}
		if half[q.ID] == nil {
			half[q.ID] = []string{}
		}
	}
}

// AtLength gives the questions of a list that are answered at length, in own words.
func AtLength(in *instrument.Instrument) (list []instrument.Question) {
	if in == nil {
		return nil
	}
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			if q.Kind == instrument.LongText {
				list = append(list, q)
			}
		}
	}
	return list
}

// of gives what goes along of one half of the answers.
func (p Part) of(in *instrument.Instrument, told instrument.Answers, wrong *fault.Error) instrument.Answers {
	out := instrument.Answers{}
	for id, values := range told {
		if Chosen(in, id) {
			if slices.Contains(p.Answers, id) {
				out[id] = values
			}
			continue
		}
		if words := ownWords(in, id, p.Words[id], wrong); len(words) > 0 {
			out[id] = words
		}
	}
	return out
}

// Chosen tells whether the answers to a question were chosen, and not given in own words.
func Chosen(in *instrument.Instrument, id string) bool {
	if in == nil {
		return false
	}
	q, ok := in.Question(id)
	return ok && q.Kind.Coded()
}

// ownWords reads words as the form that asks the question does.
func ownWords(in *instrument.Instrument, id, text string, wrong *fault.Error) []string {
	if in != nil {
		if q, ok := in.Question(id); ok {
			q.Required, q.MaxLength = false, LongestPart
			read, err := in.Normalise(instrument.Page{Questions: []instrument.Question{q}}, url.Values{id: {text}})
			if err != nil {
				wrong.With(id, "fault.long", "Max", LongestPart)
			}
			return read[id]
		}
	}
	text, _ = instrument.CleanText(text, 0)
	if len([]rune(text)) > LongestPart {
		wrong.With(id, "fault.long", "Max", LongestPart)
	}
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
}

// hold gives the facts of the second: of those that are known of the first, the ones that were chosen for it and the ones that an answer
// says that goes along.
func (p Part) hold(known ruleset.Facts, in *instrument.Instrument, halves ...instrument.Answers) ruleset.Facts {
	said := instrument.Facts{}
	if in != nil {
		said = in.Facts(whole(halves...))
	}
	only := func(known, chosen, said []string) []string {
		return slices.DeleteFunc(slices.Clone(known), func(name string) bool { return !slices.Contains(chosen, name) && !slices.Contains(said, name) })
	}
	out := ruleset.Facts{Values: map[string]string{}, Triggers: only(known.Triggers, p.Facts.Triggers, said.Triggers),
		Floors: only(known.Floors, p.Facts.Floors, said.Floors), Content: only(known.Content, p.Facts.Content, said.Content), ContentOnly: known.ContentOnly}
	for name, code := range known.Values {
		if p.Facts.Values[name] != "" || said.Values[name] != "" {
			out.Values[name] = code
		}
	}
	return out
}

// DivideTx keeps a second report beside the first, inside the caller's transaction: behind the same receipt, on the same desks, with
// whoever has the first, and with clocks from when that came in. It must be kept from whoever the first must be kept from, and from those
// whom its own words name, whom it gives. The errors are those of report.SplitOff; a standing of the first that has
// changed is fault.Conflict.
func (r *Room) DivideTx(ctx context.Context, tx store.Tx, by access.Proof, from report.Report, s Second) (p ruleset.Priority, named []string, err error) {
	now, err := standing(ctx, tx, string(from.ID))
	if err == nil && now.Sequence != s.part.Sequence {
		err = fault.New(fault.Conflict, fault.CodeStale)
	}
	if err != nil {
		return "", nil, err
	}
	second := from
	second.ID, second.Area = s.part.ID, s.part.Area
	if err := first(
		func() error { return report.SplitOff(ctx, tx, by, second, s.sealed, from.ID) },
		func() error { return intake.AddPart(ctx, tx, by, from.ID, second.ID) },
	); err != nil {
		return "", nil, err
	}
	facts, err := r.recall(ctx, tx, by, second, s.facts, s.clues, s.exact)
	if err != nil {
		return "", nil, err
	}
	result, err := r.Assess(ctx, tx, by, string(second.ID), facts, s.told)
	if err != nil {
		return "", nil, err
	}
	if named, err = r.keptLike(ctx, tx, by, from.ID, second.ID, s.named); err != nil {
		return "", nil, err
	}
	return result.Priority, named, first(
		func() error { return r.desksLike(ctx, tx, by, from, second.ID, result.Priority) },
		func() error { return r.beginLike(ctx, tx, by, from, second.ID, result.Priority) },
	)
}

// keptLike keeps a second report from whoever must not know of the first, and from those whom its own words name; it gives these.
func (r *Room) keptLike(ctx context.Context, tx store.Tx, by access.Proof, from, id report.ID, words []string) (named []string, err error) {
	if err := grant.CopyConflicts(ctx, tx, by, string(from), string(id)); err != nil {
		return nil, err
	}
	if named, err = r.matched(ctx, tx, words); err != nil {
		return nil, err
	}
	for _, user := range named {
		if err := grant.Exclude(ctx, tx, by, string(id), user, grant.Named); err != nil {
			return nil, err
		}
	}
	return named, nil
}

// desksLike gives a second report to the desks that the first lies on.
func (r *Room) desksLike(ctx context.Context, tx store.Tx, by access.Proof, from report.Report, id report.ID, p ruleset.Priority) error {
	given, err := grant.History(ctx, tx, string(from.ID))
	if err != nil {
		return err
	}
	for _, g := range given {
		if g.Relation != access.Desk || !g.EndedAt.IsZero() {
			continue
		}
		if err := grant.Give(ctx, tx, by, string(id), g.Grantee, access.Desk); err != nil {
			return err
		}
	}
	return first(
		func() error { return r.Widen(ctx, tx, by, string(id), from.Agency, access.Desk) },
		func() error { return r.callOut(ctx, tx, by, string(id), from.Agency, p, tx.Now) },
	)
}

// beginLike has a second report be where the first is: with the same colleague, or waiting. Its clocks run from when the first came in.
func (r *Room) beginLike(ctx context.Context, tx store.Tx, by access.Proof, from report.Report, id report.ID, p ruleset.Priority) error {
	subject := string(id)
	holder, err := grant.Holder(ctx, tx, string(from.ID), access.Claimant)
	if err != nil {
		return err
	}
	kept, err := grant.Excluded(ctx, tx, subject, holder)
	if err != nil {
		return err
	}
	if err := r.seek(ctx, tx, by, subject, from.Agency, p, from.Received); err != nil {
		return err
	}
	if from.State != report.InTriage || holder == "" || kept {
		return first(
			func() error { return r.start(ctx, tx, by, subject, from.Agency, p, from.Received) },
			func() error { return intake.SetProgress(ctx, tx, by, id, intake.Received) },
		)
	}
	return first(
		func() error { return report.Take(ctx, tx, by, id) },
		func() error { return grant.Give(ctx, tx, by, subject, holder, access.Claimant) },
		func() error { return task.Assign(ctx, tx, by, subject, "", holder) },
		func() error { return intake.SetProgress(ctx, tx, by, id, intake.Reading) },
	)
}

const amendmentsSQL = `SELECT count(*) FROM assessment WHERE subject = $1 AND source = 'amended'`

// Amendments counts how often more became known of a subject than was told. Who may know it was decided by the caller.
func Amendments(ctx context.Context, tx store.Tx, subject string) (n int, err error) {
	err = tx.One(ctx, amendmentsSQL, []any{subject}, &n)
	return n, err
}

// ReuniteTx ends a split, inside the caller's transaction: the second report has its end, no clocks and no marks, and the first is at least
// as urgent as it was. latest is the latest assessment of the first, opened; a standing that has changed meanwhile is fault.Conflict. The
// errors are those of report.Unsplit.
func (r *Room) ReuniteTx(ctx context.Context, tx store.Tx, by access.Proof, s report.Split, latest Assessment) error {
	subject := string(s.Report)
	holder, err := grant.Holder(ctx, tx, subject, access.Claimant)
	if err != nil {
		return err
	}
	return first(
		func() error { return report.Unsplit(ctx, tx, by, s.Report) },
		func() error { return r.urgeBack(ctx, tx, by, s, latest) },
		func() error { return task.Cancel(ctx, tx, by, subject) },
		func() error { _, err := tx.Exec(ctx, settleSQL, subject); return err },
		func() error { return grant.End(ctx, tx, by, subject, holder, access.Claimant) },
		func() error { return match.Forget(ctx, tx, by, subject) },
		func() error { return intake.DropPart(ctx, tx, by, s.Report) },
	)
}

// urgeBack makes the first report at least as urgent as the second was.
func (r *Room) urgeBack(ctx context.Context, tx store.Tx, by access.Proof, s report.Split, latest Assessment) error {
	now, err := standing(ctx, tx, string(s.From))
	if err == nil && now.Sequence != latest.Sequence {
		err = fault.New(fault.Conflict, fault.CodeStale)
	}
	if err != nil {
		return err
	}
	was, err := standing(ctx, tx, string(s.Report))
	if err != nil || !was.urges(now) {
		return err
	}
	next := latest
	if now.Priority.Content() && !was.Priority.Content() {
		next.Facts.ContentOnly = false // the child of the second is this one's again
	}
	next.Priority, next.Source, next.Reason, next.MadeBy = was.Priority, Raised, "", by.Actor().ID
	return first(
		func() error { return r.add(ctx, tx, by, string(s.From), next) },
		func() error { return r.turn(ctx, tx, by, string(s.From), now.Priority, next.Priority) },
		func() error { return r.hasten(ctx, tx, by, string(s.From), next.Priority) },
	)
}
