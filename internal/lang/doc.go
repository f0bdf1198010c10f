// Package lang says everything in the reader's language.
//
// A catalogue file is catalog/<tag>/<room>.yaml: BCP 47 tag, then the part of the program whose words it holds.
// Every file that is there is embedded and loaded. It is one flat list of ids, as in
//
//	public.title: Help page
//	desk.waiting:
//	  one: "{{.Count}} report waits"
//	  other: "{{.Count}} reports wait"
//
// A plain text is a message. A mapping is a message that counts something: it has one text for each plural form
// (CLDR) of its language, and may name the parameter that is counted with `count:` (otherwise it is Count).
// A parameter is written {{.Name}}; nothing else is allowed between the braces.
//
// The files common, fault_public, hub, page, public and sign hold all that the public side says; every language has them. The others hold
// what only staff read; a language that has none of these is one of the public side alone, and Staff leaves it out. What a
// page may say is thus plain from where it stands, and nothing is said in another language for want of a translation.
//
// Always true of a loaded catalogue: no id twice in one language, no empty text, every plural form that the language
// needs and no other, every language named and English there. The tests hold the rest: the same ids and parameters in
// every language of each side, a message for every fault code of the program, and no word that the glossary forbids.
//
// In a right-to-left language a text parameter is set apart with Unicode isolates (UAX 9), so that a phone number or
// a receipt inside an Arabic sentence keeps its order. Digits are 0 to 9 in every language: people must dial them.
package lang
