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
	"amparo/internal/front"
)

type serve struct {
	config.Serve
	JSON bool `name:"json" help:"Tell where it serves as one line of JSON."`
}

// serving is what serve tells as JSON when it is ready.
type serving struct {
	Public       string       `json:"public,omitempty"`
	Desk         string       `json:"desk,omitempty"`
	KeysExported bool         `json:"keys_exported"` // false in a process that has no keys to look at; whether there is a copy of the keys as they are now
	Users        []demo.Login `json:"demo_users,omitempty"`
	Receipt      string       `json:"demo_receipt,omitempty"` // opens the mailbox of a made-up reporter
}

// Run serves until the program is told to stop.
func (c *serve) Run(ctx context.Context, t *terminal) error {
	if c.Only == config.Public {
		return c.front(ctx, t)
	}
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

// front serves the public side as a process of its own.
func (c *serve) front(ctx context.Context, t *terminal) error {
	p, err := front.Open(ctx, c.Serve, slog.New(slog.NewJSONHandler(t.err, nil)))
	if err != nil {
		return err
	}
	if c.JSON {
		err = t.line(serving{Public: p.Address()})
	} else {
		_, err = fmt.Fprintf(t.out, "public side: %s\n", p.Address())
	}
	if err != nil {
		return errors.Join(err, p.Close())
	}
	return errors.Join(p.Serve(ctx), p.Close())
}

// tell says where the program is reached and what is to be done first.
func (c *serve) tell(t *terminal, s serving) error {
	if c.JSON {
		return t.line(s)
	}
	for _, side := range [][2]string{{"public side: ", s.Public}, {"staff side:  ", s.Desk}} {
		if side[1] != "" {
			fmt.Fprintln(t.out, side[0]+side[1])
		}
	}
	if c.Only == config.Jobs {
		fmt.Fprintln(t.out, "doing the work that waits")
	}
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
