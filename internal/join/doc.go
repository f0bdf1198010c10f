// Package join finds what is about the same child, account, page or number as a report, joins reports to it, splits one that is about
// several matters in two, and takes either back.
//
// Words: a hit is a report or a case that was found, with why; a report is joined to its target, an earlier open report or an open
// case; the halves of a split are the two reports; what belongs to a matter is everything that
// joins, splits and cases tie together.
//
// Always true:
//   - Who searches, or is shown what may be the same, sees what they may read and no trace of the rest. The words of a search are
//     kept nowhere.
//   - A report is joined once, to something open. Joining it again to the same changes nothing; to anything else it is a conflict.
//   - Who must not know of the one must not know of the other, for as long as the join holds. Ending it takes away only what came by
//     it, never what was named or declared there.
//   - Joining can only make the target more urgent, and ending the join makes nothing less urgent.
//   - What a reporter writes reaches whoever works the matter, before, during and after a join; the reporter sees how far that is.
//   - A split takes nothing from the first report, and the second is never later or less urgent than its facts say. Both are behind one
//     receipt, and who must not know of the one must not know of the other, for good.
//   - A split is undone only while nothing was done with the second that would be lost.
//   - Ending a join puts the report back on the desk, with its clocks from the start.
//
// Source: domain/triage FL7; domain/process 1.1.
package join
