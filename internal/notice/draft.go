package notice

import (
	"context"
	"maps"
	"slices"
	"strings"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// A DraftInput is a notice as somebody wants to send it.
type DraftInput struct {
	Report      report.ID
	Draft       string // drawn when the form was made, so that a form sent twice is one notice
	Chosen      []int  // which of the addresses that were told, counted from 0
	More        string // further addresses, one on each line
	Platform    string
	Seen        string
	Explanation string
	Named       bool // it says which agency sends it; otherwise nobody is named
	GoodFaith   bool // the person says that it is so to the best of their knowledge
}

// Draft keeps a notice that a person is to send. Whatever is wrong is fault.Invalid with every field: "addresses" when there is none,
// "more" with a line that is no address, and words that repeat what was told of who the child is ("fault.names_child"). The other errors
// are those of Offer.
func (r *Room) Draft(ctx context.Context, actor access.Actor, in DraftInput) (ID, error) {
	if ident.Check(in.Draft) != nil {
		return "", fault.New(fault.Invalid, "fault.form")
	}
	o, err := r.Offer(ctx, actor, in.Report, "")
	if err != nil {
		return "", err
	}
	body, err := in.body(o)
	if err != nil {
		return "", err
	}
	id, err := ident.OfForm(ID(in.Draft), actor.ID, in)
	if err != nil {
		return "", err
	}
	n := Notice{ID: id, Report: in.Report, State: Drafted, Level: o.Priority, Target: o.Hotline.Code, DraftedBy: actor.ID}
	if in.Named {
		body.Agency = o.Agency
	}
	sealed, err := r.seal(ctx, in.Report, cell("notice", "body", string(n.ID)), body)
	if err != nil {
		return "", err
	}
	q := door.Request{Actor: actor, Action: access.NoticeWrite, Subject: string(in.Report)}
	return n.ID, door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		detail := map[string]string{"notice": string(n.ID), "state": string(Drafted)}
		if _, err := load(ctx, tx, n.ID); fault.KindOf(err) != fault.Withheld {
			return detail, err // by the same form
		}
		n.DraftedAt = tx.Now
		return detail, first(
			func() error { return insert(ctx, tx, by, n, sealed) },
			func() error { return r.event(ctx, tx, by, n, "", Event{State: Drafted}) },
			func() error { return r.toSend(ctx, tx, by, n) },
		)
	})
}

// toSend starts the report's clock to forward, when it does not run.
func (r *Room) toSend(ctx context.Context, tx store.Tx, by access.Proof, n Notice) error {
	level := n.Level
	if !level.Content() { // a child is known by now
		level = "C2"
	}
	return r.start(ctx, tx, by, n, task.Input{Kind: triage.TaskForward, Due: r.Pack.Targets().Due(jurisdiction.Forwarded, string(level), tx.Now)})
}

// start opens a task of the report, for whoever has it.
func (r *Room) start(ctx context.Context, tx store.Tx, by access.Proof, n Notice, in task.Input) error {
	kept, _, err := report.Load(ctx, tx, n.Report)
	if err != nil {
		return err
	}
	in.Subject, in.Agency = string(n.Report), kept.Agency
	if in.Owner, err = grant.Holder(ctx, tx, in.Subject, access.Claimant); err != nil {
		return err
	}
	_, err = task.Start(ctx, tx, by, in)
	return err
}

// body reads what the notice says.
func (in *DraftInput) body(o Offer) (Body, error) {
	f := instrument.CheckInput()
	f.Text("more", &in.More, MostAddresses*LongestAddress, false)
	f.Line("platform", &in.Platform, LongestLine, false)
	f.Line("seen", &in.Seen, LongestLine, false)
	f.Text("explanation", &in.Explanation, LongestWords, true)
	b := Body{Platform: in.Platform, Seen: in.Seen, Explanation: in.Explanation}
	for i, one := range o.Addresses {
		if slices.Contains(in.Chosen, i) && !slices.Contains(b.Addresses, one) {
			b.Addresses = append(b.Addresses, one)
		}
	}
	for line := range strings.Lines(in.More) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || slices.Contains(b.Addresses, line):
		case len(match.Online(line)) == 0:
			f.Is(false, "more", "fault.no_address")
		default:
			b.Addresses = append(b.Addresses, line)
		}
	}
	f.Is(len(b.Addresses) > 0, "addresses", "fault.answer_required")
	f.Is(len(b.Addresses) <= MostAddresses, "addresses", "fault.too_many_addresses")
	f.Is(in.GoodFaith, "faith", "fault.good_faith")
	for field, words := range map[string]string{"platform": in.Platform, "seen": in.Seen, "explanation": in.Explanation} {
		f.Is(!names(words, o.child), field, "fault.names_child")
	}
	return b, f.Err()
}

// shortest is the number of letters from which a word of what was told of a child is looked for: shorter ones are everywhere.
const shortest = 3

// names tells whether words hold a word by which a child was told.
func names(words string, child []string) bool {
	said := letters(words)
	for _, line := range child {
		for _, w := range letters(line) {
			if len([]rune(w)) >= shortest && slices.Contains(said, w) {
				return true
			}
		}
	}
	return false
}

// letters are the words of a text, in small letters.
func letters(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return strings.ContainsRune(" \n\t.,;:!?()\"'’“”«»،؛/", c) })
}

// meant gives the words of every question that means this.
func meant(in *instrument.Instrument, a instrument.Answers, m instrument.Meaning) (list []string) {
	if in == nil {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(a)) {
		if q, ok := in.Question(id); ok && q.Means == m {
			list = append(list, a[id]...)
		}
	}
	return list
}
