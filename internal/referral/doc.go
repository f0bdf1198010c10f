// Package referral hands a part of a case to another agency and follows it until it really happened.
//
// A referral is one thing that one agency is asked to do for one child: what is asked, what they need to know for it, and, only
// when that was agreed or the law asks for it, who the child is and how to reach them. A specialist of that agency answers it.
//
// States (vocabulary 3.6):
//
//	consent_check ─ the second of two agrees ▶ sent
//	sent ─ read there ▶ received ─▶ accepted ⇄ appointment_made ⇄ in_service ─▶ completed │ stopped_by_child │ service_ended
//	  └───────┬───────────┘
//	          └─▶ declined, with a coded reason          from every live state ─▶ withdrawn, by the case's side
//
// Always true:
//   - Nothing else of the case is seen there: a referral has keys, a thread and grants of its own.
//   - Without agreement or a lawful reason a referral carries neither a name nor a way to reach anybody. A best-interests decision is
//     that of two people, one of whom supervises, each with reasons: nobody there sees the referral before.
//   - Whoever must not know of the case must not know of its referrals, now or later. A referral goes nowhere where nobody who may know
//     of it can answer.
//   - Every open referral has two clocks: one there, for whoever acts next, and one at the case, which cannot close while it runs, nor over
//     an answer that nobody has read. After the end of both, each side may still write and read for KeepAfter.
//   - What was declined or withdrawn is at once seen there no more; what has ended otherwise, for KeepAfter, by who took it.
//   - A form that is sent again with the same words is the same change, also for who may not see the referral any more. Other words are
//     another. A change takes the version that was read, but for a message, which depends on nothing.
//   - Whoever says that they must not know of a referral is kept from the whole matter, as at the case.
//   - It is as urgent as its case becomes, and nobody who has left has it.
//
// Source: domain/process 1.3 (consent, sharing without it) and 1.4 (clocks); vocabulary 3.5, 3.6; referral 3.2; DR-6.16.
package referral
