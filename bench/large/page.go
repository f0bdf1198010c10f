package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// What the figures are held against.
const (
	aimQueue  = 20.0 // ms at the 99th percentile
	aimRatio  = 2.0
	aimSearch = 50.0
	aimStart  = 1000.0
)

// A page gathers the figures and writes them down.
type page struct {
	sizes, entries []int
	rounds         int
	kept
	b strings.Builder
}

// kept is what one run leaves to the next.
type kept struct {
	Runs   []string // when, which engines, how long, and the load
	Cut    bool     // a limit came first
	Values map[string]float64
}

// recall reads what earlier runs have kept in the file; without one it does nothing.
func (p *page) recall(file string) error {
	if file == "" {
		return nil
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &p.kept)
	}
	return err
}

func (p *page) keep(file string) error {
	if file == "" {
		return nil
	}
	raw, err := json.MarshalIndent(p.kept, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, raw, 0o600)
}

func key(engine, what string, size int) string { return fmt.Sprintf("%s %s %d", engine, what, size) }

func (p *page) say(format string, values ...any) { fmt.Fprintf(&p.b, format+"\n", values...) }

// figure writes one figure; what was not measured is said to be so.
func (p *page) figure(engine, what string, size int, format string) string {
	v, ok := p.Values[key(engine, what, size)]
	if !ok {
		return "not measured"
	}
	return fmt.Sprintf(format, v)
}

func (p *page) ratio(engine, what, to string, size int) string {
	a, ok := p.Values[key(engine, what, size)]
	b, ok2 := p.Values[key(engine, to, size)]
	if !ok || !ok2 || b == 0 {
		return "not measured"
	}
	return fmt.Sprintf("%.1f×", a/b)
}

var engines = []string{"SQLite", "PostgreSQL"}

// markdown writes the page.
func (p *page) markdown() string {
	p.say("# Measures with much in the store\n")
	p.say("Written by `make bench-large`. Each figure stands beside its baseline over the same rows in the same run, done in turn with it. On a machine")
	p.say("that others use too, read the ratios and the growth rather than the times.\n")
	p.say("| | |\n| --- | --- |\n| cores | %d, shared by the program, PostgreSQL and whoever else is there |\n| Go | %s |", runtime.NumCPU(), runtime.Version())
	for _, run := range p.Runs {
		p.say("| run | %s |", run)
	}
	p.say("")
	if p.Cut {
		p.say("A run came to its limit of time before its end: what it did not come to is said to be not measured.\n")
	}
	p.say("![How each figure grows](large.svg)\n")
	p.queue()
	p.search()
	p.start()
	p.log()
	return p.b.String()
}

func (p *page) verdict(what string, size int, met func(engine string) (bool, bool)) string {
	var said []string
	for _, e := range engines {
		switch is, known := met(e); {
		case !known:
			said = append(said, e+": not measured.")
		case is:
			said = append(said, e+": met.")
		default:
			said = append(said, e+": **not met**.")
		}
	}
	return fmt.Sprintf("Aim with %s: %s %s\n", count(size), what, strings.Join(said, " "))
}

func (p *page) atMost(what string, size int, most float64) func(string) (bool, bool) {
	return func(engine string) (bool, bool) {
		v, ok := p.Values[key(engine, what, size)]
		return v <= most, ok
	}
}

func (p *page) queue() {
	p.say("## The duty queue\n")
	p.say("The first 50 of a duty officer's queue, with so many reports closed and so many open. *Bare* is one statement that reads the same 50 lines")
	p.say("without asking who may see them and without opening anything. *Top* is the same lines as the program reads them, each by what its reader may see.")
	p.say("*List* is the whole list with nothing opened: counts, what nobody can read in its language, the note of the shift, the mark by which a page knows that")
	p.say("it has changed. *Page* is everything that one view of the page asks of the stores: the list, the reasons of 50 reports opened and decrypted, that noted")
	p.say("in the log, replies, the counts of the menu; it goes through the first nine pages in turn. Milliseconds, middle / 99th percentile of %d, medians of %d", samples, p.rounds)
	p.say("rounds; ratios of the middles and, after the stroke, of the 99th percentiles.\n")
	p.say("| engine | closed | open | bare | top | top / bare | list | list / bare | page | page / bare |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, e := range engines {
		for _, n := range p.sizes {
			p.say("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |", e, count(n), p.open(e, n), p.both(e, "queue.bare", n), p.both(e, "queue.top", n), p.ratios(e, "queue.top", "queue.bare", n),
				p.both(e, "queue.list", n), p.ratios(e, "queue.list", "queue.bare", n), p.both(e, "queue.page", n), p.ratios(e, "queue.page", "queue.bare", n))
		}
	}
	p.say("\nWhat the processor did of that within the program, which on SQLite is all of it: it does not grow with what others do on the machine.\n")
	p.say("| engine | closed | bare | top | top / bare | list | list / bare | page |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, n := range p.sizes {
		p.say("| SQLite | %s | %s | %s | %s | %s | %s | %s |", count(n), p.both("SQLite", "queue.bare.cpu", n), p.both("SQLite", "queue.top.cpu", n), p.ratios("SQLite", "queue.top.cpu", "queue.bare.cpu", n),
			p.both("SQLite", "queue.list.cpu", n), p.ratios("SQLite", "queue.list.cpu", "queue.bare.cpu", n), p.both("SQLite", "queue.page.cpu", n))
	}
	n := p.sizes[len(p.sizes)-1]
	p.say("")
	for _, one := range [][2]string{{"queue.top", "the top 50"}, {"queue.list", "the list"}, {"queue.page", "the whole page"}} {
		p.say("%s", p.verdict(one[1]+" at most 20 ms at the 99th percentile.", n, p.atMost(one[0], n, aimQueue)))
		p.say("%s", p.verdict(one[1]+" at most twice the bare query at the 99th percentile.", n, func(e string) (bool, bool) {
			a, ok := p.Values[key(e, one[0], n)]
			b, ok2 := p.Values[key(e, "queue.bare", n)]
			return a <= aimRatio*b, ok && ok2
		}))
	}
}

// open is how many reports were open.
func (p *page) open(engine string, n int) string {
	if v, ok := p.Values[key(engine, "open", n)]; ok {
		return count(int(v))
	}
	return count(n / 10)
}

// people is how many children the reports are about.
func (p *page) people(engine string, n int) string {
	if v, ok := p.Values[key(engine, "open", n)]; ok {
		return count(n + int(v))
	}
	return count(n + n/10)
}

func (p *page) ratios(engine, what, to string, n int) string {
	return p.ratio(engine, what+".p50", to+".p50", n) + " / " + p.ratio(engine, what, to, n)
}

func (p *page) both(engine, what string, n int) string {
	return p.figure(engine, what+".p50", n, "%.1f") + " / " + p.figure(engine, what, n, "%.1f")
}

func (p *page) search() {
	p.say("## Search for a child by name\n")
	p.say("A whole name, sealed, among so many children's: as common as names are, so that the commonest first name is every eleventh child's. *Bare* reads the marks")
	p.say("of exactly that name. *Search* is the program's: every word as it sounds, what the reader may see, what a list shows, and the entry in the log.\n")
	p.say("| engine | people | bare | search | ratio |\n| --- | --- | --- | --- | --- |")
	for _, e := range engines {
		for _, n := range p.sizes {
			p.say("| %s | %s | %s | %s | %s |", e, p.people(e, n), p.both(e, "search.bare", n), p.both(e, "search.search", n), p.ratios(e, "search.search", "search.bare", n))
		}
	}
	n := p.sizes[len(p.sizes)-1]
	p.say("\nWhat the processor did of a search on SQLite: %s ms.", p.both("SQLite", "search.search.cpu", n))
	p.say("\n%s", p.verdict("at most 50 ms at the 99th percentile.", n, p.atMost("search.search", n, aimSearch)))
}

func (p *page) start() {
	p.say("## Start\n")
	p.say("From the start of the process until `/readyz` answers 200, median of 5. *Bare* is the same program over the demonstration alone.\n")
	p.say("| engine | closed reports | ready after | bare | ratio | filling took |\n| --- | --- | --- | --- | --- | --- |")
	for _, e := range engines {
		for _, n := range p.sizes {
			p.say("| %s | %s | %s | %s | %s | %s |", e, count(n), p.figure(e, "start", n, "%.0f ms"), p.figure(e, "start.bare", n, "%.0f ms"), p.ratio(e, "start", "start.bare", n), p.figure(e, "fill", n, "%.0f s"))
		}
	}
	n := p.sizes[len(p.sizes)-1]
	p.say("\n%s", p.verdict("ready within a second.", n, p.atMost("start", n, aimStart)))
}

func (p *page) log() {
	p.say("## The audit log\n")
	p.say("Entries a second that `audit verify` proves: hashes, tree, checkpoints, and that none is without a number. *Bare* reads the same entries in the same order")
	p.say("and hashes each. The entries were numbered and signed by the program's sequencer.\n")
	p.say("| engine | entries | verified a second | bare | bare is faster by |\n| --- | --- | --- | --- | --- |")
	for _, e := range engines {
		for _, n := range p.entries {
			p.say("| %s | %s | %s | %s | %s |", e, count(n), p.figure(e, "log", n, "%.0f"), p.figure(e, "log.bare", n, "%.0f"), p.ratio(e, "log.bare", "log", n))
		}
	}
	if last := p.entries[len(p.entries)-1]; last < 10_000_000 {
		p.say("\nTen million entries were not verified in this run: %s is the most that was. `-entries 10000000` does.", count(last))
	}
}

// count writes a number with its thousands apart.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
