package suppress_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"amparo/internal/suppress"
)

func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		hidden []int // by place
		total  bool
	}{
		"nothing is small":               {[]int{5, 9, 0}, nil, false},
		"nothing at all":                 {[]int{0, 0}, nil, false},
		"one takes the last along":       {[]int{3, 9, 7, 0}, []int{0, 2}, false},
		"so do two":                      {[]int{3, 9, 4}, []int{0, 1, 2}, false},
		"the least there can be":         {[]int{1, 9, 5}, []int{0, 1, 2}, true},
		"all of one are known by number": {[]int{1, 1, 1, 1, 1}, []int{0, 1, 2, 3, 4}, true},
		"one alone is the total":         {[]int{3, 0}, []int{0}, true},
		"one alone that is not small":    {[]int{30, 0}, nil, false},
	} {
		l := suppress.Of(c.counts, 5)
		var hidden []int
		for i, h := range l.Cells {
			if h {
				hidden = append(hidden, i)
			}
		}
		if !slices.Equal(hidden, c.hidden) || l.Total != c.total {
			t.Errorf("%s: %v gave %+v", name, c.counts, l)
		}
	}
}

// A view is what somebody sees of a line: its total, and the cells with -1 for what is left out.
type view struct {
	total int
	cells []int
}

func shown(counts []int, l suppress.Line) (v view) {
	for i, n := range counts {
		v.total += n
		if l.Cells[i] {
			n = -1
		}
		v.cells = append(v.cells, n)
	}
	if l.Total {
		v.total = -1
	}
	return v
}

// guess gives every value that each cell which was left out may have, by going through all lines that look the same. Somebody who guesses knows that
// nought would be shown.
func guess(v view, most int) (values []map[int]bool, sum map[int]bool) {
	values, sum = make([]map[int]bool, len(v.cells)), map[int]bool{}
	var hidden []int
	rest := v.total
	for i, n := range v.cells {
		if values[i] = map[int]bool{}; n < 0 {
			hidden = append(hidden, i)
		} else {
			rest -= n
		}
	}
	var try func(at, left int, so []int)
	try = func(at, left int, so []int) {
		if at == len(hidden) {
			if v.total >= 0 && left != 0 {
				return
			}
			all := 0
			for i, n := range so {
				values[hidden[i]][n] = true
				all += n
			}
			sum[all] = true
			return
		}
		for n := 1; n <= most && (v.total < 0 || n <= left); n++ {
			try(at+1, left-n, append(slices.Clone(so), n))
		}
	}
	try(0, rest, nil)
	return values, sum
}

// TestNothingIsRecovered has somebody who knows the rule try all lines that would look as the one that is shown.
func TestNothingIsRecovered(t *testing.T) {
	const least = 5
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 8), 1, 6).Draw(t, "counts")
		l := suppress.Of(counts, least)
		v := shown(counts, l)
		for i, n := range v.cells {
			if n > 0 && n < least {
				t.Fatalf("%d is shown", n)
			}
			if counts[i] == 0 && n != 0 {
				t.Fatal("nought is left out")
			}
		}
		values, sum := guess(v, 12)
		for i, n := range v.cells {
			if n < 0 && len(values[i]) < 2 {
				t.Fatalf("%v is shown as %+v: cell %d is %v", counts, v, i, values[i])
			}
		}
		for n := range sum {
			if slices.Contains(v.cells, -1) && len(sum) == 1 && n < least {
				t.Fatalf("%v is shown as %+v: what is left out comes to %d", counts, v, n)
			}
		}
		if v.total > 0 && v.total < least {
			t.Fatalf("the total %d is shown", v.total)
		}
	})
}

// TestNothingIsRecoveredOfGroups does the same for days of weeks: the weeks are a line, and so is each week that is shown; of others nothing is.
func TestNothingIsRecoveredOfGroups(t *testing.T) {
	const least = 5
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 7), 1, 5), 1, 4).Draw(t, "groups")
		g := suppress.OfGroups(groups, least)
		var sums []int
		for i, counts := range groups {
			v := shown(counts, g.Parts[i])
			if g.Parts[i].Total != g.Cells[i] {
				t.Fatal("a sum is shown in one place and not in the other")
			}
			sum := 0
			for _, n := range counts {
				sum += n
			}
			sums = append(sums, sum)
			if g.Cells[i] {
				if slices.ContainsFunc(v.cells, func(n int) bool { return n >= 0 }) {
					t.Fatalf("%v: a day is shown of a week that is not", groups)
				}
				continue
			}
			values, _ := guess(v, 12)
			for j, n := range v.cells {
				if n < 0 && len(values[j]) < 2 {
					t.Fatalf("%v is shown as %+v: day %d of week %d is %v", groups, v, j, i, values[j])
				}
			}
		}
		weeks := shown(sums, g.Line)
		values, _ := guess(weeks, 40)
		for i, n := range weeks.cells {
			if n < 0 && len(values[i]) < 2 || n > 0 && n < least {
				t.Fatalf("%v is shown as %+v: week %d is %v", groups, weeks, i, values[i])
			}
		}
	})
}

// all gives every list of n counts with a sum of at most left.
func all(counts []int, n, left int, f func(counts []int)) {
	if len(counts) == n {
		f(counts)
		return
	}
	for c := 0; c <= left; c++ {
		all(append(slices.Clone(counts), c), n, left-c, f)
	}
}

// A look is what can be seen of some counts, and which of them cannot.
type look struct {
	shown  string
	hidden []bool
}

func lookAt(counts []int, l suppress.Line) look {
	v := shown(counts, l)
	return look{fmt.Sprint(v.cells, v.total), l.Cells}
}

// nothingReckoned goes through every list of n counts up to a sum, as somebody would who sees what is shown and knows the rule: whatever is left out has always
// two values at least that it could have.
func nothingReckoned(t *testing.T, n, most int, see func(counts []int) look) {
	t.Helper()
	seen := map[string][][]int{}
	all(nil, n, most, func(counts []int) {
		v := see(counts)
		seen[v.shown] = append(seen[v.shown], counts)
	})
	for shown, lists := range seen {
		for i, left := range see(lists[0]).hidden {
			inner := slices.ContainsFunc(lists, func(c []int) bool { return total(c) == most }) // others beyond the sum would look like this, too
			if left && !inner && !slices.ContainsFunc(lists, func(c []int) bool { return c[i] != lists[0][i] }) {
				t.Errorf("%s: number %d can only be %d", shown, i, lists[0][i])
			}
		}
	}
}

func total(counts []int) (sum int) {
	for _, c := range counts {
		sum += c
	}
	return sum
}

// TestNothingIsReckoned is of lines, and of two groups of two.
func TestNothingIsReckoned(t *testing.T) {
	const least = 3
	for n := 2; n <= 4; n++ {
		nothingReckoned(t, n, 17, func(counts []int) look { return lookAt(counts, suppress.Of(counts, least)) })
		nothingReckoned(t, n, 17, func(counts []int) look { return lookAt(counts, suppress.WithNought(counts, least)) })
	}
	nothingReckoned(t, 4, 17, func(counts []int) look {
		g := suppress.OfGroups([][]int{counts[:2], counts[2:]}, least)
		a, b := lookAt(counts[:2], g.Parts[0]), lookAt(counts[2:], g.Parts[1])
		sums := lookAt([]int{total(counts[:2]), total(counts[2:])}, g.Line)
		return look{a.shown + b.shown + sums.shown, slices.Concat(a.hidden, b.hidden)}
	})
}
