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

// told is what a reporter is told: that there is a message, and nothing else.
func (g ground) told(language string) string { return g.words.For(language).T("public.contact_text") }

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
