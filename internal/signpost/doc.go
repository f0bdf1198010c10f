// Package signpost makes what platforms, schools and others put where people are: a headline, two lines, the country's contacts and the way to
// report, in the forms that they can use. It counts what was served by day, and nothing about anybody.
//
// Always true:
//   - No form loads anything, runs a script or stores anything, but the component, which asks for its own words and nothing else.
//   - Each says until which day it holds. What can know the day shows no number once it is past; what cannot says it in words.
//   - Counts are kept by day, signpost and language. An address, a browser, a time of day is never part of them.
package signpost
