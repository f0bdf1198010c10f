// Package notice is what a hotline is sent about content that was found, and what came of it.
//
// A notice is about one report: the exact addresses, where and when they were seen, what is said about them, and that it is said in
// good faith. A person sends it, by the hotline's own form or mail; the program sends, opens, fetches and resolves nothing. A packet is a
// notice with its addresses as they were told, for whoever sends it. An event is one line of what became of it.
//
// States (vocabulary 3.13):
//
//	drafted ─▶ sent ─▶ receipted ─▶ action_taken │ refused │ no_response
//	             └──────────────────▶─┘
//	no_response │ refused ─▶ escalated ─▶ receipted │ action_taken │ refused │ no_response
//	action_taken ─▶ reappeared ─▶ sent                       from every state but closed ─▶ closed
//
// Always true:
//   - Everything that was told or written is sealed under the report's keys, and goes with it. Addresses are opened as they are for a
//     packet alone; that they were is an entry of its own in the log.
//   - No notice says who the child is or who reported: it has room for neither, and words that repeat what was told of who the child is are
//     refused. It may say which agency sends it.
//   - Who may know of the report may know of its notices, and nobody else.
//   - A notice that is to be sent has the report's clock to forward; one that was sent has the clock to ask what came of it, which goes on
//     when the report has its outcome.
//   - A form that is sent again with the same words is the same change. A change takes the version that was read.
//
// Source: domain/interop 4.4 (DSA, Art. 16), DR-4.4 to DR-4.6; vocabulary 3.13 (notice_status).
package notice
