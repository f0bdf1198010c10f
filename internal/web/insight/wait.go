package insight

import (
	"amparo/internal/chart"
	"amparo/internal/insight"
	"amparo/internal/page"
)

const few = insight.Few

// a slot is one hour or day with its wait.
type slot struct {
	name, label string // label is empty where a picture has no room for it
	insight.Wait
}

// How many of the columns of a picture are labelled, at the most.
const (
	hourLabels = 6
	dayLabels  = 3
	// labelRoom is the part of a picture's width, in hundredths, that a day's label takes on a telephone on either side of its column.
	labelRoom = 14
)

// hours are the waits by the hour of the day.
func (w *writer) hours() figure {
	slots := make([]slot, len(w.o.Waits.Hours))
	for i, wait := range w.o.Waits.Hours {
		slots[i] = slot{hour(i), hour(i), wait}
	}
	return w.waits("hours", slots, hourLabels)
}

// days are the waits by day.
func (w *writer) days() figure {
	slots := make([]slot, len(w.o.Waits.Days))
	for i, d := range w.o.Waits.Days {
		slots[i] = slot{w.day(d.Key), "", d.Wait}
		if left := 85 * (float64(len(slots)-i) - 0.5) / float64(len(slots)); left >= labelRoom {
			slots[i].label = slots[i].name
		}
	}
	return w.waits("days", slots, dayLabels)
}

// waits is the figure of waits by hours or days; it has neither picture nor table when each of them has too few.
func (w *writer) waits(id string, slots []slot, labels int) figure {
	f := figure{ID: id, Title: w.T("insight.by_" + id), Text: w.T("insight."+id+"_few", "Few", few), Quiet: true}
	picture := chart.Columns{Half: w.T("insight.half_key"), Most: w.T("insight.most_key"), Say: w.long}
	longest := -1
	for i, one := range slots {
		column := chart.Column{Half: one.Half, Most: one.Most, Known: !one.Few}
		if i%some(len(slots), labels) == 0 {
			column.Label = one.label
		}
		picture.Columns = append(picture.Columns, column)
		if !one.Few && (longest < 0 || one.Half > slots[longest].Half) {
			longest = i
		}
	}
	if longest < 0 {
		return f
	}
	most := slots[longest]
	f.Text = w.T("insight."+id+"_text", "When", most.name, "Half", w.long(most.Half), "Most", w.long(most.Most))
	f.Table = page.Table{Caption: f.Title, Columns: w.columns("insight.column_"+id, "insight.reports", "insight.half", "insight.most"), Rows: w.rows(slots)}
	picture.Head = w.head(f)
	f.Picture = picture.SVG()
	return f
}

// rows are the numbers of hours or days; those side by side that have too few share a row.
func (w *writer) rows(slots []slot) (rows [][]page.Cell) {
	for i := 0; i < len(slots); i++ {
		one := slots[i]
		if !one.Few {
			rows = append(rows, []page.Cell{{Text: one.name}, count(one.Count), {Text: w.long(one.Half)}, {Text: w.long(one.Most)}})
			continue
		}
		last, said := i, w.T("insight.few", "Few", few)
		for last+1 < len(slots) && slots[last+1].Few {
			last++
		}
		name := one.name
		if last > i {
			name, said = w.T("insight.several", "From", one.name, "To", slots[last].name), w.T("insight.few_each", "Few", few)
		}
		rows = append(rows, []page.Cell{{Text: name}, {Note: said}, {}, {}})
		i = last
	}
	return rows
}

// some is how many columns of a picture go with one label.
func some(columns, labels int) int { return max(1, (columns+labels-1)/labels) }

// all says the waits of all days together.
func (w *writer) all() string {
	all := w.o.Waits.All
	if all.Few {
		return w.T("insight.all_few", "Few", few)
	}
	return w.Words.N("insight.all_text", all.Count, "Half", w.long(all.Half), "Most", w.long(all.Most))
}
