// Package rota knows who is at a desk, or on call for it, and when; who stands in for somebody who is away.
//
// A shift is a time in which one person works the reports of their agency: at the desk, or on call, which is to be woken when
// something urgent comes in. A shift may be offered; a colleague who takes it has it from then on, and until then it stays
// with whoever had it. An absence is a time in which somebody is away, with the colleague who covers for them.
//
// States of a shift:
//
//	planned ◀──── Keep, Take ────▶ offered
//	   └────────── Withdraw ──────────┴──▶ withdrawn
//
// Always true:
//   - Nobody has two shifts at a time. The database decides it, not the page.
//   - Who is away is never counted as there. Whoever covers for them is, unless away too: then it is that one's cover.
//   - An offered shift is somebody's: nobody leaves a desk empty by wanting to swap.
//   - A shift of an agency is planned, seen and taken by that agency's people alone.
//   - It is not said why somebody is away.
//   - Shifts and absences are so long by the clock on the wall: a night in which clocks change makes none too long or too short.
//   - From when on a desk is staffed is told in the transaction of every change, and no name with it.
//
// Source: the process of the design, point 2 (shifts, on-call, cover); DESIGN section 5 (a P1 pages until someone answers).
package rota
