// Package education is what a country teaches, as data: short modules on five topics, each for one audience and in one language, with what
// goes beside their words: easy read, questions to oneself, texts for a telephone. It is pure: it reads no file and keeps nothing.
//
// Always true:
//   - A module's words become blocks of plain spans. No markup of their author reaches a page, and no address but that of another module.
//   - A [Library] holds modules that were checked, and one text for each audience, topic and language at most.
//   - Codes name a module without telling what it is about, and are the same in every language and on every machine.
package education
