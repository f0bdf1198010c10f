package sound

// arabic are the classes of the letters, after fold. Letters that are not here are long vowels or glottal: at the
// beginning of a word they are the mark for a vowel, elsewhere silence.
var arabic = map[rune]said{
	'ب': {"B"}, 'پ': {"B"}, 'ت': {"T"}, 'ث': {"T", "S"}, 'ج': {"G"}, 'چ': {"C"}, 'ح': {"H"}, 'خ': {"X"}, 'د': {"D"}, 'ذ': {"D", "Z"},
	'ر': {"R"}, 'ز': {"Z"}, 'ژ': {"G"}, 'س': {"S"}, 'ش': {"C"}, 'ص': {"S"}, 'ض': {"D", "Z"}, 'ط': {"T"}, 'ظ': {"Z", "D"}, 'غ': {"G"},
	'ف': {"F"}, 'ڤ': {"F"}, 'ق': {"K", "G"}, 'ك': {"K"}, 'گ': {"G"}, 'ل': {"L"}, 'م': {"M"}, 'ن': {"N"}, 'ه': {"H"},
}

func arabicAt(word []rune, i int) (said, int) {
	r := word[i]
	switch {
	case r == 'ه' && i > 0 && i == len(word)-1:
		return said{""}, 1 // as in سارة and عبد الله
	case i == 0 && r == 'و':
		return said{"W", "A"}, 1
	case i == 0 && r == 'ي':
		return said{"Y"}, 1
	case arabic[r] != nil:
		return arabic[r], 1
	case i == 0:
		return said{"A"}, 1
	}
	return said{""}, 1
}
