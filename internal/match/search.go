package match

import "amparo/internal/sound"

// a question is one thing that a search asks for: any of its clues answers it.
type question struct {
	clues   []Clue
	enough  bool // an answer to it is an answer to the whole search
	digests []string
	often   int // how many have it, as far as was counted
}

// asking takes what was typed for everything that it could be: an account or address, a number, and a name.
func asking(words string) (list []question) {
	for _, clues := range [][]Clue{Online(words), Reach(words)} {
		if len(clues) > 0 {
			list = append(list, question{clues: clues, enough: true})
		}
	}
	room := most - count(list)
	for _, word := range sound.Words(words) {
		if clues := sounds(word); len(clues) > 0 && len(clues) <= room {
			list = append(list, question{clues: clues})
			room -= len(clues)
		}
	}
	return list
}

// together are the ways in which the words of two questions sound together.
func together(a, b question) (list []Clue) {
	for _, x := range a.clues {
		for _, y := range b.clues {
			list = append(list, pair(x.Text, y.Text))
		}
	}
	return list
}

func sounds(word string) (list []Clue) {
	for _, c := range Person(word) {
		if c.Kind == Word {
			list = append(list, c)
		}
	}
	return list
}

func count(list []question) (n int) {
	for _, q := range list {
		n += len(q.clues)
	}
	return n
}
