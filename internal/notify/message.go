package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"strings"

	"amparo/internal/lang"
)

// A Kind is one of the fixed texts.
type Kind string

// The kinds.
const (
	Waiting Kind = "waiting" // something waits on the desk
	Urgent  Kind = "urgent"  // open the desk now: the page to whoever is on call
	Door    Kind = "door"    // the program could not prove that reports come through
	Test    Kind = "test"    // an operator asked whether mail arrives
)

// Kinds are all kinds.
var Kinds = []Kind{Waiting, Urgent, Door, Test}

// A Message is all that can be said: to whom, which of the fixed texts, and in which language.
type Message struct {
	To   string `json:"to"`   // one bare address, as in "n.haddad@example.org"
	Kind Kind   `json:"kind"` // which text
	Lang string `json:"lang"` // language tags, the best known first, with commas; the first of staff's languages when none is one of them
}

// Errors that a caller may act upon.
var (
	// ErrMessage means that the message itself is wrong: trying again is of no use.
	ErrMessage = errors.New("the message cannot be sent")
	// ErrRefused means that the mail server, or the gateway for texts, refused it for good: trying again is of no use.
	ErrRefused = errors.New("the message was refused for good")
)

// A Sender sends messages. Send may be called by many at once, and returns when the mail server has taken the message.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// New gives the sender that the configuration asks for: SMTP, or None when no server is named.
func New(c Config, words *lang.Catalog, log *slog.Logger) (Sender, error) {
	if c.Host == "" {
		return None{Log: log}, nil
	}
	return newSMTP(c, words)
}

// None sends nothing and logs that something would have been sent.
type None struct{ Log *slog.Logger }

// Send checks the message and logs its kind. It never fails for a good message.
func (n None) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	n.Log.LogAttrs(ctx, slog.LevelWarn, "no mail server is configured: a message was not sent", slog.String("kind", string(m.Kind)))
	return nil
}

// check refuses an unknown kind and every address that is not one bare address on one line.
func (m Message) check() error {
	if !slices.Contains(Kinds, m.Kind) {
		return fmt.Errorf("%w: there is no such kind", ErrMessage)
	}
	if err := Bare(m.To); err != nil {
		return fmt.Errorf("%w: its recipient is %w", ErrMessage, err)
	}
	return nil
}

// longestAddress is the longest address that mail can carry (RFC 5321), in bytes.
const longestAddress = 254

// Bare tells what is wrong with an address that is not one bare address on one line, as in "n.haddad@example.org".
func Bare(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > longestAddress || strings.ContainsAny(address, " \t\r\n\x00<>,;\"") {
		return errors.New("not one bare address")
	}
	return nil
}
