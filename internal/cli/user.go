package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"amparo/internal/access"
	"amparo/internal/app"
	"amparo/internal/config"
	"amparo/internal/identity"
)

// user are the commands about the people who work here.
type user struct {
	Add          userAdd          `cmd:"" help:"Add somebody, and print the one-time password to hand over."`
	List         userList         `cmd:"" help:"List everybody."`
	Password     userPassword     `cmd:"" help:"Give somebody a new one-time password, and print it."`
	SecondFactor userSecondFactor `cmd:"" name:"second-factor" help:"Forget somebody's authenticator app, when the device is lost; the next sign-in asks for a new one."`
	Roles        userRoles        `cmd:"" help:"Give somebody other roles; what they are signed in with has them at once."`
	Qualify      userQualify      `cmd:"" help:"Record a qualification."`
	Deactivate   userDeactivate   `cmd:"" help:"Let somebody sign in no more."`
	Reactivate   userReactivate   `cmd:"" help:"Let somebody sign in again."`
}

type userAdd struct {
	config.Data
	Name     string   `arg:"" help:"The name to sign in with: a to z, 0 to 9, dot and dash."`
	Display  string   `help:"The name that colleagues read." required:""`
	Known    []string `help:"Other names that a reporter may know them by." sep:";"`
	Agency   string   `help:"The code of the agency, as the pack has it." required:""`
	Role     []string `help:"duty_officer, case_manager, supervisor, service_lead, administrator or auditor; several with commas." required:""`
	Language []string `help:"The languages they read, the preferred first."`
	Email    string   `help:"Where notices go. They say that something waits, and nothing else."`
	JSON     bool     `name:"json" help:"Tell it as JSON."`
}

// Run adds the user.
func (c *userAdd) Run(ctx context.Context, t *terminal) error {
	in := identity.AddUserInput{Name: c.Name, DisplayName: c.Display, KnownNames: c.Known, Agency: identity.AgencyID(c.Agency),
		Languages: c.Language, Email: c.Email}
	var err error
	if in.Roles, err = roles(c.Role); err != nil {
		return err
	}
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		added, err := people.AddUser(ctx, access.Console, in)
		if err != nil {
			return err
		}
		return t.password(c.JSON, strings.ToLower(c.Name), added.Password)
	})
}

// roles reads roles as they were typed.
func roles(typed []string) (list []access.Role, err error) {
	for _, role := range typed {
		if !slices.Contains(access.Roles, access.Role(role)) {
			return nil, tell("%q is not a role; expected some of %s", role, joined(access.Roles))
		}
		list = append(list, access.Role(role))
	}
	return list, nil
}

// password tells a one-time password, once.
func (t *terminal) password(asJSON bool, name, password string) error {
	if asJSON {
		return t.json(map[string]string{"name": name, "one_time_password": password})
	}
	fmt.Fprintf(t.out, "%s: one-time password %s\nHand it over in person. It works once and for %d days; then they choose their own.\n",
		name, password, int(identity.OneTimeLife/(24*time.Hour)))
	return nil
}

type userList struct {
	config.Data
	JSON bool `name:"json" help:"Tell it as JSON."`
}

// listed is one user as JSON has it.
type listed struct {
	ID          identity.UserID   `json:"id"`
	Name        string            `json:"name"`
	DisplayName string            `json:"display_name"`
	Agency      identity.AgencyID `json:"agency"`
	Roles       []access.Role     `json:"roles"`
	Active      bool              `json:"active"`
	Enrolled    bool              `json:"second_factor"`
	OneTime     bool              `json:"one_time_password"`
}

// Run prints everybody.
func (c *userList) Run(ctx context.Context, t *terminal) error {
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		users, err := people.Users(ctx, access.Console)
		if err != nil {
			return err
		}
		list := make([]listed, len(users))
		for i, u := range users {
			list[i] = listed{u.ID, u.Name, u.DisplayName, u.Agency, u.Roles, u.Active, u.Enrolled, u.OneTime}
		}
		if c.JSON {
			return t.json(list)
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for _, u := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Name, u.DisplayName, u.Agency, joined(u.Roles), map[bool]string{true: "active", false: "deactivated"}[u.Active])
		}
		return w.Flush()
	})
}

// one is a command about one user.
type one struct {
	config.Data
	Name string `arg:"" help:"The name that they sign in with."`
	JSON bool   `name:"json" help:"Tell it as JSON."`
}

// done is what a change of a user tells as JSON.
type done struct {
	Name string `json:"name"`
	Done string `json:"done"` // which change
}

// do finds the user, does the change and says so in the words given.
func (c *one) do(ctx context.Context, t *terminal, what, words string, change func(people *identity.Room, u identity.User) error) error {
	if err := c.find(ctx, change); err != nil {
		return err
	}
	return t.say(c.JSON, done{c.Name, what}, "%s %s", c.Name, words)
}

// find finds the user and gives it to f.
func (c *one) find(ctx context.Context, f func(people *identity.Room, u identity.User) error) error {
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		users, err := people.Users(ctx, access.Console)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(users, func(u identity.User) bool { return u.Name == strings.ToLower(c.Name) })
		if at < 0 {
			return tell("there is no user %q; run: amparo user list", c.Name)
		}
		return f(people, users[at])
	})
}

type userPassword struct{ one }

// Run resets the password.
func (c *userPassword) Run(ctx context.Context, t *terminal) error {
	return c.find(ctx, func(people *identity.Room, u identity.User) error {
		password, err := people.ResetPassword(ctx, access.Console, u.ID)
		if err != nil {
			return err
		}
		return t.password(c.JSON, u.Name, password)
	})
}

type userSecondFactor struct{ one }

// Run forgets the second factor.
func (c *userSecondFactor) Run(ctx context.Context, t *terminal) error {
	const words = "sets up a new authenticator app at the next sign-in"
	return c.do(ctx, t, "second-factor", words, func(people *identity.Room, u identity.User) error {
		return people.ResetSecondFactor(ctx, access.Console, u.ID)
	})
}

type userRoles struct {
	one
	Role []string `arg:"" help:"All the roles that they have from now on: duty_officer, case_manager, supervisor, service_lead, administrator, auditor."`
}

// Run replaces the roles.
func (c *userRoles) Run(ctx context.Context, t *terminal) error {
	list, err := roles(c.Role)
	if err != nil {
		return err
	}
	return c.do(ctx, t, "roles", "is now "+joined(list), func(people *identity.Room, u identity.User) error {
		return people.SetRoles(ctx, access.Console, identity.SetRolesInput{User: u.ID, Roles: list, Version: u.Version})
	})
}

type userQualify struct {
	one
	Code    string `arg:"" help:"The code of the qualification, as the pack has it."`
	Issued  string `help:"From when it counts, as in 2026-01-31; today without it."`
	Expires string `help:"When it ends, as in 2028-01-31; never without it."`
}

// Run records the qualification.
func (c *userQualify) Run(ctx context.Context, t *terminal) error {
	issued, errIssued := day(c.Issued, time.Now().UTC())
	expires, errExpires := day(c.Expires, time.Time{})
	if err := errors.Join(errIssued, errExpires); err != nil {
		return err
	}
	return c.do(ctx, t, "qualify", "holds "+c.Code, func(people *identity.Room, u identity.User) error {
		q := identity.Qualification{Code: c.Code, IssuedAt: issued, ExpiresAt: expires}
		return people.AddQualification(ctx, access.Console, identity.QualificationInput{User: u.ID, Qualification: q})
	})
}

type userDeactivate struct{ one }

// Run deactivates.
func (c *userDeactivate) Run(ctx context.Context, t *terminal) error {
	return c.do(ctx, t, "deactivate", "can sign in no more", func(people *identity.Room, u identity.User) error {
		return people.Deactivate(ctx, access.Console, u.ID)
	})
}

type userReactivate struct{ one }

// Run reactivates.
func (c *userReactivate) Run(ctx context.Context, t *terminal) error {
	return c.do(ctx, t, "reactivate", "can sign in again", func(people *identity.Room, u identity.User) error {
		return people.Reactivate(ctx, access.Console, u.ID)
	})
}

// day reads a day as people type it.
func day(text string, without time.Time) (time.Time, error) {
	if text == "" {
		return without, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return at, tell("%q is not a day; expected it as in 2026-01-31", text)
	}
	return at, nil
}

// joined gives codes with commas between them.
func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, one := range list {
		words[i] = string(one)
	}
	return strings.Join(words, ", ")
}
