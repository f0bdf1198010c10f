package insight_test

import (
	"fmt"
	"slices"
	"testing"

	"amparo/internal/insight"
)

// TestNothingHiddenCanBeReckoned goes through every list of two to four counts up to a sum, as somebody would who sees what is shown and knows the
// rule: whatever is hidden has always two values at least that it could have.
func TestNothingHiddenCanBeReckoned(t *testing.T) {
	const least, most = 3, 17
	for n := 2; n <= 4; n++ {
		seen := map[string][][]int{}
		all(nil, n, most, func(counts []int) {
			hidden, whole := insight.Hide(counts, least)
			shown := fmt.Sprint("sum ", most+1)
			if sum := total(counts); !whole {
				shown = fmt.Sprint("sum ", sum)
			}
			for i, c := range counts {
				switch {
				case hidden[i]:
					shown += " -"
				case c < least || whole:
					t.Fatalf("%v shows %d", counts, c)
				default:
					shown += fmt.Sprint(" ", c)
				}
			}
			seen[shown] = append(seen[shown], counts)
		})
		for shown, lists := range seen {
			hidden, _ := insight.Hide(lists[0], least)
			for i := range n {
				if hidden[i] && !slices.ContainsFunc(lists, func(counts []int) bool { return counts[i] != lists[0][i] }) {
					t.Errorf("%d counts, %s: number %d can only be %d", n, shown, i, lists[0][i])
				}
			}
		}
	}
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

func total(counts []int) (sum int) {
	for _, c := range counts {
		sum += c
	}
	return sum
}

func TestHide(t *testing.T) {
	for _, c := range []struct {
		counts []int
		want   []bool
		sum    bool
	}{
		{nil, []bool{}, false},
		{[]int{5, 6}, []bool{false, false}, false},
		{[]int{4, 96, 96}, []bool{true, false, true}, false}, // the first of the two would do, were it the rule; the smaller would not
		{[]int{0, 0, 9, 9}, []bool{true, true, false, true}, false},
		{[]int{3, 3, 9}, []bool{true, true, true}, false},
		{[]int{0, 5}, []bool{true, true}, true},
		{[]int{4, 4}, []bool{true, true}, true},
		{[]int{7}, []bool{false}, false},
		{[]int{4}, []bool{true}, true},
	} {
		if got, sum := insight.Hide(c.counts, insight.Least); !slices.Equal(got, c.want) || sum != c.sum {
			t.Errorf("%v: %v %v", c.counts, got, sum)
		}
	}
}
