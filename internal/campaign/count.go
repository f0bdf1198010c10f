package campaign

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/signpost"
	"amparo/internal/store"
	"amparo/internal/suppress"
)

// Least is the smallest count that is shown. Fewer could be told to be somebody.
const Least = 5

// Came counts a report that came by a campaign, on the day on which it was opened. A code of none counts nothing. What is kept leads to no report.
func Came(ctx context.Context, tx store.Tx, _ access.Proof, code Code, zone *time.Location) error {
	_, err := tx.Exec(ctx, tallySQL, clock.Day(tx.Now, zone), string(code))
	return err
}

// Prune forgets counts that are older than two years.
func Prune(ctx context.Context, tx store.Tx) error {
	_, err := tx.Exec(ctx, pruneSQL, tx.Now.Add(-signpost.Kept).Format(time.DateOnly))
	return err
}

// A Count is how many there were. What is Few is not told, and neither is what would give away another.
type Count struct {
	N   int
	Few bool
}

// A Stretch is some days of a campaign: a week from its first day on, or the rest of one. Both ends count.
type Stretch struct {
	From, To        string
	Served, Reports Count
	Days            []Day
}

// A Day is one day.
type Day struct {
	Day             string
	Served, Reports Count
}

// A Part is how often one signpost was served in one language.
type Part struct {
	Signpost, Language string
	Served             Count
}

// Counts are how far a campaign has reached, up to the last day that is over. From two years after its first day nothing is told.
type Counts struct {
	Served, Reports Count
	Weeks           []Stretch
	Parts           []Part
}

// Counts tells how far a campaign has reached. It needs access.CampaignRead.
func (r *Room) Counts(ctx context.Context, actor access.Actor, id ID) (out Counts, err error) {
	c, today, err := r.One(ctx, actor, id)
	if err != nil {
		return out, err
	}
	day, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return out, err
	}
	until := day.AddDate(0, 0, -1).Format(time.DateOnly)
	served, reports, parts := map[string]int{}, map[string]int{}, map[[2]string]int{}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		clear(served)
		clear(reports)
		clear(parts)
		list, err := signpost.DaysOf(ctx, tx, string(c.Code), until)
		if err != nil {
			return err
		}
		for _, one := range list {
			served[one.Day] += int(one.Served)
			parts[[2]string{one.Code, one.Language}] += int(one.Served)
		}
		return tx.Each(ctx, tallySinceSQL, []any{string(c.Code), until}, func(scan func(...any) error) error {
			var day string
			var n int
			err := scan(&day, &n)
			reports[day] = n
			return err
		})
	})
	if err != nil {
		return out, err
	}
	out = c.reckon(until, served, reports, parts)
	if c.First < day.Add(-signpost.Kept).Format(time.DateOnly) {
		out.conceal() // what is left of them would grow less from day to day, and tell what each day had
	}
	return out, nil
}

// conceal tells no count.
func (c *Counts) conceal() {
	few := Count{Few: true}
	c.Served, c.Reports = few, few
	for i := range c.Parts {
		c.Parts[i].Served = few
	}
	for i := range c.Weeks {
		w := &c.Weeks[i]
		w.Served, w.Reports = few, few
		for j := range w.Days {
			w.Days[j].Served, w.Days[j].Reports = few, few
		}
	}
}

// reckon puts the counts together, and leaves out what is few.
func (c Campaign) reckon(until string, served, reports map[string]int, parts map[[2]string]int) (out Counts) {
	out.Weeks = weeks(c.span(until, served, reports))
	for _, code := range c.Signposts {
		for _, tag := range c.Languages {
			parts[[2]string{code, tag}] += 0
		}
	}
	for key, n := range parts {
		out.Parts = append(out.Parts, Part{key[0], key[1], Count{N: n}})
	}
	slices.SortFunc(out.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Signpost, b.Signpost), cmp.Compare(a.Language, b.Language))
	})
	pieces := make([]int, len(out.Parts))
	for i, p := range out.Parts {
		pieces[i] = p.Served.N
	}
	byPart := suppress.Of(pieces, Least)
	out.Served = spread(out.Weeks, served, byPart.Total, func(s *Stretch) *Count { return &s.Served }, func(d *Day) *Count { return &d.Served })
	out.Reports = spread(out.Weeks, reports, false, func(s *Stretch) *Count { return &s.Reports }, func(d *Day) *Count { return &d.Reports })
	for i := range out.Parts {
		if byPart.Cells[i] || out.Served.Few {
			out.Parts[i].Served = Count{Few: true}
		}
	}
	return out
}

// spread fills in one figure of all weeks and days, and gives its total. Where the total cannot be told, by the days or for any other reason, nothing is:
// what else is shown of the same would tell it.
func spread(list []Stretch, counts map[string]int, untold bool, ofWeek func(*Stretch) *Count, ofDay func(*Day) *Count) (total Count) {
	groups := make([][]int, len(list))
	for i, s := range list {
		for _, d := range s.Days {
			groups[i] = append(groups[i], counts[d.Day])
			total.N += counts[d.Day]
		}
	}
	left := suppress.OfGroups(groups, Least)
	untold = untold || left.Total
	show := func(n int, few bool) Count {
		if few || untold {
			return Count{Few: true}
		}
		return Count{N: n}
	}
	for i := range list {
		sum := 0
		for j := range list[i].Days {
			sum += groups[i][j]
			*ofDay(&list[i].Days[j]) = show(groups[i][j], left.Parts[i].Cells[j])
		}
		*ofWeek(&list[i]) = show(sum, left.Cells[i])
	}
	return show(total.N, false)
}

// span gives the days of a campaign that are over, and those after it on which something was counted.
func (c Campaign) span(until string, counted ...map[string]int) (from, to string) {
	from, to = c.First, min(c.Last, until)
	for _, days := range counted {
		for day := range days {
			from, to = min(from, day), max(to, day)
		}
	}
	return from, to
}

// weeks gives weeks from a day to another, which both count.
func weeks(from, to string) (list []Stretch) {
	day, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return nil
	}
	for n := 0; day.Format(time.DateOnly) <= to; n++ {
		if n%7 == 0 {
			list = append(list, Stretch{From: day.Format(time.DateOnly)})
		}
		s := &list[len(list)-1]
		s.To = day.Format(time.DateOnly)
		s.Days = append(s.Days, Day{Day: s.To})
		day = day.AddDate(0, 0, 1)
	}
	return list
}
