package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// What the figures are held against.
const (
	aimRatio = 0.7
	aimSlow  = 5 * time.Millisecond
)

// A row is one load: a sample of the program and of the file server for each round.
type row struct {
	load         load
	ours, theirs []sample
}

func median[T cmp.Ordered](all []sample, value func(sample) T) T {
	var list []T
	for _, s := range all {
		list = append(list, value(s))
	}
	slices.Sort(list)
	return list[len(list)/2]
}

func rate(s sample) float64       { return s.rate }
func middle(s sample) float64     { return float64(s.p50) / float64(time.Millisecond) }
func slow(s sample) time.Duration { return s.p99 }
func cpu(s sample) float64        { return float64(s.cpu) / float64(time.Microsecond) }

// page writes the figures.
func page(b *bench, loads []load, rows map[string]*row, memory int64) string {
	var out strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&out, format+"\n", values...) }
	load, _ := os.ReadFile("/proc/loadavg")
	say("# What there is to read, and signposts\n")
	say("Written by `make bench-education`. One process of the program (a demonstration over SQLite, with its log and its headers) beside one of `http.FileServer`, which")
	say("serves the same bytes in the same run; %d clients on the same %d cores ask for each page, or the data of each signpost, in turn. Pages go compressed.", clients, runtime.NumCPU())
	say("Medians of %d rounds of %s each. %s, %s. Load afterwards: %s. Memory of the program afterwards: %d MB.\n", b.rounds, b.length, time.Now().UTC().Format(time.DateOnly),
		runtime.Version(), strings.TrimSpace(string(load)), memory>>20)
	say("| | addresses | bytes of one | requests/s | files | ratio | middle | files | 99th percentile | files | CPU of the server for one | files |")
	say("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	var verdicts []string
	for _, l := range loads {
		r := rows[l.name]
		ours, theirs := median(r.ours, rate), median(r.theirs, rate)
		say("| %s | %d | %d | %.0f | %.0f | %.2f | %.2f ms | %.2f ms | %.1f ms | %.1f ms | %.0f µs | %.0f µs |", l.name, len(l.ours), l.bytes/len(l.ours), ours, theirs,
			ours/theirs, median(r.ours, middle), median(r.theirs, middle), float64(median(r.ours, slow))/float64(time.Millisecond),
			float64(median(r.theirs, slow))/float64(time.Millisecond), median(r.ours, cpu), median(r.theirs, cpu))
		verdict := "**not met**"
		if ours/theirs >= aimRatio && median(r.ours, slow) <= aimSlow {
			verdict = "met"
		}
		verdicts = append(verdicts, l.name+": "+verdict)
	}
	say("\nAim: at least %.1f of the file server, the 99th percentile at most %s. %s.", aimRatio, aimSlow, strings.Join(verdicts, "; "))
	return out.String()
}
