// Package insight tells those who answer for the work of an agency how the work stands: what nobody has taken, what is late, who
// carries how much, and how long people wait for the first of us. It reads through the rooms that own what it counts and has no
// table of its own.
//
// Always true:
//   - Whatever is counted, listed or timed is what the reader could open: the grants and conflicts of interest of every list count
//     here, too. A matter that somebody must not know of moves none of their numbers.
//   - What is there to be decided now is shown as it is, for whoever reads it can open each of it. Waiting times are figures about
//     many: one of fewer than Few reports is not given, nor one that the others would give away.
//   - Hours and days are those of the country's clocks, exact across a change to or from summer time; a wait is the time that passed.
//   - Nothing sealed is opened, and nothing is said of one reporter or child.
//
// A report that nobody has begun counts with the time that it has waited so far. So each figure is the least that it can become:
// "half of them waited so long or longer" holds whatever comes.
//
// Source: ToR 1.4 and 1.5; section 8, K2 (time to first human response), K5 (unassigned), K9 (caseload); DR-6.17.
package insight
