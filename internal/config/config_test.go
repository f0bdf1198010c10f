package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestServeCheck(t *testing.T) {
	good := Serve{Public: "127.0.0.1:0", Desk: "[::1]:8081", Demo: true}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Serve){
		"go together":                    func(s *Serve) { s.TLSCert = "c.pem" },
		"give --demo":                    func(s *Serve) { s.Demo = false },
		"not an address":                 func(s *Serve) { s.Public = "8080" },
		"reached by other":               func(s *Serve) { s.Desk = "0.0.0.0:8081" },
		"--behind-tls-proxy":             func(s *Serve) { s.Public = ":8080" },
		"give --tls-cert":                func(s *Serve) { s.Public = "desk.example.org:443" },
		"can be reached by other ":       func(s *Serve) { s.Public = "[::]:8080" },
		"is not an address of this":      func(s *Serve) { s.Metrics = "0.0.0.0:9464" },
		"expected one as in 127.0.0.1:9": func(s *Serve) { s.Metrics = "9464" },
		"needs a PostgreSQL that":        func(s *Serve) { s.Only = Jobs },
		"must not reach the keys": func(s *Serve) {
			s.Only, s.Database, s.KeyDatabase = Public, "postgres://a", "postgres://b"
		},
		"a token for texts is given":       func(s *Serve) { s.SMSToken = "f" },
		"a demonstration sends no e-mails": func(s *Serve) { s.ReporterMailFrom, s.SMTPHost = "hello@example.org", "mail.example.org" },
		"reporters need a mail server":     func(s *Serve) { s.Demo, s.Pack, s.ReporterMailFrom = false, "p", "hello@example.org" },
		"a demonstration sends no texts":   func(s *Serve) { s.Demo, s.SMSGateway = true, "https://sms.example.org/" },
		"without a mail server":            func(s *Serve) { s.MailFrom = "desk@example.org" },
		"needs --mail-from":                func(s *Serve) { s.SMTPHost, s.MailFrom = "mail.example.org", "desk@example.org" },
		"a mail user and a password": func(s *Serve) {
			s.SMTPHost, s.MailFrom, s.DeskURL, s.SMTPUser = "mail.example.org", "desk@example.org", "https://desk.example.org/", "desk"
		},
	} {
		s := good
		change(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for _, change := range []func(*Serve){
		func(s *Serve) { s.TLSCert, s.TLSKey, s.Metrics = "c", "k", "[::1]:9464" },
		func(s *Serve) { s.BehindTLSProxy, s.Only, s.Database = true, Public, "postgres://a" },
		func(s *Serve) { s.BehindTLSProxy = true },
		func(s *Serve) { s.BehindTLSProxy, s.Pack = true, "p" },
		func(s *Serve) {
			s.BehindTLSProxy, s.SMTPHost, s.MailFrom, s.DeskURL = true, "mail.example.org", "desk@example.org", "https://desk.example.org/"
		},
	} {
		s := good
		s.Public = "0.0.0.0:443"
		change(&s)
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestDataFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d := Data{Dir: dir}
	if err := d.Make(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("made with %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := d.Make(); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("a folder that the group can read gave %v", err)
	}
}
