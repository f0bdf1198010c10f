// Package jurisdiction loads and checks a country's pack, and hands each room its own section of it.
//
// A pack is a folder that holds everything in which countries differ: ages, languages, areas, agencies, hours, targets,
// contacts, duties to report, and every text that a person reads before, while and after they report. The program
// holds no country. [Load] reads a pack from any file system, [LoadDir] from a folder that is not trusted.
//
// Words used here:
//
//   - area: an administrative area with a coded place in a hierarchy (ISO 3166-2 style). A place with fewer people
//     than the pack's population floor has no code, because a code must not point at one family.
//   - agency, desk: an organization of the country; a desk is an agency that takes reports in.
//   - clock, target: what must happen by when, for each priority; it counts every hour or service hours only.
//   - service hours: when people are at the desk, in the pack's time zone, holidays left out.
//   - quiet words: words of a mailbox that never say what was told.
//
// What is always true of a loaded [Pack]: every reference inside it exists; every text is there in every language;
// no text uses a word of the deny-list; texts for children have sentences of at most fifteen words; the emergency number
// and the child helpline answer day and night; every place has exactly one desk. A pack never runs anything: its
// texts have fixed places such as {{.Due}} and no other logic. A pack is read-only; any number of goroutines may use it.
package jurisdiction
