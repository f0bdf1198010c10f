package cli

import (
	"context"

	"amparo/internal/app"
	"amparo/internal/config"
)

type mailTest struct {
	config.Mail
	To   string `arg:"" help:"The address to send it to, as in n.haddad@example.org."`
	Lang string `help:"The language of the message." default:"en"`
	JSON bool   `name:"json" help:"Tell it as JSON."`
}

// sent is what mail test tells as JSON.
type sent struct {
	To string `json:"to"`
}

// Run sends the message and tells that the mail server has taken it.
func (c *mailTest) Run(ctx context.Context, t *terminal) error {
	if c.SMTPHost == "" {
		return tell("no mail server is named; give --smtp-host, --mail-from and --desk-url, or their environment variables")
	}
	if err := c.Mail.Check(); err != nil {
		return err
	}
	if err := app.TestMail(ctx, c.Mail, c.To, c.Lang); err != nil {
		return tell("the message was not sent: %v; see that the --smtp settings are those of your mail server", err)
	}
	return t.say(c.JSON, sent{c.To}, "the mail server has taken a test message to %s; see that it arrives", c.To)
}
