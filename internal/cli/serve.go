package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

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
	Public string       `json:"public"`
	Desk   string       `json:"desk"`
	Users  []demo.Login `json:"demo_users,omitempty"`
}

// Run serves until the program is told to stop.
func (c *serve) Run(ctx context.Context, t *terminal) error {
	a, err := app.Open(ctx, c.Serve, slog.New(slog.NewJSONHandler(t.err, nil)))
	if err != nil {
		return err
	}
	public, desk := a.Addresses()
	if err := c.tell(t, serving{public, desk, a.DemoUsers()}); err != nil {
		return errors.Join(err, a.Close())
	}
	return errors.Join(a.Serve(ctx), a.Close())
}

// tell says where the program is reached and, once, how the made-up users sign in.
func (c *serve) tell(t *terminal, s serving) error {
	if c.JSON {
		return t.line(s)
	}
	fmt.Fprintf(t.out, "public side: %s\nstaff side:  %s\n", s.Public, s.Desk)
	if c.Demo {
		fmt.Fprintln(t.out, "\nThis is a demonstration. Nobody reads what is sent, and everybody in it is made up.")
	}
	if len(s.Users) > 0 {
		fmt.Fprintln(t.out, "Sign in with one of these names and its one-time password. They are not shown again; amparo user password NAME makes a new one.")
		for _, u := range s.Users {
			fmt.Fprintf(t.out, "  %-18s %s  %s, %s\n", u.Name, u.Password, joined(u.Roles), u.Agency)
		}
	} else if c.Demo {
		fmt.Fprintln(t.out, "The users were made at an earlier start; amparo user password NAME makes a new one-time password.")
	}
	return nil
}
