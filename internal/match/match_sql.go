package match

import (
	"context"
	"errors"
	"slices"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// The bounds of one search: how many digests a question has, how many questions are asked beside the one that leads, how many
// digests all have together, and how many of those that have the mark that leads are asked whether they have one of each of the others.
const (
	mostKeys   = 12
	mostOthers = 5
	most       = mostKeys * (mostOthers + 1)
	mostAsked  = 2000
	// mostCounted is how far it is counted how many have a mark, to begin with the rarest.
	mostCounted = 2 * mostAsked
)

// MostFound is how many reports, and how many cases, one mark of a search finds at most: the latest.
const MostFound = 51

const (
	// place says where the marks of the subject stand.
	place = `CASE WHEN EXISTS (SELECT 1 FROM case_file WHERE id = $1) THEN 'case'
		WHEN EXISTS (SELECT 1 FROM case_report WHERE report = $1) THEN 'in_case' ELSE 'report' END`
	placeSQL = `UPDATE match_mark SET place = ` + place + ` WHERE subject = $1`
	markSQL  = `INSERT INTO match_mark (subject, digest, kind, made_at, place) VALUES ($1, $2, $3, $4, ` + place + `) ON CONFLICT DO NOTHING`

	forgetSQL = `DELETE FROM match_mark WHERE subject = $1`

	repeatSQL = `SELECT DISTINCT other.subject FROM match_mark own JOIN match_mark other ON other.digest = own.digest
		WHERE own.subject = $1 AND other.subject <> $1 AND other.kind NOT IN ('sound', 'word') AND other.made_at >= $2`
	knownSQL = `SELECT subject FROM match_mark WHERE digest = $1 AND subject <> $2 ORDER BY made_at LIMIT 20`
	alikeSQL = `SELECT other.subject, other.kind, other.made_at FROM match_mark own
		JOIN match_mark other ON other.digest = own.digest AND other.subject <> own.subject
		WHERE own.subject = $7 AND own.kind <> 'word' AND other.subject ` + grant.VisibleSQL + ` ORDER BY other.made_at DESC, other.subject LIMIT 1000`
	alikeThroughSQL = `SELECT c.case_id, other.kind, other.made_at FROM match_mark own
		JOIN match_mark other ON other.digest = own.digest AND other.subject <> own.subject
		JOIN case_report c ON c.report = other.subject
		WHERE own.subject = $7 AND own.kind <> 'word' AND c.case_id ` + grant.VisibleSQL + ` ORDER BY other.made_at DESC, c.case_id LIMIT 1000`
	// rareSQL counts how often a mark is there, as far as is counted.
	rareSQL = `SELECT count(*) FROM (SELECT 1 FROM match_mark WHERE digest = $1 LIMIT $2) AS m`
	// sinceSQL and the others give since when there are as many of a mark as are asked, with reports, with cases, and with reports of cases.
	sinceSQL        = `SELECT made_at FROM match_mark WHERE digest = $1 ORDER BY made_at DESC, subject DESC LIMIT 1 OFFSET $2`
	sinceLabelSQL   = `SELECT made_at FROM match_mark WHERE digest = $1 AND place = 'case' ORDER BY made_at DESC, subject DESC LIMIT 1 OFFSET $2`
	sinceThroughSQL = `SELECT made_at FROM match_mark WHERE digest = $1 AND place = 'in_case' ORDER BY made_at DESC, subject DESC LIMIT 1 OFFSET $2`
	group1          = `IN ($10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`
	group2          = `IN ($22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)`
	group3          = `IN ($34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45)`
	group4          = `IN ($46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57)`
	group5          = `IN ($58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69)`
	// What has a mark of one of some digests: a report or a case by itself, a case by what was told in its reports.
	marked     = `EXISTS (SELECT 1 FROM match_mark o WHERE o.subject = m.subject AND o.digest `
	caseMarked = `EXISTS (SELECT 1 FROM match_mark o WHERE o.subject = c.case_id AND o.digest `
	toldIn     = `EXISTS (SELECT 1 FROM case_report k JOIN match_mark o ON o.subject = k.report WHERE k.case_id = m.subject AND o.digest `
	caseToldIn = `EXISTS (SELECT 1 FROM case_report k JOIN match_mark o ON o.subject = k.report WHERE k.case_id = c.case_id AND o.digest `
	// also asks of whoever has a mark for a mark of each of the other questions: $9 of them, whose digests are group1 to group5.
	also = ` AND ($9 < 1 OR ` + marked + group1 + `))` +
		` AND ($9 < 2 OR ` + marked + group2 + `))` +
		` AND ($9 < 3 OR ` + marked + group3 + `))` +
		` AND ($9 < 4 OR ` + marked + group4 + `))` +
		` AND ($9 < 5 OR ` + marked + group5 + `))`
	alsoLabel = ` AND ($9 < 1 OR ` + marked + group1 + `) OR ` + toldIn + group1 + `))` +
		` AND ($9 < 2 OR ` + marked + group2 + `) OR ` + toldIn + group2 + `))` +
		` AND ($9 < 3 OR ` + marked + group3 + `) OR ` + toldIn + group3 + `))` +
		` AND ($9 < 4 OR ` + marked + group4 + `) OR ` + toldIn + group4 + `))` +
		` AND ($9 < 5 OR ` + marked + group5 + `) OR ` + toldIn + group5 + `))`
	alsoCase = ` AND ($9 < 1 OR ` + caseMarked + group1 + `) OR ` + caseToldIn + group1 + `))` +
		` AND ($9 < 2 OR ` + caseMarked + group2 + `) OR ` + caseToldIn + group2 + `))` +
		` AND ($9 < 3 OR ` + caseMarked + group3 + `) OR ` + caseToldIn + group3 + `))` +
		` AND ($9 < 4 OR ` + caseMarked + group4 + `) OR ` + caseToldIn + group4 + `))` +
		` AND ($9 < 5 OR ` + caseMarked + group5 + `) OR ` + caseToldIn + group5 + `))`
	latest = ` ORDER BY m.made_at DESC, m.subject DESC LIMIT $8`
	// searchSQL goes through those who have the mark $7 since $70, the latest first, and stops when it has enough of them.
	searchSQL = `SELECT m.subject, m.kind, m.made_at FROM match_mark m WHERE m.digest = $7 AND m.made_at >= $70` + also +
		` AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = m.subject AND ` + grant.TiedSQL + `)` + latest
	// searchLabelSQL finds a case by what its child is called, or by that and by what was told in its reports.
	searchLabelSQL = `SELECT m.subject, m.kind, m.made_at FROM match_mark m WHERE m.digest = $7 AND m.place = 'case' AND m.made_at >= $70` + alsoLabel +
		` AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = m.subject AND ` + grant.TiedSQL + `)` + latest
	// searchThroughSQL finds a case by the marks of the reports that led to it: whoever may read the case reads them there.
	searchThroughSQL = `SELECT c.case_id, m.kind, m.made_at FROM match_mark m JOIN case_report c ON c.report = m.subject
		WHERE m.digest = $7 AND m.place = 'in_case' AND m.made_at >= $70` + alsoCase + ` AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = c.case_id AND ` + grant.TiedSQL + `)` + latest
)

// a finding puts marks of one subject together, in the order in which the subjects come.
type finding struct {
	list []Likeness
	at   map[string]int
}

// a look is one statement of a search, with what it finds by it.
type look struct {
	statement string
	action    access.Action // whose scope it has
	cases     bool          // its subjects are cases
	since     string        // the statement for since when it asks; empty when it asks all
}

// looks are those of a search.
var looks = []look{{searchSQL, access.ReportRead, false, sinceSQL}, {searchLabelSQL, access.CaseRead, true, sinceLabelSQL},
	{searchThroughSQL, access.CaseRead, true, sinceThroughSQL}}

// likenesses reads marks by each of the statements, which take the scope and the same arguments after it.
func likenesses(ctx context.Context, tx store.Tx, actor access.Actor, looks []look, args []any) ([]Likeness, error) {
	f := finding{at: map[string]int{}}
	for _, l := range looks {
		if _, err := f.read(ctx, tx, actor, l, args); err != nil {
			return nil, err
		}
	}
	return f.list, nil
}

// read adds what one statement finds, and tells how many that were. Whoever may do its action on nothing is not looked for anything.
func (f *finding) read(ctx context.Context, tx store.Tx, actor access.Actor, l look, args []any) (n int, err error) {
	scope := grant.ScopeFor(actor, l.action)
	if scope.Empty() {
		return 0, nil
	}
	err = tx.Each(ctx, l.statement, scope.Args(args...), func(scan func(...any) error) error {
		var subject, kind string
		var made int64
		if err := scan(&subject, &kind, &made); err != nil {
			return err
		}
		n++
		f.add(Likeness{Subject: subject, Case: l.cases, Told: clock.FromMicro(made)}, Kind(kind))
		return nil
	})
	return n, err
}

// asks gives since when a look asks those who have a mark: there are mostAsked of them, or it is for ever.
func (l look) asks(ctx context.Context, tx store.Tx, digest []byte) (since int64, err error) {
	err = tx.One(ctx, l.since, []any{digest, mostAsked - 1}, &since)
	if errors.Is(err, store.ErrNoRow) {
		return 0, nil
	}
	return since, err
}

// rarity is how many have a mark of the question, as far as is counted.
func rarity(ctx context.Context, tx store.Tx, q question) (sum int, err error) {
	for _, d := range q.digests {
		var n int
		if err := tx.One(ctx, rareSQL, []any{[]byte(d), mostCounted}, &n); err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

func (f *finding) add(l Likeness, kind Kind) {
	i, ok := f.at[l.Subject]
	if !ok {
		i = len(f.list)
		f.at[l.Subject] = i
		f.list = append(f.list, l)
	}
	if !slices.Contains(f.list[i].Kinds, kind) {
		f.list[i].Kinds = append(f.list[i].Kinds, kind)
	}
}
