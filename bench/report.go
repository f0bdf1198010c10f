package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// What the figures are held against.
const (
	aimRate    = 140 // reports a second, by 8 clients
	aimClients = 8
	aimRequest = 250 * time.Millisecond // the slow end of a request
	aimMemory  = 100 << 20              // at rest
	aimPage    = 50 << 10
	aimFirst   = 14 << 10 // the first page with its sheet and script
)

// A part of a page, in bytes.
type part struct {
	name            string
	plain, squeezed int
}

// A row is one subject under one load: a sample for each round.
type row struct {
	name    string
	clients int
	rounds  []sample
}

// A report gathers the figures.
type report struct {
	machine                           machine
	rounds, starts                    int
	way                               way
	length                            time.Duration
	rows                              []*row
	sizes                             []size
	first                             []part
	firstStart, laterStart, bareStart start
	rest                              []rest
	b                                 strings.Builder
}

// A rest is the memory of a subject after all load.
type rest struct {
	name   string
	memory int64
}

// keep adds a sample to its row.
func (r *report) keep(name string, clients int, one sample) {
	for _, known := range r.rows {
		if known.name == name && known.clients == clients {
			known.rounds = append(known.rounds, one)
			return
		}
	}
	r.rows = append(r.rows, &row{name, clients, []sample{one}})
}

// after notes the memory of a subject that has done its work.
func (r *report) after(s subject) error {
	time.Sleep(atRest)
	memory, err := s.server.Memory()
	r.rest = append(r.rest, rest{s.name, memory})
	return err
}

// failure tells of journeys that failed: there must be none.
func (r *report) failure() (err error) {
	for _, one := range r.rows {
		for _, s := range one.rounds {
			if s.failed > 0 {
				err = errors.Join(err, fmt.Errorf("%s, %d clients: %d journeys failed, one of them: %w", one.name, one.clients, s.failed, s.failure))
			}
		}
	}
	return err
}

// of is the median over the rounds.
func of[T ~int64 | ~int | ~float64](r *row, value func(sample) T) T {
	var all []T
	for _, one := range r.rounds {
		all = append(all, value(one))
	}
	return median(all)
}

func (r *report) say(format string, values ...any) { fmt.Fprintf(&r.b, format+"\n", values...) }

// markdown writes the page.
func (r *report) markdown() string {
	r.say("# Measures\n")
	r.say("Written by `make bench`. Every figure stands beside the one of a bare server in the same run: the standard library's, which")
	r.say("reads the same forms and answers with the same pages out of its memory. On a machine that others use too, read the ratios")
	r.say("and the CPU time rather than the speed.\n")
	m := r.machine
	r.say("| | |\n| --- | --- |\n| date | %s |\n| processor | %s, %d cores, shared by the clients, the servers and PostgreSQL |\n| memory | %s |", m.date.Format(time.DateTime+" UTC"), m.processor, m.cores, m.memory)
	r.say("| kernel | Linux %s |\n| Go | %s |\n| load before the start | %s |\n", m.kernel, runtime.Version(), m.load)
	r.speed()
	r.starting()
	r.weights()
	return r.b.String()
}

// speed writes what was done under load.
func (r *report) speed() {
	r.say("## Reporting\n")
	r.say("The whole journey of *it is about me*, %d requests, as a browser without JavaScript makes them, until the receipt was typed", len(r.way))
	r.say("back. Medians of %d rounds of %s each; the desk opens the reports meanwhile. A time is the middle / the 95th percentile. CPU is", r.rounds, r.length)
	r.say("what the server used for one report, the opening on the desk included; the clients use the cores as well. Others is the part of")
	r.say("the machine that neither used: PostgreSQL and, on a shared machine, whoever else is there.\n")
	r.say("| engine | clients | reports/s | bare | bare is faster by | failed | a journey | a request | bare | CPU for a report | bare | ratio | others |")
	r.say("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, one := range r.rows {
		if one.name != bareName {
			r.speedRow(one)
		}
	}
	r.say("\nAim: at least %d reports/s by %d clients, the 95th percentile of a request at most %s, no failure. %s\n", aimRate, aimClients, aimRequest, r.verdict())
	r.say("How far the desk was behind when the last report of a round was sent, and how long it took to have them all:\n")
	r.say("| engine | clients | reports in a round | waiting | all on the desk after |\n| --- | --- | --- | --- | --- |")
	for _, one := range r.rows {
		if one.name != bareName {
			r.say("| %s | %d | %d | %d | %s |", one.name, one.clients, of(one, func(s sample) int { return s.reports }),
				of(one, func(s sample) int { return s.waiting }), short(of(one, func(s sample) time.Duration { return s.drained })))
		}
	}
	r.say("")
}

func (r *report) speedRow(one *row) {
	var bare *row
	for _, other := range r.rows {
		if other.name == bareName && other.clients == one.clients {
			bare = other
		}
	}
	failed := 0
	for _, s := range one.rounds {
		failed += s.failed
	}
	rate, base := of(one, speedOf), of(bare, speedOf)
	cpu, baseCPU := of(one, cpuOf), of(bare, cpuOf)
	r.say("| %s | %d | %.0f | %.0f | %.1f× | %d | %s | %s | %s | %s | %s | %.1f× | %.0f %% |", one.name, one.clients, rate, base, base/rate, failed,
		both(one, func(s sample) times { return s.journey }), both(one, requestOf), both(bare, requestOf),
		short(cpu), short(baseCPU), float64(cpu)/float64(max(1, baseCPU)), 100*of(one, func(s sample) float64 { return s.others }))
}

func speedOf(s sample) float64      { return s.perSecond }
func cpuOf(s sample) time.Duration  { return s.cpu }
func requestOf(s sample) times      { return s.request }
func milli(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
func mega(bytes int64) float64      { return float64(bytes) / (1 << 20) }
func short(d time.Duration) string  { return fmt.Sprintf("%.1f ms", milli(d)) }
func met(is bool, what string) string {
	if is {
		return what + ": met."
	}
	return what + ": **not met**."
}

// both are the medians of the middle and of the slow end.
func both(r *row, value func(sample) times) string {
	return fmt.Sprintf("%.1f / %.1f ms", milli(of(r, func(s sample) time.Duration { return value(s).p50 })),
		milli(of(r, func(s sample) time.Duration { return value(s).p95 })))
}

// verdict holds the rows against the aim.
func (r *report) verdict() string {
	var said []string
	for _, one := range r.rows {
		if one.name == bareName || one.clients != aimClients {
			continue
		}
		slow := of(one, func(s sample) time.Duration { return s.request.p95 })
		is := of(one, speedOf) >= aimRate && slow <= aimRequest
		for _, s := range one.rounds {
			is = is && s.failed == 0
		}
		said = append(said, met(is, one.name))
	}
	return strings.Join(said, " ")
}

// starting writes how long starts take, and what memory they need.
func (r *report) starting() {
	r.say("## Starting and resting\n")
	r.say("From the start of the process until `/readyz` answers 200, and the resident memory %s later. Medians of %d.\n", atRest, r.starts)
	r.say("| | ready after | bare | ratio | memory | bare | ratio |\n| --- | --- | --- | --- | --- | --- | --- |")
	base := r.bareStart
	r.startRow("first start: empty folder, made-up people and matters", r.firstStart, base)
	r.startRow("later start, over what is there", r.laterStart, base)
	var bare int64
	for _, one := range r.rest {
		if one.name == bareName {
			bare = one.memory
		}
	}
	for _, one := range r.rest {
		if one.name != bareName {
			r.say("| %s, at rest after all load | | | | %.0f MB | %.0f MB | %.1f× |", one.name, mega(one.memory), mega(bare), float64(one.memory)/float64(max(1, bare)))
		}
	}
	r.say("\nAim: at most %.0f MB at rest after a start. %s\n", mega(aimMemory), met(r.laterStart.memory <= aimMemory, "Memory"))
}

func (r *report) startRow(name string, s, base start) {
	r.say("| %s | %s | %s | %.0f× | %.0f MB | %.0f MB | %.1f× |", name, short(s.ready), short(base.ready), float64(s.ready)/float64(max(1, base.ready)),
		mega(s.memory), mega(base.memory), float64(s.memory)/float64(max(1, base.memory)))
}

// weights writes the size of every page.
func (r *report) weights() {
	r.say("## Weight of the pages\n")
	r.say("Bytes as they go over the line (gzip), beside the bytes of the same page as it is read.\n")
	r.say("| first page | plain | compressed | ratio |\n| --- | --- | --- | --- |")
	var sum part
	for _, p := range r.first {
		r.say("| %s | %d | %d | %.1f× |", p.name, p.plain, p.squeezed, float64(p.plain)/float64(p.squeezed))
		sum.plain, sum.squeezed = sum.plain+p.plain, sum.squeezed+p.squeezed
	}
	r.say("| together | %d | %d | %.1f× |\n", sum.plain, sum.squeezed, float64(sum.plain)/float64(sum.squeezed))
	heaviest := 0
	for _, s := range r.sizes {
		heaviest = max(heaviest, s.squeezed, s.squeezeA)
	}
	r.say("Aims: the first page with all that it loads at most %d KB compressed, any page at most %d KB. %s %s\n", aimFirst>>10, aimPage>>10,
		met(sum.squeezed <= aimFirst, "First page"), met(heaviest <= aimPage, "Heaviest page"))
	r.say("| page | English, plain | compressed | Arabic, plain | compressed |\n| --- | --- | --- | --- | --- |")
	for _, s := range r.sizes {
		r.say("| %s | %d | %d | %d | %d |", s.page, s.plain, s.squeezed, s.plainA, s.squeezeA)
	}
}
