package suppress

// A Line is which cells of a line, and whether its total, are left out.
type Line struct {
	Cells []bool
	Total bool
}

// Of decides about a line of counts that would be shown with its total. Left out are all cells below the least, but those of nought, and as many
// of the smallest others as it takes. Where all together do not hide one another the total is left out too.
func Of(counts []int, least int) Line { return of(counts, least, make([]bool, len(counts))) }

// of is Of where some cells must be left out whatever they are.
func of(counts []int, least int, forced []bool) Line {
	l := Line{Cells: make([]bool, len(counts))}
	hidden, sum := 0, 0
	leave := func(i int) {
		l.Cells[i] = true
		hidden++
		sum += counts[i]
	}
	for i, n := range counts {
		if n > 0 && (n < least || forced[i]) {
			leave(i)
		}
	}
	// Each that is left out is known to be one or more: with a sum above their number none is known for sure.
	for hidden > 0 && (hidden < 2 || sum < least || sum <= hidden) {
		i := smallest(counts, l.Cells)
		if i < 0 {
			l.Total = true
			break
		}
		leave(i)
	}
	return l
}

// smallest finds the smallest cell above nought that is still shown; -1 for none.
func smallest(counts []int, hidden []bool) int {
	found := -1
	for i, n := range counts {
		if n > 0 && !hidden[i] && (found < 0 || n < counts[found]) {
			found = i
		}
	}
	return found
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
	g.Line = of(sums, least, forced)
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
