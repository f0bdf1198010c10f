// Command partner hands in reports that it reads line by line, as docs/partner-api.md tells, and writes what became of each. It ends with 1 when a report
// was not taken. Running it again over the same lines does no harm: each has a key of its own.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

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
	ctx, end := context.WithCancel(ctx)
	defer end()
	reports, read := make(chan client.Report), make(chan error, 1)
	go func() { defer close(reports); read <- lines(ctx, in, reports) }()
	lost, write := 0, json.NewEncoder(out)
	for r := range c.Stream(ctx, reports) {
		if r.Err != nil {
			lost++
		}
		if err := write.Encode(line{r.Report.Key, r.Reference, r.Receipt.Letters, text(r.Err)}); err != nil {
			return err
		}
	}
	end()
	if err := <-read; err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if lost > 0 {
		return fmt.Errorf("%d reports were not taken; the lines above say why", lost)
	}
	return nil
}

// line is what became of one report.
type line struct {
	Key       string `json:"idempotency_key"`
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

// lines reads reports.
func lines(ctx context.Context, in io.Reader, to chan<- client.Report) error {
	text := bufio.NewScanner(in)
	text.Buffer(nil, 64<<10)
	for n := 1; text.Scan(); n++ {
		if strings.TrimSpace(text.Text()) == "" {
			continue
		}
		var r client.Report
		if err := json.Unmarshal(text.Bytes(), &r); err != nil {
			return fmt.Errorf("line %d cannot be read: %w", n, err)
		}
		select {
		case to <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return text.Err()
}
