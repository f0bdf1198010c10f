package main

import (
	"math"
	"math/rand/v2"
)

var (
	firsts    = []string{"Amal", "Omar", "Huda", "Karim", "Lucia", "Mateo", "Sofia", "Daniel", "Anna", "Yusuf", "Mariam", "Tomas", "Ines", "Noor", "Leila", "Pavel", "Rosa", "Samir", "Elena", "Ivan"}
	syllables = []string{"ba", "ra", "mi", "ko", "sa", "den", "lu", "tor", "ha", "nes", "vi", "mar", "go", "per", "za", "li", "fa", "rom", "ti", "kel"}
)

// name makes up the name of a child: few first names are many children's, and many family names are few's, as it is with names.
func name(r *rand.Rand) string {
	return some(r, 2_000) + " " + some(r, 50_000) + "son"
}

// some makes the word of a number that is small more often than large.
func some(r *rand.Rand, most float64) string {
	n := int(math.Pow(most, r.Float64())) - 1
	if n < len(firsts) {
		return firsts[n]
	}
	word := ""
	for n > 0 {
		word += syllables[n%len(syllables)]
		n /= len(syllables)
	}
	return word
}
