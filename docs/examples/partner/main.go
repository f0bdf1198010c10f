// Command partner hands in reports that it reads line by line, as docs/partner-api.md tells, and writes what became of each. A line that cannot be read is
// told of by its number, and the others are handed in. It ends with 1 when a line was not taken. Running it again over the same lines does no harm: each has
// a key of its own.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"

	"amparo/client"
)

func main() {
	address := flag.String("address", "", "where the installation is, as in https://desk.example.org")
	file := flag.String("key", "", "a file with the key, readable by its owner alone")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *address, *file, os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "partner:", err)
		os.Exit(1)
	}
}

// run hands in every line of in.
func run(ctx context.Context, address, file string, in io.Reader, out io.Writer) error {
	key, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	c, err := client.New(address, strings.TrimSpace(string(key)))
	if err != nil {
		return err
	}
	wanted, end := context.WithCancel(ctx)
	defer end()
	told, reports, read := &results{to: json.NewEncoder(out)}, make(chan client.Report), make(chan error, 1)
	left := 0
	go func() {
		defer close(reports)
		var err error
		left, err = lines(wanted, in, reports, told)
		read <- err
	}()
	for r := range c.Stream(ctx, reports) {
		told.tell(line{Key: r.Report.Key, Reference: r.Reference, Receipt: r.Receipt.Letters, Error: text(r.Err)})
	}
	end() // what was not handed in by now will not be; it is counted
	select {
	case err = <-read:
	case <-ctx.Done(): // the input may be one that never ends
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	return told.sum(left)
}

// results writes what became of each line, for the two sides of the stream at once.
type results struct {
	mu   sync.Mutex
	to   *json.Encoder // guarded by mu, as are the others
	lost int
	err  error
}

func (r *results) tell(one line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one.Error != "" {
		r.lost++
	}
	r.err = errors.Join(r.err, r.to.Encode(one))
}

// sum says what is missing, of it all and of the lines that were never handed in.
func (r *results) sum(left int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.err
	if r.lost > 0 {
		err = errors.Join(err, fmt.Errorf("%d reports were not taken; the lines above say why", r.lost))
	}
	if left > 0 {
		err = errors.Join(err, fmt.Errorf("%d lines were not handed in", left))
	}
	return err
}

// line is what became of one report, or of a line that is none.
type line struct {
	Number    int    `json:"line,omitempty"` // of a line that cannot be read
	Key       string `json:"idempotency_key,omitempty"`
	Reference string `json:"reference,omitempty"`
	Receipt   string `json:"receipt,omitempty"`
	Error     string `json:"error,omitempty"`
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// lines reads reports to the end of the input, and counts those that nobody wanted any more. One that is too long the installation refuses.
func lines(wanted context.Context, in io.Reader, to chan<- client.Report, told *results) (left int, err error) {
	from := bufio.NewReader(in)
	for n := 1; err == nil; n++ {
		var text []byte
		text, err = from.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		var r client.Report
		if bad := json.Unmarshal(text, &r); bad != nil {
			told.tell(line{Number: n, Error: fmt.Sprintf("line %d cannot be read: %v", n, bad)})
			continue
		}
		select {
		case to <- r:
		case <-wanted.Done():
			left++
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return left, err
}
