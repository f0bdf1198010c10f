package notify

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/lang"
	"amparo/internal/secret"
)

func words(t *testing.T) *lang.Catalog {
	t.Helper()
	c, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func config(s *mailServer) Config {
	return Config{Host: "127.0.0.1", Port: s.port(), From: "desk@example.org", Desk: "https://desk.example.org/", Timeout: 5 * time.Second}
}

func sender(t *testing.T, c Config) *SMTP {
	t.Helper()
	s, err := New(c, words(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s.(*SMTP)
}

// distant makes a sender to a server that is not on this machine, as far as it knows.
func distant(t *testing.T, s *mailServer, c Config, roots *x509.CertPool) *SMTP {
	t.Helper()
	c.Host = "mail.example.org"
	out := sender(t, c)
	out.tls.RootCAs = roots
	out.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.listener.Addr().String())
	}
	return out
}

// TestAPlainLetter comes from an address of its own, and says neither who sends it nor where the desk is.
func TestAPlainLetter(t *testing.T) {
	server := serve(t, nil, nil)
	c := config(server)
	c.From, c.Desk = "hello@example.org", ""
	post, err := NewPost(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := post.Send(t.Context(), Plain{To: "n.haddad@example.org", Subject: "A message for you", Words: "There is a new message for you. You know where.", Language: "en"}); err != nil {
		t.Fatal(err)
	}
	said, letters := server.heard()
	if len(letters) != 1 || !strings.Contains(strings.Join(said, "\n"), "MAIL FROM:<hello@example.org>") {
		t.Fatalf("it was said %q", said)
	}
	for _, want := range []string{"From: <hello@example.org>", "To: <n.haddad@example.org>", "Subject: A message for you", "You know where.", "Auto-Submitted: auto-generated"} {
		if !strings.Contains(letters[0], want) {
			t.Errorf("the letter has no %q: %s", want, letters[0])
		}
	}
	for _, never := range []string{"desk", "amparo", "Amparo", "go-mail", "http", "none.invalid"} {
		if strings.Contains(letters[0], never) {
			t.Errorf("the letter says %q: %s", never, letters[0])
		}
	}
	if err := post.Send(t.Context(), Plain{To: "two@example.org, three@example.org"}); !errors.Is(err, ErrMessage) || strings.Contains(err.Error(), "two") {
		t.Errorf("two addresses: %v", err)
	}
	c.From = "nobody"
	if _, err := NewPost(c); err == nil {
		t.Error("a sender that is no address was taken")
	}
}

// TestMessageHasNoRoomForContent: whoever adds a field to Message decides that it may stand in a stranger's mailbox.
func TestMessageHasNoRoomForContent(t *testing.T) {
	var fields []string
	for f := range reflect.TypeFor[Message]().Fields() {
		fields = append(fields, f.Name+" "+f.Type.String())
	}
	if got := strings.Join(fields, ", "); got != "To string, Kind notify.Kind, Lang string" {
		t.Errorf("a message has %s", got)
	}
}

var changing = regexp.MustCompile(`(?m)^(Date: )[^\r]*|^(Message-ID: <)[a-z0-9]{26}`)

// TestExactBytes holds every byte that leaves, but for the date and the random message id.
func TestExactBytes(t *testing.T) {
	server := serve(t, nil, nil)
	out := sender(t, config(server))
	for _, kind := range Kinds {
		for _, tag := range []string{"en", "ar"} {
			if err := out.Send(context.Background(), Message{To: "n.haddad@example.org", Kind: kind, Lang: tag}); err != nil {
				t.Fatal(err)
			}
		}
	}
	said, letters := server.heard()
	if len(letters) != 2*len(Kinds) {
		t.Fatalf("%d letters arrived", len(letters))
	}
	got := changing.ReplaceAllString(strings.Join(letters, "----\r\n"), "${1}${2}X")
	const name = "testdata/letters.golden"
	if os.Getenv("AMPARO_GOLDEN") == "write" {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the letters are\n%s", got)
	}
	if commands := strings.Join(said, "\n"); strings.Count(commands, "RCPT TO:<n.haddad@example.org>") != len(letters) || strings.Contains(commands, "AUTH") {
		t.Errorf("the server was told\n%s", commands)
	}
}

// TestLettersReadInTheReadersLanguage decodes what arrived, as a mail program does.
func TestLettersReadInTheReadersLanguage(t *testing.T) {
	server := serve(t, nil, nil)
	out := sender(t, config(server))
	for tag, want := range map[string]string{"en": "Urgent: please open the desk now", "ar-EG": "عاجل: الرجاء فتح المكتب الآن", "": "Urgent: please open the desk now",
		"fr": "Urgent: please open the desk now", "sw,ar,en": "عاجل: الرجاء فتح المكتب الآن"} {
		if err := out.Send(context.Background(), Message{To: "a@example.org", Kind: Urgent, Lang: tag}); err != nil {
			t.Fatal(err)
		}
		_, letters := server.heard()
		letter, err := mail.ReadMessage(strings.NewReader(letters[len(letters)-1]))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
		if err != nil || subject != want {
			t.Errorf("%s: the subject is %q %v", tag, subject, err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
		if err != nil || !strings.HasSuffix(string(body), "\r\n\r\nhttps://desk.example.org/\r\n") || strings.ContainsAny(string(body), "«»") {
			t.Errorf("%s: the body is %q %v", tag, body, err)
		}
	}
}

func TestBadMessagesAreRefusedBeforeAnyConnection(t *testing.T) {
	server := serve(t, nil, nil)
	for _, out := range []Sender{sender(t, config(server)), None{slog.New(slog.DiscardHandler)}} {
		for _, m := range []Message{
			{To: "a@example.org", Kind: "a child told us"}, {To: "a@example.org"}, {Kind: Waiting}, {To: "nobody", Kind: Waiting},
			{To: "a@example.org\r\nBcc: b@example.org", Kind: Waiting}, {To: "a@example.org, b@example.org", Kind: Waiting},
			{To: "Name <a@example.org>", Kind: Waiting}, {To: " a@example.org", Kind: Waiting}, {To: `"a b"@example.org`, Kind: Waiting},
			{To: strings.Repeat("a", 250) + "@example.org", Kind: Waiting},
		} {
			err := out.Send(context.Background(), m)
			if !errors.Is(err, ErrMessage) || (m.To != "" && strings.Contains(err.Error(), m.To)) {
				t.Errorf("%T %q: got %v", out, m, err)
			}
		}
	}
	if said, _ := server.heard(); len(said) > 0 {
		t.Errorf("the server was told %q", said)
	}
}

func TestDistantServerMustEncrypt(t *testing.T) {
	server := serve(t, nil, nil)
	c := config(server)
	c.Username, c.Password = "desk", secret.Bytes("hunter2-canary")
	err := distant(t, server, c, nil).Send(context.Background(), Message{To: "a@example.org", Kind: Waiting})
	said, letters := server.heard()
	if err == nil || len(letters) > 0 {
		t.Errorf("it was sent in the clear: %v %q", err, letters)
	}
	for _, line := range said {
		if strings.HasPrefix(line, "AUTH") || strings.HasPrefix(line, "MAIL") || strings.HasPrefix(line, "RCPT") {
			t.Errorf("the server was told %q in the clear", line)
		}
	}
}

func TestDistantServerIsSpokenToEncrypted(t *testing.T) {
	cert, roots := certificate(t, "mail.example.org")
	server := serve(t, cert, nil)
	c := config(server)
	c.Username, c.Password = "desk", secret.Bytes("a password")
	out := distant(t, server, c, roots)
	if err := out.Send(context.Background(), Message{To: "a@example.org", Kind: Waiting}); err != nil {
		t.Fatal(err)
	}
	said, letters := server.heard()
	order := strings.Join(said, "\n")
	tlsAt, authAt, mailAt := strings.Index(order, "\nTLS\n"), strings.Index(order, "\nAUTH PLAIN"), strings.Index(order, "\nMAIL FROM")
	if len(letters) != 1 || tlsAt < 0 || authAt < tlsAt || mailAt < authAt {
		t.Errorf("the server was told\n%s", order)
	}
}

func TestEncryptedFromTheFirstByte(t *testing.T) {
	cert, roots := certificate(t, "mail.example.org")
	server := serve(t, nil, nil, cert)
	c := config(server)
	c.TLS = fullTLS
	if err := distant(t, server, c, roots).Send(context.Background(), Message{To: "a@example.org", Kind: Test}); err != nil {
		t.Fatal(err)
	}
	if _, letters := server.heard(); len(letters) != 1 {
		t.Errorf("%d letters arrived", len(letters))
	}
	if err := distant(t, server, c, x509.NewCertPool()).Send(context.Background(), Message{To: "a@example.org", Kind: Test}); err == nil {
		t.Error("a server that nobody vouches for was believed")
	}
}

func TestFalseServerIsToldNothing(t *testing.T) {
	cert, roots := certificate(t, "other.example.org")
	for name, pool := range map[string]*x509.CertPool{"unknown": x509.NewCertPool(), "for another name": roots} {
		server := serve(t, cert, nil)
		err := distant(t, server, config(server), pool).Send(context.Background(), Message{To: "a@example.org", Kind: Waiting})
		said, _ := server.heard()
		if err == nil || strings.Contains(strings.Join(said, "\n"), "MAIL") {
			t.Errorf("%s: got %v, the server was told %q", name, err, said)
		}
	}
}

func TestRefusalsByTheServer(t *testing.T) {
	const to = "gone@example.org"
	for answer, final := range map[string]bool{"550 no " + to + " here\r\n": true, "451 ask again about " + to + "\r\n": false} {
		server := serve(t, nil, map[string]string{"RCPT": answer})
		err := sender(t, config(server)).Send(context.Background(), Message{To: to, Kind: Waiting})
		if err == nil || errors.Is(err, ErrRefused) != final || strings.Contains(err.Error(), to) || !strings.Contains(err.Error(), answer[:3]) {
			t.Errorf("%q: got %v", answer, err)
		}
	}
	server := serve(t, nil, map[string]string{"AUTH": "535 wrong password a-canary\r\n"})
	c := config(server)
	c.Username, c.Password = "desk", secret.Bytes("a-canary")
	err := sender(t, c).Send(context.Background(), Message{To: to, Kind: Waiting})
	if err == nil || errors.Is(err, ErrRefused) || strings.Contains(err.Error(), "canary") {
		t.Errorf("a wrong password gives %v", err)
	}
}

func TestSilentServerDoesNotHoldUs(t *testing.T) {
	server := serve(t, nil, map[string]string{"EHLO": ""})
	c := config(server)
	c.Timeout = 100 * time.Millisecond
	began := time.Now()
	if err := sender(t, c).Send(context.Background(), Message{To: "a@example.org", Kind: Waiting}); err == nil {
		t.Error("nobody answered, and it was sent")
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestWithoutServerTheLogSaysSo(t *testing.T) {
	var text bytes.Buffer
	out, err := New(Config{}, words(t), slog.New(slog.NewTextHandler(&text, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Send(context.Background(), Message{To: "a@example.org", Kind: Urgent}); err != nil {
		t.Fatal(err)
	}
	if got := text.String(); !strings.Contains(got, "kind=urgent") || !strings.Contains(got, "not sent") || strings.Contains(got, "example.org") {
		t.Errorf("the log is %s", got)
	}
}

func TestFaultyConfigurationIsRefused(t *testing.T) {
	good := Config{Host: "mail.example.org", From: "desk@example.org", Desk: "https://desk.example.org"}
	for why, change := range map[string]func(*Config){
		"TLS is":         func(c *Config) { c.TLS = "none" },
		"the port is":    func(c *Config) { c.Port = 70000 },
		"timeout":        func(c *Config) { c.Timeout = -1 },
		"sender's":       func(c *Config) { c.From = "desk" },
		"both a user":    func(c *Config) { c.Username = "desk" },
		"desk's address": func(c *Config) { c.Desk = "https://desk.example.org/?case=1" },
	} {
		c := good
		change(&c)
		if _, err := New(c, words(t), nil); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("want %q, got %v", why, err)
		}
	}
	for tls, port := range map[string]int{"": 587, startTLS: 587, fullTLS: 465} {
		c := good
		c.TLS = tls
		if c, err := c.check(); err != nil || c.Port != port {
			t.Errorf("TLS %q: port %d, %v", tls, c.Port, err)
		}
	}
}

func TestPasswordIsNotShown(t *testing.T) {
	c := Config{Host: "mail.example.org", From: "desk@example.org", Desk: "https://desk.example.org", Username: "desk", Password: secret.Bytes("canary")}
	out := sender(t, c)
	for _, shown := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprint(out), fmt.Sprintf("%+v %#v", out, out)} {
		if strings.Contains(shown, "canary") {
			t.Errorf("the password is shown in %s", shown)
		}
	}
}
