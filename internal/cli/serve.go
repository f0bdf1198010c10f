package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"text/tabwriter"

	"amparo/internal/app"
	"amparo/internal/config"
	"amparo/internal/demo"
)

type serve struct {
	config.Serve
	JSON bool `name:"json" help:"Tell where it serves as one line of JSON."`
}

// serving is what serve tells as JSON when it is ready.
type serving struct {
	Public       string       `json:"public"`
	Desk         string       `json:"desk"`
	KeysExported bool         `json:"keys_exported"` // whether there is a copy of the keys as they are now
	Users        []demo.Login `json:"demo_users,omitempty"`
	Receipt      string       `json:"demo_receipt,omitempty"` // opens the mailbox of a made-up reporter
}

// Run serves until the program is told to stop.
func (c *serve) Run(ctx context.Context, t *terminal) error {
	a, err := app.Open(ctx, c.Serve, slog.New(slog.NewJSONHandler(t.err, nil)))
	if err != nil {
		return err
	}
	s := serving{Users: a.Demo().Users, Receipt: a.Demo().Receipt}
	s.Public, s.Desk = a.Addresses()
	if s.KeysExported, err = a.KeysExported(ctx); err == nil {
		err = c.tell(t, s)
	}
	if err != nil {
		return errors.Join(err, a.Close())
	}
	return errors.Join(a.Serve(ctx), a.Close())
}

// tell says where the program is reached and what is to be done first.
func (c *serve) tell(t *terminal, s serving) error {
	if c.JSON {
		return t.line(s)
	}
	fmt.Fprintf(t.out, "public side: %s\nstaff side:  %s\n", s.Public, s.Desk)
	switch {
	case c.Demo:
		c.tellDemo(t, s)
	case !s.KeysExported:
		fmt.Fprintln(t.out, "\nThere is no copy of the keys yet. Losing the keys is losing every case. Run now, and again on another machine to check:\n"+
			"  amparo key export FILE --passphrase FILE --data "+c.Dir)
	}
	return nil
}

// tellDemo says, once, how the made-up users sign in.
func (c *serve) tellDemo(t *terminal, s serving) {
	fmt.Fprintln(t.out, "\nThis is a demonstration. Nobody reads what is sent, and everybody in it is made up.")
	if len(s.Users) == 0 {
		fmt.Fprintln(t.out, "The users were made at an earlier start; amparo user password NAME makes a new one-time password.")
		return
	}
	fmt.Fprintln(t.out, "Sign in with one of these names and its one-time password. They are not shown again; amparo user password NAME makes a new one.")
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, u := range s.Users {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", u.Name, u.Password, joined(u.Roles), u.Agency)
	}
	_ = w.Flush() // a terminal that is gone is noticed by the next who writes
	if s.Receipt != "" {
		fmt.Fprintf(t.out, "On the public side, this code opens the mailbox of a made-up child who was answered: %s\n", s.Receipt)
	}
}
