package notify

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"amparo/internal/secret"
)

// Config says how mail leaves. The zero Config sends none.
type Config struct {
	// Host is the name of the mail server, as in "mail.example.org". Empty: no mail is sent.
	Host string
	// Port is the port of the mail server. 0: 587, or 465 with TLS "tls".
	Port int
	// TLS says how the connection is encrypted: "starttls" (the default) or "tls" from the first byte. Encryption is never
	// optional, except that a server on this machine (localhost, 127.0.0.1, ::1) is spoken to in the clear when it offers none.
	TLS string
	// Username is the name to sign in to the mail server with. Empty: without signing in.
	Username string
	// Password belongs to Username. It is read from a file of its own.
	Password secret.Bytes
	// From is the sender's address, as in "desk@example.org". It needs to be one that the mail server lets us use.
	From string
	// Desk is the address of the desk's front page, as in "https://desk.example.org/". It stands in every message. It has
	// no query and names nothing of a case.
	Desk string
	// Timeout bounds one attempt to send. 0: 15 seconds.
	Timeout time.Duration
}

const (
	startTLS = "starttls"
	fullTLS  = "tls"
)

// check gives the configuration with its defaults filled in, or says all that is wrong with it.
func (c Config) check() (Config, error) {
	var wrong []error
	if c.TLS == "" {
		c.TLS = startTLS
	}
	if c.TLS != startTLS && c.TLS != fullTLS {
		wrong = append(wrong, fmt.Errorf("mail: TLS is %q, expected %q or %q", c.TLS, startTLS, fullTLS))
	}
	if c.Port == 0 {
		c.Port = map[string]int{startTLS: 587, fullTLS: 465}[c.TLS]
	}
	if c.Port < 0 || c.Port > 65535 {
		wrong = append(wrong, fmt.Errorf("mail: the port is %d, expected 1 to 65535", c.Port))
	}
	if c.Timeout == 0 {
		c.Timeout = 15 * time.Second
	}
	if c.Timeout < 0 {
		wrong = append(wrong, errors.New("mail: the timeout is negative"))
	}
	if err := Bare(c.From); err != nil {
		wrong = append(wrong, fmt.Errorf("mail: the sender's address is %w", err))
	}
	if (c.Username == "") != (len(c.Password) == 0) {
		wrong = append(wrong, errors.New("mail: give both a user name and a password, or neither"))
	}
	if u, err := url.Parse(c.Desk); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		wrong = append(wrong, errors.New("mail: the desk's address is not like https://desk.example.org/"))
	}
	return c, errors.Join(wrong...)
}

// local tells whether the host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
