package notify

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"

	"amparo/internal/lang"

	"github.com/wneessen/go-mail"
)

// An SMTP sends by a mail server (RFC 5321). Make it with New.
type SMTP struct {
	c       Config
	words   *lang.Catalog
	options []mail.Option
	tls     *tls.Config
	dial    func(ctx context.Context, network, address string) (net.Conn, error) // without encryption
}

func newSMTP(c Config, words *lang.Catalog) (*SMTP, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	s := dialled(c)
	s.words = words.Staff()
	return s, nil
}

// dialled gives what talks to the mail server of a configuration that was checked.
func dialled(c Config) *SMTP {
	options := []mail.Option{mail.WithPort(c.Port), mail.WithTimeout(c.Timeout)}
	switch {
	case c.TLS == fullTLS:
		options = append(options, mail.WithSSL())
	case local(c.Host):
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if c.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(c.Username), mail.WithPassword(string(c.Password)))
	}
	conf := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	return &SMTP{c: c, options: options, tls: conf, dial: new(net.Dialer).DialContext}
}

// String names the server alone.
func (s *SMTP) String() string { return "smtp " + s.c.Host }

// GoString names the server alone: the options hold the password.
func (s *SMTP) GoString() string { return s.String() }

// Send hands the message to the mail server. It fails with ErrMessage or ErrRefused when trying again is of no use;
// every other failure may pass.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	letter, err := s.letter(m)
	if err != nil {
		return fmt.Errorf("%w: it cannot be composed", ErrMessage)
	}
	return s.deliver(ctx, letter, m.To)
}

// deliver hands a letter to the mail server.
func (s *SMTP) deliver(ctx context.Context, letter *mail.Msg, to string) error {
	ctx, cancel := context.WithTimeout(ctx, s.c.Timeout)
	defer cancel()
	line := &line{from: s}
	defer line.close()
	client, err := mail.NewClient(s.c.Host, append(slices.Clone(s.options),
		mail.WithTLSConfig(s.tls), mail.WithDialContextFunc(line.open))...)
	if err != nil {
		return fmt.Errorf("preparing to send mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, letter); err != nil && !letter.IsDelivered() {
		return without(err, to)
	}
	return nil
}

// A line is the connection of one attempt. The library leaves it open when the talk fails half-way; we do not.
type line struct {
	from *SMTP
	conn net.Conn
}

// open connects, encrypted from the first byte when the configuration says so, until the context's deadline.
func (l *line) open(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.from.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.conn = conn
	if until, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(until); err != nil {
			return nil, err
		}
	}
	if l.from.c.TLS == fullTLS {
		return tls.Client(conn, l.from.tls), nil
	}
	return conn, nil
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close() // closed already when all went well
	}
}

// letter writes the fixed text of the message's kind. Nothing in it comes from anywhere but the catalogue and Config.
func (s *SMTP) letter(m Message) (*mail.Msg, error) {
	p := s.words.For(m.Lang)
	letter, err := envelope(s.c.From, m.To, p.Tag())
	if err != nil {
		return nil, err
	}
	if m.Kind == Urgent || m.Kind == Door {
		letter.SetImportance(mail.ImportanceUrgent)
	}
	letter.Subject(p.T("notify." + string(m.Kind) + "_subject"))
	letter.SetBodyString(mail.TypeTextPlain, p.T("notify."+string(m.Kind)+"_body")+"\n\n"+s.c.Desk+"\n")
	return letter, nil
}

// envelope gives a letter without words.
func envelope(from, to, language string) (*mail.Msg, error) {
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := letter.From(from); err != nil {
		return nil, err
	}
	if err := letter.To(to); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from, "@")
	letter.SetMessageIDWithValue(strings.ToLower(rand.Text()) + "@" + domain)
	letter.SetDate()
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetGenHeader("Content-Language", language)
	return letter, nil
}

// A Plain letter says a subject and words and nothing else: not who sends it, but the address that it comes from, and no address of the desk.
type Plain struct{ To, Subject, Words, Language string }

// A Post sends plain letters from an address of its own. Make it with NewPost.
type Post struct{ smtp *SMTP }

// NewPost gives what sends plain letters by the mail server of a configuration, from its address From. Its Desk is not looked at.
func NewPost(c Config) (*Post, error) {
	c.Desk = "https://none.invalid/"
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	return &Post{dialled(c)}, nil
}

// Send hands a letter to the mail server. It fails with ErrMessage or ErrRefused when trying again is of no use; no error names the address.
func (p *Post) Send(ctx context.Context, l Plain) error {
	if err := Bare(l.To); err != nil {
		return fmt.Errorf("%w: its recipient is %w", ErrMessage, err)
	}
	letter, err := envelope(p.smtp.c.From, l.To, l.Language)
	if err != nil {
		return fmt.Errorf("%w: it cannot be composed", ErrMessage)
	}
	letter.Subject(l.Subject)
	letter.SetBodyString(mail.TypeTextPlain, l.Words+"\n")
	return p.smtp.deliver(ctx, letter, l.To)
}

// without gives an error that says what went wrong and leaves out the recipient, which servers like to repeat.
func without(err error, to string) error {
	if sent := new(mail.SendError); errors.As(err, &sent) {
		if code := sent.ErrorCode(); code >= 500 && !sent.IsTemp() {
			return fmt.Errorf("%w: %s (code %d)", ErrRefused, sent.Reason, code)
		}
		return fmt.Errorf("sending mail: %s (code %d)", sent.Reason, sent.ErrorCode())
	}
	if reply := new(textproto.Error); errors.As(err, &reply) {
		return fmt.Errorf("talking to the mail server: it answered with code %d", reply.Code)
	}
	return fmt.Errorf("reaching the mail server: %s", strings.ReplaceAll(err.Error(), to, "[address]"))
}
