// Package config says what can be set from outside: on the command line, or by an environment variable. Every field's
// help is its manual, and the program works with none of them set.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
)

// Data says where the matters and their keys are kept.
type Data struct {
	// Dir holds the SQLite databases and, in its folder keys, the key files. It is made, for its owner alone.
	Dir string `name:"data" help:"The folder of the data and of the keys." default:"./amparo-data" env:"AMPARO_DATA" type:"path"`
	// Database is a postgres:// address for PostgreSQL. Empty: SQLite files in Dir.
	Database string `help:"A postgres:// address; SQLite files in the data folder without it." env:"AMPARO_DATABASE"`
	// KeyDatabase is where wrapped keys are kept on PostgreSQL. Empty: another schema of Database.
	KeyDatabase string `help:"A postgres:// address for the wrapped keys; a schema of the same database without it." env:"AMPARO_KEY_DATABASE"`
	// KMS wraps the key files, as in "hashivault://amparo". Empty: they lie in the folder as they are.
	KMS string `name:"kms" help:"The key management service that wraps the key files, as in hashivault://NAME-OF-KEY; they lie there as they are without it." env:"AMPARO_KMS"`
}

// The parts of an installation that is split, as Serve.Only names them.
const (
	Public = "public"
	Desk   = "desk"
	Jobs   = "jobs"
)

// The PostgreSQL schemas of the two sets of tables.
const (
	MainSchema = "amparo"
	KeysSchema = "amparo_keys"
)

// Keys is the folder of the key files.
func (d Data) Keys() string { return filepath.Join(d.Dir, "keys") }

// Checkpoints is the file that every signed statement of the audit log is appended to.
func (d Data) Checkpoints() string { return filepath.Join(d.Dir, "audit.checkpoints") }

// Make makes the folder when it is not there, and refuses one that others can read.
func (d Data) Make() error {
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the data folder: %w", err)
	}
	info, err := os.Stat(d.Dir)
	if err != nil {
		return fmt.Errorf("cannot look at the data folder: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("the data folder %s can be read by others; run: chmod 700 %s", d.Dir, d.Dir)
	}
	return nil
}

// Mail says how notices to staff leave: that something waits, and nothing else. Without a host none are sent.
type Mail struct {
	// SMTPHost is the mail server. It is spoken to encrypted, except on this machine.
	SMTPHost string `name:"smtp-host" help:"The mail server that tells staff that something waits; none is told without it." env:"AMPARO_SMTP_HOST"`
	// SMTPPort is 587 without it, or 465 with --smtp-tls tls.
	SMTPPort int `name:"smtp-port" help:"Its port; 587 without it, or 465 with --smtp-tls tls." env:"AMPARO_SMTP_PORT"`
	// SMTPTLS is starttls, or tls for encryption from the first byte.
	SMTPTLS string `name:"smtp-tls" help:"starttls, or tls for encryption from the first byte." default:"starttls" enum:"starttls,tls" env:"AMPARO_SMTP_TLS"`
	// SMTPUser signs in to the mail server, with the password in the file SMTPPassword, readable by its owner alone.
	SMTPUser     string `name:"smtp-user" help:"The name to sign in to it with." env:"AMPARO_SMTP_USER"`
	SMTPPassword string `name:"smtp-password" help:"A file with the password, readable by its owner alone." env:"AMPARO_SMTP_PASSWORD" type:"path"`
	// MailFrom is the sender of notices. DeskURL is where staff open the desk; it stands in every notice.
	MailFrom string `name:"mail-from" help:"The address that notices come from, as in desk@example.org." env:"AMPARO_MAIL_FROM"`
	DeskURL  string `name:"desk-url" help:"Where staff open the desk, as in https://desk.example.org/; it stands in every notice." env:"AMPARO_DESK_URL"`
}

// Check tells what of the settings does not go together.
func (m Mail) Check() error {
	switch {
	case m.SMTPHost == "" && (m.SMTPPort != 0 || m.SMTPUser != "" || m.SMTPPassword != "" || m.MailFrom != ""):
		return errors.New("settings for mail are given without a mail server; give --smtp-host, or leave them out")
	case m.SMTPHost != "" && (m.MailFrom == "" || m.DeskURL == ""):
		return errors.New("--smtp-host needs --mail-from and --desk-url; give all three")
	case (m.SMTPUser == "") != (m.SMTPPassword == ""):
		return errors.New("a mail user and a password go together; give --smtp-user and --smtp-password, a file")
	}
	return nil
}

// Texts says how reporters who chose it are told that something was written to them. Without a gateway none are told by text, without an address none
// by e-mail.
type Texts struct {
	// SMSGateway is the address of a service as docs/sms-gateway.md describes it. SMSToken is a file with the token for it, readable by its
	// owner alone.
	SMSGateway string `name:"sms-gateway" help:"The https address of a service that sends texts, which tells reporters who chose it that there is a message; none are told without it." env:"AMPARO_SMS_GATEWAY"`
	SMSToken   string `name:"sms-token" help:"A file with the token for it, readable by its owner alone." env:"AMPARO_SMS_TOKEN" type:"path"`
	// ReporterMailFrom is where e-mails to reporters come from, by the mail server of Mail. It is neutral: whoever looks over a shoulder learns nothing by it.
	ReporterMailFrom string `name:"reporter-mail-from" help:"A neutral address that e-mails to reporters who chose it come from, as in hello@example.org; they say that there is a message, and none are sent without it." env:"AMPARO_REPORTER_MAIL_FROM"`
}

// Serve says how the program is reached, and for which country.
type Serve struct {
	Data
	Mail
	Texts
	// Public is where anyone can report. Desk is where staff work. Give 127.0.0.1:0 for a free port.
	Public string `help:"The address of the public side." default:"127.0.0.1:8080" env:"AMPARO_PUBLIC"`
	Desk   string `help:"The address of the staff side." default:"127.0.0.1:8081" env:"AMPARO_DESK"`
	// Metrics is where this process tells its health and its numbers to whoever watches it. It must be an address of this machine alone.
	Metrics string `help:"A loopback address for health and metrics, as in 127.0.0.1:9464; none are told without it." env:"AMPARO_METRICS"`
	// Only makes this process one of three over the same PostgreSQL: public takes reports, desk serves staff, jobs does the work of both and signs the
	// audit log. Each has a database role of its own (amparo migrate --grant); public needs no key but public.key.
	Only string `help:"Do one part alone, over a PostgreSQL that others serve as well: public, desk or jobs." enum:"public,desk,jobs," default:"" env:"AMPARO_ONLY"`
	// Demo serves for looking at: with fictional matters, and pages that say that nobody reads what is sent. The country is
	// the fictional one unless Pack names another.
	Demo bool `help:"Serve a demonstration: users and matters are made up, and nobody reads what is sent." env:"AMPARO_DEMO"`
	// Pack is the folder of the country's pack. Without it only --demo serves.
	Pack string `help:"The folder of the country's pack." env:"AMPARO_PACK" type:"path"`
	// TLSCert and TLSKey are PEM files. An address that other machines can reach needs them, or BehindTLSProxy.
	TLSCert string `name:"tls-cert" help:"The PEM file of the TLS certificate." env:"AMPARO_TLS_CERT" type:"path"`
	TLSKey  string `name:"tls-key" help:"The PEM file of its key." env:"AMPARO_TLS_KEY" type:"path"`
	// PublicURL is where people reach the public side. Signposts lead there, and there are none without it; every hour a test report is sent there, or to
	// this program's own listener without it.
	PublicURL string `name:"public-url" help:"Where people reach the public side, as in https://help.example.org/: signposts lead there, and the hourly test report goes there (without it, to this program itself)." env:"AMPARO_PUBLIC_URL"`
	// BehindTLSProxy says that a proxy in front of this program does TLS, on a network that only it can reach.
	BehindTLSProxy bool `name:"behind-tls-proxy" help:"A proxy in front does TLS." env:"AMPARO_BEHIND_TLS_PROXY"`
}

// Check tells what of the configuration cannot be served, in one line that says what to do.
func (s Serve) Check() error {
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return errors.New("a TLS certificate and its key go together; give --tls-cert and --tls-key")
	}
	if s.SMSToken != "" && s.SMSGateway == "" {
		return errors.New("a token for texts is given without a gateway; give --sms-gateway, or leave it out")
	}
	if s.Demo && s.SMSGateway != "" {
		return errors.New("a demonstration sends no texts, for its numbers are made up and may be somebody's; leave --sms-gateway out")
	}
	if s.Demo && s.ReporterMailFrom != "" {
		return errors.New("a demonstration sends no e-mails to reporters, for its addresses may be somebody's; leave --reporter-mail-from out")
	}
	if s.ReporterMailFrom != "" && s.SMTPHost == "" {
		return errors.New("e-mails to reporters need a mail server; give --smtp-host, or leave --reporter-mail-from out")
	}
	if !s.Demo && s.Pack == "" {
		return errors.New("give --demo to look at a fictional country, or the folder of your country's pack with --pack DIR")
	}
	if s.Only != "" && s.Database == "" {
		return fmt.Errorf("--only %s needs a PostgreSQL that the other parts share; name it with --database", s.Only)
	}
	if s.Only == Public && (s.KeyDatabase != "" || s.KMS != "") {
		return errors.New("the public side must not reach the keys; leave --key-database and --kms out")
	}
	if host, _, err := net.SplitHostPort(s.Metrics); s.Metrics != "" && (err != nil || !loopback(host)) {
		return fmt.Errorf("--metrics %q is not an address of this machine; expected one as in 127.0.0.1:9464", s.Metrics)
	}
	if u, err := url.Parse(s.PublicURL); s.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("--public-url %q is not an address; expected one as in https://help.example.org/", s.PublicURL)
	}
	for name, address := range s.addresses() {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return fmt.Errorf("--%s %q is not an address; expected host:port, as in 127.0.0.1:8080", name, address)
		}
		if !loopback(host) && s.TLSCert == "" && !s.BehindTLSProxy {
			return fmt.Errorf("--%s %s can be reached by other machines; give --tls-cert and --tls-key, or --behind-tls-proxy", name, address)
		}
	}
	return s.Mail.Check()
}

// addresses are those that are listened on, by the name of the flag.
func (s Serve) addresses() map[string]string {
	list := map[string]string{Public: s.Public, Desk: s.Desk}
	if s.Only != "" {
		for name := range list {
			if name != s.Only {
				delete(list, name)
			}
		}
	}
	return list
}

// Secure tells whether people reach the program over TLS.
func (s Serve) Secure() bool { return s.TLSCert != "" || s.BehindTLSProxy }

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
