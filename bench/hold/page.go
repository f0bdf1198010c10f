package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// aimGrowth is how much the middle of the memory of the last quarter of the soak may be above that of the second.
const aimGrowth = 1.05

// A page gathers the figures and writes them down.
type page struct {
	b         *bench
	desks     []*desk
	walks     []*walks
	stretches []*stretch
	out       strings.Builder
}

func (p *page) say(format string, values ...any) { fmt.Fprintf(&p.out, format+"\n", values...) }

func mega(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quarter is the middle of the memory in one quarter of a stretch, counted from 0.
func (s *stretch) quarter(i int) int64 {
	n := len(s.memory)
	part := slices.Clone(s.memory[n*i/4 : n*(i+1)/4])
	if len(part) == 0 {
		return 0
	}
	slices.Sort(part)
	return part[len(part)/2]
}

func (s *stretch) growth() float64 {
	if s.quarter(1) == 0 {
		return 0
	}
	return float64(s.quarter(3)) / float64(s.quarter(1))
}

// failure says what was not as it should be.
func (p *page) failure() (err error) {
	for _, d := range p.desks {
		if d.reports == 0 {
			err = errors.Join(err, fmt.Errorf("%s: nobody could report while the pages were open", d.name))
		}
		if d.troubles > 0 {
			err = errors.Join(err, fmt.Errorf("%s: %d pages of the desk were not answered", d.name, d.troubles))
		}
	}
	for _, s := range p.stretches {
		if s.refused.Load() > 0 || s.reports.Load() == 0 {
			err = errors.Join(err, fmt.Errorf("%s: %d reports were taken and %d were not", s.name, s.reports.Load(), s.refused.Load()))
		}
	}
	return err
}

func (p *page) markdown() string {
	p.say("# Measures of holding up\n")
	p.say("Written by `make bench-hold`, on %s, on %d cores that the program, PostgreSQL, the clients and whoever else is there share (%s).\n",
		time.Now().UTC().Format("2 January 2006"), runtime.NumCPU(), runtime.Version())
	if len(p.desks) > 0 {
		p.say("## Open pages of the desk\n")
		p.say("%d pages of %d duty officers look again every %v, as [decision 9](../docs/decisions/0009-pages-look-again.md) has it: first while nothing comes in, then", p.b.pages, officers, lookEvery)
		p.say("while somebody reports every two seconds. One core is 100 %%.\n")
		p.say("| engine | memory before | with the pages | core, nothing comes | answer, middle / 99 %% | core, reports come | answer, middle / 99 %% | asked | changed | reports |")
		p.say("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
		for _, d := range p.desks {
			p.say("| %s | %.0f MiB | %.0f MiB | %.1f %% | %.1f / %.1f ms | %.1f %% | %.1f / %.1f ms | %d | %d | %d |", d.name, mega(d.empty), mega(d.open),
				100*d.idle.Seconds()/d.length.Seconds(), millis(d.idle50), millis(d.idle99), 100*d.busy.Seconds()/d.length.Seconds(), millis(d.busy50), millis(d.busy99), d.asked, d.changed, d.reports)
		}
		p.say("")
	}
	if len(p.walks) > 0 {
		p.say("## One way through the form in a browser\n")
		p.say("From the first page to the receipt, nothing but the words answered, in Chromium on the same machine, a new profile each time; medians of %d.\n", p.b.journeys)
		p.say("| engine | scripts | pages | time | of it waiting for the program | bytes | the program's processor |\n| --- | --- | --- | --- | --- | --- | --- |")
		for _, w := range p.walks {
			p.say("| %s | %s | %d | %.0f ms | %.0f ms | %.0f KB | %.0f ms |", w.name, w.scripts, w.pages, millis(w.took), millis(w.waited), float64(w.bytes)/1000, millis(w.cpu))
		}
		p.say("")
	}
	if len(p.stretches) > 0 {
		p.say("## %v of reports\n", p.b.soak)
		p.say("%.1f people a second set out to report, to each engine at once. Memory is the resident set of the program, looked at every %v; the middle of each quarter.\n", p.b.rate, sampled)
		p.say("| engine | reports | refused | did not set out | 1st quarter | 2nd | 3rd | 4th | 4th to 2nd | processor for a report |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
		for _, s := range p.stretches {
			p.say("| %s | %d | %d | %d | %.0f MiB | %.0f MiB | %.0f MiB | %.0f MiB | %.3f | %.1f ms |", s.name, s.reports.Load(), s.refused.Load(), s.away, mega(s.quarter(0)), mega(s.quarter(1)),
				mega(s.quarter(2)), mega(s.quarter(3)), s.growth(), millis(s.cpu)/float64(max(1, s.reports.Load())))
		}
		p.say("\nAim: the last quarter no more than %.2f of the second. %s", aimGrowth, p.flat())
	}
	return p.out.String()
}

func (p *page) flat() string {
	var said []string
	for _, s := range p.stretches {
		verdict := "met"
		if s.growth() > aimGrowth {
			verdict = "**not met**"
		}
		said = append(said, s.name+": "+verdict+".")
	}
	return strings.Join(said, " ")
}
