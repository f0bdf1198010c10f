// Package demo fills an installation with people who do not exist and matters that never were, so that somebody can look
// at the program at work.
//
// Words: a matter is a made-up report with everything that was done about it; a step is one thing that was done. Both
// stand in matters.yaml, for the fictional country alone, with times counted back from now.
//
// Always true:
//   - Everything is done by the same use cases that people's own work goes through, at the times at which it would have
//     been done. What would lie in the future is left out.
//   - Whenever it is filled in, at night and on holidays too, the same matters stand at the same stages.
//   - Nothing is filled into an installation that has users.
package demo
