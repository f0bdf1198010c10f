package suppress

// A Line is which cells of a line, and whether its total, are left out.
type Line struct {
	Cells []bool
	Total bool
}

// Of decides about a line of counts that would be shown with its total. Left out are all cells below the least, but those of nought, and with them the
// last of the others, always, and whatever that one counts: were it the smallest, or only there when it must be, whoever knows the rule could work back.
// Where there is no other, or where all that is left out is as little as it can be, every cell but those of nought is left out, and the total as well.
func Of(counts []int, least int) Line { return of(counts, 1, least, make([]bool, len(counts))) }

// WithNought is Of where nought is as small as any other: for what is told to everybody, to whom it is news that the first one came.
func WithNought(counts []int, least int) Line { return of(counts, 0, least, make([]bool, len(counts))) }

// of is Of where some cells must be left out whatever they are. Cells below from tell of nobody.
func of(counts []int, from, least int, forced []bool) Line {
	l := Line{Cells: make([]bool, len(counts))}
	small, other, sum := 0, -1, 0
	for i, n := range counts {
		switch {
		case n < from:
		case n < least || forced[i]:
			l.Cells[i] = true
			small++
			sum += n
		default:
			other = i
		}
	}
	if small == 0 {
		return l
	}
	if other >= 0 {
		l.Cells[other] = true
		sum += counts[other]
	}
	// Each that is small is from at least, and the other is the least: with no more than that every one of them would be known.
	if l.Total = other < 0 || sum <= small*from+least; l.Total {
		for i, n := range counts {
			l.Cells[i] = n >= from
		}
	}
	return l
}

// Groups are which sums of groups, which cells of each group, and whether the total of all, are left out.
type Groups struct {
	Line         // the groups
	Parts []Line // of each group; Total is that of Cells of Line
}

// OfGroups decides about counts that would be shown in groups, each with its sum, and with the total of all. Of a group that is left out no cell is
// shown, not even of nought.
func OfGroups(groups [][]int, least int) Groups {
	sums, forced := make([]int, len(groups)), make([]bool, len(groups))
	g := Groups{Parts: make([]Line, len(groups))}
	for i, counts := range groups {
		for _, n := range counts {
			sums[i] += n
		}
		g.Parts[i] = Of(counts, least)
		forced[i] = g.Parts[i].Total
	}
	g.Line = of(sums, 1, least, forced)
	for i := range groups {
		if g.Parts[i].Total = g.Cells[i]; !g.Cells[i] {
			continue
		}
		for j := range g.Parts[i].Cells {
			g.Parts[i].Cells[j] = true
		}
	}
	return g
}
