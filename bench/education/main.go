// Command education measures what there is to read, and signposts, beside http.FileServer with the same bytes in the same run. It writes
// bench/EDUCATION.md. Run with "files DIR" it is that file server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"amparo/test/program"
)

// clients ask at once. They share the cores with the servers.
const clients = 8

func main() {
	if len(os.Args) == 3 && os.Args[1] == "files" {
		fmt.Fprintln(os.Stderr, files(os.Args[2]))
		os.Exit(1)
	}
	b := &bench{}
	flag.StringVar(&b.binary, "binary", "bin/amparo", "the program to measure")
	flag.IntVar(&b.rounds, "rounds", 5, "how often each load is measured; the median counts")
	flag.DurationVar(&b.length, "length", 4*time.Second, "of one measure")
	out := flag.String("out", "bench/EDUCATION.md", "where to write the figures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	text, err := b.run(ctx)
	stop()
	if err == nil {
		err = os.WriteFile(*out, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// files serves a folder as the standard library does.
func files(dir string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("{\"public\":\"http://%s/\"}\n", l.Addr())
	return http.Serve(l, http.FileServer(http.Dir(dir)))
}

type bench struct {
	binary, dir string
	rounds      int
	length      time.Duration
	client      *http.Client
}

// A load is a set of addresses that are asked for in turn: the program's, and the file server's for the same bytes.
type load struct {
	name         string
	theirs, ours []string
	bytes        int // of all answers together
}

func (b *bench) run(ctx context.Context) (text string, err error) {
	if b.dir, err = os.MkdirTemp("", "amparo-bench-"); err != nil {
		return "", err
	}
	defer os.RemoveAll(b.dir)
	b.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	own, err := os.Executable()
	if err != nil {
		return "", err
	}
	if err := b.keep("readyz", nil); err != nil {
		return "", err
	}
	h := program.House{Dir: filepath.Join(b.dir, "data")}
	amparo, err := program.Start(ctx, program.Config{Binary: b.binary, Log: filepath.Join(b.dir, "log"),
		Args: append([]string{"serve", "--json", "--demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, h.Args()...)})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, amparo.Stop()) }()
	served, err := program.Start(ctx, program.Config{Binary: own, Args: []string{"files", filepath.Join(b.dir, "files")}, Log: filepath.Join(b.dir, "log")})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, served.Kill()) }()
	loads, err := b.loads(ctx, amparo.Public, served.Public)
	if err != nil {
		return "", err
	}
	rows := map[string]*row{}
	for range b.rounds {
		for _, l := range loads {
			r := rows[l.name]
			if r == nil {
				r = &row{load: l}
				rows[l.name] = r
			}
			ours, err := b.once(ctx, amparo, l.ours)
			if err != nil {
				return "", err
			}
			theirs, err := b.once(ctx, served, l.theirs)
			if err != nil {
				return "", err
			}
			r.ours, r.theirs = append(r.ours, ours), append(r.theirs, theirs)
			fmt.Printf("%-12s %6.0f/s, files %6.0f/s\n", l.name, ours.rate, theirs.rate)
		}
	}
	memory, err := amparo.Memory()
	return page(b, loads, rows, memory), err
}

func (b *bench) keep(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Join(b.dir, "files"), 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.dir, "files", name), text, 0o600)
}

var (
	toRead = regexp.MustCompile(`/read/[a-z0-9]{6}\?l=[a-z]+`)
	toSign = regexp.MustCompile(`/sign/[a-z0-9]{6}\.json\?l=[a-z]+`)
)

// loads finds every page and every signpost, and puts the same bytes before the file server.
func (b *bench) loads(ctx context.Context, ours, theirs string) (list []load, err error) {
	pages := map[string]bool{}
	for _, tag := range []string{"en", "ar", "fr", "es", "sw"} {
		front, err := b.get(ctx, ours+"read?l="+tag, "identity")
		if err != nil {
			return nil, err
		}
		for _, one := range toRead.FindAllString(string(front), -1) {
			text, err := b.get(ctx, ours+strings.TrimPrefix(one, "/"), "identity")
			if err != nil {
				return nil, err
			}
			pages[one] = true
			for _, inner := range toRead.FindAllString(string(text), -1) {
				pages[inner] = true
			}
		}
	}
	index, err := b.get(ctx, ours+"sign/index.json", "identity")
	if err != nil {
		return nil, err
	}
	signs := map[string]bool{}
	for _, one := range toSign.FindAllString(string(index), -1) {
		signs[one] = true
	}
	for name, set := range map[string]map[string]bool{"pages": pages, "signposts": signs} {
		l := load{name: name}
		for path := range set {
			text, err := b.get(ctx, ours+strings.TrimPrefix(path, "/"), "gzip")
			if err != nil {
				return nil, err
			}
			file := name + strconv.Itoa(len(l.ours))
			if err := b.keep(file, text); err != nil {
				return nil, err
			}
			l.ours, l.theirs, l.bytes = append(l.ours, ours+strings.TrimPrefix(path, "/")), append(l.theirs, theirs+file), l.bytes+len(text)
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b load) int { return strings.Compare(a.name, b.name) })
	return list, nil
}

func (b *bench) get(ctx context.Context, address, encoding string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept-Encoding", encoding)
	answer, err := b.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s was answered with %d", address, answer.StatusCode)
	}
	return text, err
}

// A sample is what was done in one measure.
type sample struct {
	rate     float64
	p50, p99 time.Duration
	cpu      time.Duration // of the server, for one request
}

// once asks for all addresses again and again, by so many clients at once.
func (b *bench) once(ctx context.Context, server *program.Program, addresses []string) (out sample, err error) {
	before, err := server.CPU()
	if err != nil {
		return out, err
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	var took []time.Duration
	begun := time.Now()
	for i := range clients {
		group.Go(func() {
			var mine []time.Duration
			var failed error
			for n := i; time.Since(begun) < b.length && failed == nil; n += clients {
				at := time.Now()
				_, failed = b.get(ctx, addresses[n%len(addresses)], "gzip")
				mine = append(mine, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			took, err = append(took, mine...), errors.Join(err, failed)
		})
	}
	group.Wait()
	span := time.Since(begun)
	after, cpuErr := server.CPU()
	if err = errors.Join(err, cpuErr); err != nil {
		return out, err
	}
	slices.Sort(took)
	return sample{float64(len(took)) / span.Seconds(), took[len(took)/2], took[len(took)*99/100], (after - before) / time.Duration(len(took))}, nil
}
