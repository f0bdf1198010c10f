package app

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/contact"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/notify"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/task"
)

// texting sends words to a number, as notify.Gateway does.
type texting func(ctx context.Context, number, words string) error

// newTexting makes what sends texts; nil when the configuration names no gateway.
func newTexting(c config.Texts) (texting, error) {
	if c.SMSGateway == "" {
		return nil, nil
	}
	var token secret.Bytes
	if c.SMSToken != "" {
		var err error
		if token, err = secret.ReadText(c.SMSToken); err != nil {
			return nil, err
		}
	}
	g, err := notify.NewGateway(c.SMSGateway, token)
	if err != nil {
		return nil, err
	}
	return g.Text, nil
}

// mailing sends a letter that says nothing, as notify.Post does.
type mailing func(ctx context.Context, l notify.Plain) error

// newMailing makes what sends e-mails to reporters; nil when the configuration names no address that they come from.
func newMailing(m config.Mail, c config.Texts) (mailing, error) {
	if c.ReporterMailFrom == "" {
		return nil, nil
	}
	to, err := server(m)
	if err != nil {
		return nil, err
	}
	to.From = c.ReporterMailFrom
	post, err := notify.NewPost(to)
	if err != nil {
		return nil, err
	}
	return post.Send, nil
}

// texts tells a reporter by text that there is a message, and nothing else; nil where none are sent.
func (g ground) texts() func(ctx context.Context, number, language string) error {
	if g.text == nil {
		return nil
	}
	return func(ctx context.Context, number, language string) error {
		return g.text(ctx, number, g.words.For(language).T("public.contact_text"))
	}
}

// mails does the same by e-mail.
func (g ground) mails() func(ctx context.Context, address, language string) error {
	if g.mail == nil {
		return nil
	}
	return func(ctx context.Context, address, language string) error {
		p := g.words.For(language)
		return g.mail(ctx, notify.Plain{To: address, Subject: p.T("public.contact_subject"), Words: p.T("public.contact_text"), Language: p.Tag()})
	}
}

// unreached gives those who answer for a report the task to find another safe way to its reporter. Where nothing is to be done any more nobody is asked:
// the task would have no owner, and could not be ended.
func (r *rooms) unreached(ctx context.Context, tx store.Tx, by access.Proof, report intake.ReportID) error {
	subjects, err := mailbox.Answering(ctx, tx, report)
	if err != nil {
		return err
	}
	due, err := r.replyDue(ctx, tx, string(report))
	if err != nil {
		return err
	}
	if due.IsZero() {
		due = tx.Now.AddDate(0, 0, 1)
	}
	for _, subject := range subjects {
		_, goesOn, err := task.Next(ctx, tx, subject)
		if err != nil {
			return err
		}
		if !goesOn {
			continue
		}
		if err := task.Beside(ctx, tx, by, task.Input{Subject: subject, Kind: contact.TaskFailed, Due: due}); err != nil {
			return err
		}
	}
	return nil
}
