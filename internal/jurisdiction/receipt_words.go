package jurisdiction

import (
	"errors"
	"io/fs"
	"maps"
	"slices"

	"amparo/internal/vault/seal"
)

// receiptWordsYAML may be left out of a pack.
const receiptWordsYAML = "receipt_words.yaml"

// receiptWordsFile is receipt_words.yaml.
type receiptWordsFile struct {
	Lists []receiptWords `yaml:"lists"`
}

type receiptWords struct {
	Language   string   `yaml:"language"`
	ReviewedBy string   `yaml:"reviewed_by"`
	Words      []string `yaml:"words"`
}

// ReceiptWords gives the list that receipts are spelt with for readers of a language; nil when there is none that somebody has reviewed.
func (p *Pack) ReceiptWords(tag string) *seal.Words { return p.spelling[tag] }

// ReceiptLists gives every list that receipts may have been spelt with, by the order of their languages.
func (p *Pack) ReceiptLists() (lists []*seal.Words) {
	for _, tag := range slices.Sorted(maps.Keys(p.spelling)) {
		lists = append(lists, p.spelling[tag])
	}
	return lists
}

// readReceiptWords reads receipt_words.yaml where there is one. A list must be fit to be used also when nobody has reviewed it yet.
func (l *loader) readReceiptWords() {
	if _, err := fs.Lstat(l.fsys, receiptWordsYAML); errors.Is(err, fs.ErrNotExist) {
		return
	}
	d, _ := l.document(receiptWordsYAML)
	if d == nil {
		return
	}
	var file receiptWordsFile
	if !l.conform(d, "receipt_words.json") || !l.into(d, &file) {
		return
	}
	l.pack.spelling = map[string]*seal.Words{}
	seen := map[string]bool{}
	for i, list := range file.Lists {
		offered := slices.ContainsFunc(l.pack.profile.Languages.Offered, func(o Language) bool { return o.Code == list.Language })
		words, err := seal.NewWords(list.Words)
		switch {
		case !offered:
			l.at(d, to("lists", i, "language"), "lists[%d].language: the pack does not offer %q; expected one of its languages", i, clip(list.Language))
		case seen[list.Language]:
			l.at(d, to("lists", i, "language"), "lists[%d].language: %q is there twice; expected each language once", i, clip(list.Language))
		case err != nil:
			l.at(d, to("lists", i, "words"), "lists[%d].words: %s", i, err)
		case list.ReviewedBy != nobody:
			l.pack.spelling[list.Language] = words
		}
		seen[list.Language] = true
	}
}
