// Command bench measures the real program over HTTP, beside a server that does nothing, and writes what it measured as
// bench/README.md: the machine, each figure, the baseline of the same run, and the ratio of the two. It starts both itself,
// on free loopback ports and in folders of its own, and ends them.
//
// Run it with: make bench
package main
