// Package campaign keeps what is put up together for a time: some signposts in some languages, in some kinds of places, from a first to a last day. It
// tells how far each reaches without following anybody.
//
// Words: a campaign is one such undertaking; its code is short, can be said aloud, tells nobody what it is about, and is all that a link, a form or a poster
// carries of it; its kinds say where it is put up; its pack is what is handed to those who put it up.
//
// States:
//
//	draft ── Approve ──▶ approved ── End ──▶ ended
//	  │
//	  └────── End ─────────────────────────▶ ended
//
// After its last day an approved one is over: that is told by the clock, and is no state of its own.
//
// Always true:
//   - Nobody approves what they have written themselves, and nothing is changed once it is approved.
//   - A code belongs to one campaign for good: none is deleted.
//   - The public side knows codes and days, no names. A code that is wrong, too early or over is as none at all.
//   - What is counted are days, codes and languages. Which report came by which campaign is sealed in the report alone.
//   - Counts are shown of whole days that are over, and of none that are few (see suppress).
package campaign
