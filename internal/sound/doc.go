// Package sound gives names that sound alike the same keys, in Latin and in Arabic script, and across the two.
//
// A word's key is its consonants by class, vowels left out but for one mark where a word begins with one: "Mohammed",
// "Muhamad" and "محمد" are all MHMD. Where a spelling can be said in several ways the word has several keys: "Othman",
// "Osman" and "عثمان" share one. Two words may be the same name when they share a key.
//
// The classes are our own, made from published descriptions of how these names are written in the other script
// (ALA-LC and UNGEGN romanisation tables, and the spellings of French, German, Turkish and Polish); no table of another
// program is copied.
//
// Always true:
//   - Everything is pure. The same name gives the same keys in the same order.
//   - Case, accents, vowel signs, tatweel, doubled letters and the Arabic article make no difference.
//   - A word has at most twelve keys; a word of another script has itself, evened out, as its only key.
package sound
