package insight

// Least is the smallest count of people's matters that is ever shown to the public.
const Least = 5

// Hide tells which of some counts must not be shown beside their sum, and whether the sum must not be shown either. Every count below least is hidden, and
// with it the last of the others, whatever that one counts: were it the smallest of them, whoever knows the rule could reckon back. Where there is no
// other, or where what is hidden is together no more than least, everything is hidden, and the sum as well. So each count that is hidden could have been
// another one, for somebody who knows all that is shown and this rule. It is pure.
func Hide(counts []int, least int) (hidden []bool, sum bool) {
	hidden = make([]bool, len(counts))
	small, other, together := 0, -1, 0
	for i, c := range counts {
		if c < least {
			hidden[i] = true
			small++
			together += c
		} else {
			other = i
		}
	}
	if small == 0 {
		return hidden, false
	}
	if other >= 0 {
		hidden[other] = true
		together += counts[other]
	}
	if other < 0 || together <= least {
		for i := range hidden {
			hidden[i] = true
		}
		return hidden, true
	}
	return hidden, false
}
