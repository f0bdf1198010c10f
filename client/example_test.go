package client_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"amparo/client"
	"amparo/internal/access"
	"amparo/internal/app"
	"amparo/internal/config"
	"amparo/internal/identity"
)

// installation serves a demonstration, and gives the address for partners, a key, and what ends it.
func installation() (address, partnerKey string, end func()) {
	ctx, stop := context.WithCancel(context.Background())
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	dir, err := os.MkdirTemp("", "amparo-example-")
	must(err)
	d := config.Data{Dir: filepath.Join(dir, "data")}
	a, err := app.Open(ctx, config.Serve{Data: d, Public: "127.0.0.1:0", Desk: "127.0.0.1:0", Demo: true}, slog.New(slog.DiscardHandler))
	must(err)
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx) }()
	must(app.WithPeople(ctx, d, func(people *identity.Room) error {
		added, err := people.AddPartnerKey(ctx, access.Console, identity.AddPartnerKeyInput{Partner: "harbour", Name: "Harbour Hotline"})
		partnerKey = added.Key
		return err
	}))
	_, address = a.Addresses()
	return address, partnerKey, func() {
		stop()
		must(errors.Join(<-ended, a.Close(), os.RemoveAll(dir)))
	}
}

// One report, twice: the same key is the same report.
func ExampleClient_Report() {
	address, partnerKey, end := installation()
	defer end()
	ctx := context.Background()

	c, err := client.New(address, partnerKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	report := client.Report{Key: "5c9f1f0e", Instrument: "professional", Language: "en",
		Answers: map[string][]string{"danger": {"no"}, "words": {"A pupil told me about messages from a stranger."}}}
	first, err := c.Report(ctx, report)
	fmt.Println("new:", first.Fresh, err)
	again, err := c.Report(ctx, report)
	fmt.Println("new:", again.Fresh, "the same:", again.Reference == first.Reference && again.Receipt == first.Receipt, err)

	report.Answers["danger"] = []string{"perhaps"}
	report.Key = "77aa0b12"
	_, err = c.Report(ctx, report)
	var p *client.Problem
	if errors.As(err, &p) {
		fmt.Println(p.Status, p.Code, p.Fields[0].Name)
	}

	status, err := c.Status(ctx, first.Reference)
	fmt.Println(status.Progress, err)
	// Output:
	// new: true <nil>
	// new: false the same: true <nil>
	// 422 fault.partner_report answers.danger
	// received <nil>
}

// Many reports in one stream: one that is refused loses no other.
func ExampleClient_Stream() {
	address, partnerKey, end := installation()
	defer end()
	ctx := context.Background()

	c, err := client.New(address, partnerKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	reports := make(chan client.Report)
	go func() {
		defer close(reports)
		for _, answer := range []string{"no", "perhaps", "unknown"} {
			select {
			case reports <- client.Report{Key: "case-" + answer, Instrument: "worried", Language: "en", Answers: map[string][]string{"danger": {answer}}}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for r := range c.Stream(ctx, reports) {
		var p *client.Problem
		if errors.As(r.Err, &p) {
			fmt.Println(r.Report.Key, "is refused:", p.Fields[0].Code)
			continue
		}
		fmt.Println(r.Report.Key, "is taken:", r.Reference != "", r.Err)
	}
	// Output:
	// case-no is taken: true <nil>
	// case-perhaps is refused: fault.answer_code
	// case-unknown is taken: true <nil>
}
