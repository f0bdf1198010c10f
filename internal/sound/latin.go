package sound

import (
	"slices"
	"strings"
)

// groups are letters that are said together, the longer before the shorter.
var groups = []struct {
	letters string
	said    said
}{
	{"tsch", said{"C"}}, {"sch", said{"C"}}, {"tch", said{"C"}}, {"dzh", said{"G"}},
	{"sh", said{"C"}}, {"ch", said{"C", "K", "X"}}, {"kh", said{"X"}}, {"gh", said{"G"}}, {"ph", said{"F"}}, {"th", said{"T", "S"}},
	{"dh", said{"D", "Z"}}, {"zh", said{"G"}}, {"dj", said{"G"}}, {"dz", said{"G", "Z"}}, {"ck", said{"K"}}, {"cz", said{"C"}},
	{"sz", said{"C", "S"}}, {"rz", said{"R", "G"}}, {"qu", said{"K"}}, {"tz", said{"S"}}, {"ts", said{"S"}},
}

// latin are the classes of single letters. Vowels are not here.
var latin = map[rune]said{
	'b': {"B"}, 'p': {"B"}, 't': {"T"}, 'd': {"D", "Z"}, 'f': {"F"}, 'v': {"F"}, 'g': {"G", "K"}, 'j': {"G"}, 'h': {"H"}, 'k': {"K"}, 'q': {"K", "G"},
	'l': {"L"}, 'm': {"M"}, 'n': {"N"}, 'r': {"R"}, 's': {"S"}, 'x': {"KS"}, 'z': {"Z"},
}

func latinAt(word []rune, i int) (said, int) {
	for _, g := range groups {
		if strings.HasPrefix(string(word[i:]), g.letters) && (g.letters != "rz" || i+2 < len(word)) {
			return g.said, len(g.letters)
		}
	}
	return latinLetter(word, i), 1
}

func latinLetter(word []rune, i int) said {
	r, first, last := word[i], i == 0, i == len(word)-1
	soft := !last && slices.Contains([]rune("eiy"), word[i+1])
	switch {
	case r == 'c' && soft:
		return said{"S", "G"} // Turkish c is as in "jam"
	case r == 'c' && last:
		return said{"K", "S", "G"}
	case r == 'c':
		return said{"K", "G"}
	case r == 'z' && last:
		return said{"Z", "S"}
	case r == 'h' && last && !first:
		return said{""} // as in Sarah
	case r == 'd' && last:
		return said{"D"}
	case r == 'w' && first, r == 'o' && first && !last && word[1] == 'u' && len(word) > 2 && vowel(word[2]):
		return said{"W", "F"} // as in Walid, Oualid and Wladimir
	case r == 'w':
		return said{"", "F"} // as in Nawal and Iwona
	case r == 'y' && first:
		return said{"Y"}
	case latin[r] != nil:
		return latin[r]
	case first:
		return said{"A"}
	}
	return said{""}
}

func vowel(r rune) bool { return slices.Contains([]rune("aeiouy"), r) }
