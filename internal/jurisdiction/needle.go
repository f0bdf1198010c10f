package jurisdiction

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// needles gives words of which one is in everything that the pattern finds, written as folded does: a text without any of them need not be searched. None
// when there are no such words.
func needles(pattern string) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	return inAll(re)
}

func inAll(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{folded(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return inAll(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return inAll(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if list := inAll(sub); shortest(list) > shortest(best) {
				best = list
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			list := inAll(sub)
			if list == nil {
				return nil
			}
			all = append(all, list...)
		}
		return all
	}
	return nil
}

// shortest is the length of the shortest word; 0 for none.
func shortest(list []string) int {
	if len(list) == 0 {
		return 0
	}
	return len(slices.MinFunc(list, func(a, b string) int { return len(a) - len(b) }))
}

// folded writes letters that a pattern takes for the same, whatever their case, in one way.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'A' || r > 'Z' && r < 0x80 {
			return r
		}
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return unicode.ToLower(least)
	}, s)
}
