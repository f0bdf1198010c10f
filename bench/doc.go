// Command bench measures the real program over HTTP, beside a server that does nothing, and writes what it measured as
// bench/README.md: the machine, each figure, the baseline of the same run, and the ratio of the two. It starts both itself,
// on free loopback ports and in folders of its own, and ends them.
//
// Run it with: make bench
//
// What takes much in the store is measured apart, by bench/large: the duty queue, the search, the start and the audit log at three sizes
// up to a million reports, written as bench/LARGE.md and bench/large.svg. Run it with: make bench-large. It takes up to an hour and
// 12 GB of disk, and stops by itself.
package main
