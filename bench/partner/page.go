package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// markdown writes the page.
func (b *bench) markdown(all []engine) string {
	var text strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&text, format+"\n", values...) }
	say("# A partner's stream\n")
	say("Written by `make bench-partner`. One stream hands in %d reports to a new demonstration by the package `client`, which shares the machine. *On the disk*: until every", b.reports)
	say("report was answered for, and so is sealed, audited and on the disk. *Triaged*: until none waits for the desk any more. *Bare*: the rows that came of")
	say("it all are written anew into an empty database of the same schema by the bare driver, each report's in a transaction of its own, with the same durability.")
	say("What the program writes and deletes again (envelopes, jobs) is not among them; of the tree of hashes over the log, which is written behind the entries, what was there then.")
	say("Medians of %d rounds. On a machine that others use too, read the ratio.\n", b.rounds)
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		load = nil
	}
	say("%s, %d cores, %s, load afterwards %s\n", time.Now().UTC().Format("2006-01-02 15:04 MST"), runtime.NumCPU(), runtime.Version(), strings.TrimSpace(string(load)))
	say("| engine | on the disk | triaged | bare | rows of a report | triaged ÷ bare |")
	say("| --- | --- | --- | --- | --- | --- |")
	for _, e := range all {
		taken, triaged, bare := b.figures(e)
		say("| %s | %.0f/s | %.0f/s | %.0f/s | %.1f | %.2f |", e.name, taken, triaged, bare, float64(e.samples[0].rows)/float64(b.reports), triaged/bare)
	}
	say("")
	for _, e := range all {
		_, triaged, bare := b.figures(e)
		say("%s: aim at least %.1f of the bare driver: %s; at least %.0f/s: %s.", e.name, aimRatio, met(triaged/bare >= aimRatio), aimSpeed, met(triaged >= aimSpeed))
	}
	return text.String()
}

// figures are reports a second: on the disk, triaged, and by the bare driver.
func (b *bench) figures(e engine) (taken, triaged, bare float64) {
	return b.speed(e.median(func(s sample) time.Duration { return s.taken })), b.speed(e.median(func(s sample) time.Duration { return s.triaged })),
		b.speed(e.median(func(s sample) time.Duration { return s.bare }))
}

func met(is bool) string {
	if is {
		return "met"
	}
	return "**not met**"
}
