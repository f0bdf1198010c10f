// Package ruleset turns the facts of a report into a priority, with every reason for it.
//
// A rule set is versioned data (`ruleset.yaml` of a country's pack). The package knows the words in which facts are
// told (the twelve factors with their codes, the triggers, the floors) and how a result follows from them; the pack
// brings points, bands, lapse times and words for people. There are three layers, and the most urgent one counts:
//
//   - trigger: any one that is still true makes P1;
//   - floor: any one makes at least P2, until it is disproved;
//   - factor: each of the twelve gives points; the band of their sum gives a priority.
//
// Too many unknown factors make at least P3 and raise the flag "needs information". A report in which nothing was
// answered is P3 with that flag, whatever its sum.
//
// What is always true:
//
//   - Everything is pure: no clock, no database, no randomness. The same set, facts and times give the same Result.
//   - The order in which facts are told changes nothing.
//   - A missing factor is an unknown factor; both spellings encode alike.
//   - More points never make a result less urgent.
//   - A trigger that lapses is named in the Result, beside the priority it would have kept. It never just goes away.
//   - Protected characteristics (race, religion, gender, class, language and their kin) give no points: Load refuses a
//     set that names one. Disability counts only inside `vulnerability`, which Load lets only rise.
//   - A report of content in which no child is identified has its own track, C1 to C3, and is never scored with the
//     factors: what is unknown about it would inflate the sum.
//
// Names, codes and points come from the triage chapter of the domain notes; access and current behaviour weigh most, as
// in published police and hotline models. Nothing here learns or guesses, and nobody's word is scored.
package ruleset
