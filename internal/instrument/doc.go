// Package instrument is the one engine for all lists of questions: intake, assessment, checklist, feedback.
//
// An instrument is versioned data (a YAML file of a country's pack): pages of questions, in the order in which they are
// asked. The package reads it, checks what people send, finds the next page, and turns codes into facts. Terms:
//
//   - page: what is shown at once; one question by default, three at most. A page with `when` is shown only when the
//     answers before it say so.
//   - question: it has a kind. Coded kinds (single, multi, area, contact_way, times) are answered with codes; the others
//     (text, longtext, accounts, names) with a person's own words.
//   - code: one answer that can be chosen. Single, multi and area questions get two more from the engine,
//     "unknown" and "prefers_not_to_say", unless they are marked `plain`. They stay three different things: not known,
//     not said, and not answered at all.
//   - picture: the name of a drawing beside an answer, above a page, or beside the instrument's own name. It says nothing of its own.
//   - fact: a name and code of the rule set. Codes and `derive` rules give facts; words never do.
//   - privacy: "content", or "identity" for what would tell who somebody is. The caller seals the two apart.
//
// What is always true:
//
//   - Everything is pure: no clock, no database. The same answers give the same pages, facts and summary.
//   - No question must be answered, unless its `safety` says what would be unsafe without.
//   - Skip logic looks only back, so the way ends after each page was seen at most once, and progress only grows.
//   - An answer on a page that a later change has hidden counts for nothing: Prune drops it, and Facts and Summary
//     never see it.
//   - What was typed comes back, even when it is refused. Text is repaired and cleaned (CleanText); pictures and files
//     that were pasted as text are cut out and marked.
//
// The faults of Normalise are Invalid with "fault.form"; their fields are named by question id, with one of the codes
// "fault.answer_required", "fault.answer_code" (an answer that the question does not have), and "fault.answer_long"
// (parameter Max: the most characters).
package instrument
