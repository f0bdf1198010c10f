package lesson

import (
	"context"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/store"
)

// A File is a published version as it lies in a pack.
type File struct {
	Path string // inside the pack
	Data []byte
}

// Export gives a version that is or was published as the file that it would be in the pack. Any other is fault.Conflict CodeState. It needs
// access.LessonRead.
func (r *Room) Export(ctx context.Context, actor access.Actor, id ID) (f File, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonRead, Subject: string(id)}); err != nil {
		return f, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		l, err := load(ctx, tx, id)
		if err != nil {
			return err
		}
		if l.Published.IsZero() {
			return fault.New(fault.Conflict, CodeState)
		}
		var source string
		err = tx.One(ctx, sourceSQL, []any{string(id)}, &source)
		f = File{jurisdiction.ModulePath(l.Language, l.Key), []byte(source)}
		return err
	})
	return f, err
}

// A Comparison is what differs between two versions of a text, field by field.
type Comparison struct {
	Text
	From, To string // what was compared: FromPack, or the id of a version
	Parts    []Difference
}

// A Difference is a field of two versions, line by line.
type Difference struct {
	Field string // of the front matter, or jurisdiction.BodyField
	Lines []Line
}

// Changed tells whether anything differs.
func (d Difference) Changed() bool {
	for _, l := range d.Lines {
		if l.Change != Same {
			return true
		}
	}
	return false
}

// Compare compares two versions of a text: each is FromPack or the id of one. It needs access.LessonRead.
func (r *Room) Compare(ctx context.Context, actor access.Actor, t Text, from, to string) (c Comparison, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonRead}); err != nil {
		return c, err
	}
	if err := r.known(t); err != nil {
		return c, err
	}
	c = Comparison{Text: t, From: from, To: to}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		c.Parts = nil
		a, err := r.side(ctx, tx, t, from)
		if err != nil {
			return err
		}
		b, err := r.side(ctx, tx, t, to)
		if err != nil {
			return err
		}
		c.Parts = Differ(a, b)
		return nil
	})
	return c, err
}

// Differ compares what two modules say, field by field. It is pure.
func Differ(a, b education.Module) (list []Difference) {
	before, after := fields(a), fields(b)
	for i, f := range before {
		list = append(list, Difference{f.name, Lines(f.lines, after[i].lines)})
	}
	return list
}

// side gives one of the two that are compared.
func (r *Room) side(ctx context.Context, tx store.Tx, t Text, which string) (education.Module, error) {
	if which == FromEmpty {
		return education.Module{}, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return r.from(ctx, tx, BeginInput{Text: t, From: which})
}

// A field is one field of a text as lines.
type field struct {
	name  string
	lines []string
}

// fields gives everything that a text says as lines, in the order of the page; always the same fields.
func fields(m education.Module) []field {
	var easy, check []string
	for _, e := range m.Easy {
		easy = append(easy, "["+e.Picture+"] "+e.Say)
	}
	for _, q := range m.Check {
		check = append(check, q.Ask)
		for _, a := range q.Answers {
			mark := "– "
			if a.Fits {
				mark = "✓ "
			}
			check = append(check, mark+a.Say, "  "+a.Because)
		}
	}
	follows := []string{}
	if m.Follows != 0 {
		follows = append(follows, strconv.Itoa(m.Follows))
	}
	return []field{{"title", split(m.Title)}, {"summary", split(m.Summary)}, {jurisdiction.BodyField, split(m.Text)}, {"opportunities", m.Opportunities}, {"skills", m.Skills}, {"easy", easy},
		{"check", check}, {"sms", m.SMS}, {"review_by", split(m.ReviewBy)}, {"follows", follows}}
}
