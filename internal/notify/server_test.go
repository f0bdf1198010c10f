package notify

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A mailServer is a small real SMTP server on loopback. It remembers what it was told.
type mailServer struct {
	listener net.Listener
	cert     *tls.Certificate // STARTTLS is offered when there is one
	answers  map[string]string
	group    sync.WaitGroup

	mu      sync.Mutex
	said    []string // every command, guarded by mu; "TLS" when the connection became encrypted
	letters []string // every letter as it came, guarded by mu
}

// serve starts a server. answers replaces its answers, by the first word of the command. With a certificate in first it is
// encrypted from the first byte.
func serve(t *testing.T, cert *tls.Certificate, answers map[string]string, first ...*tls.Certificate) *mailServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range first {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*c}})
	}
	s := &mailServer{listener: l, cert: cert, answers: answers}
	s.group.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.group.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() { l.Close(); s.group.Wait() })
	return s
}

func (s *mailServer) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *mailServer) heard() (said, letters []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.said...), append([]string(nil), s.letters...)
}

func (s *mailServer) note(list *[]string, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append(*list, what)
}

func (s *mailServer) talk(c net.Conn) {
	defer func() { c.Close() }()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	in, secure := bufio.NewReader(c), false
	fmt.Fprint(c, "220 test ESMTP\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.note(&s.said, line)
		word, _, _ := strings.Cut(strings.ToUpper(line), " ")
		answer := s.answer(word, secure)
		fmt.Fprint(c, answer)
		switch {
		case word == "QUIT":
			return
		case word == "DATA" && strings.HasPrefix(answer, "354"):
			s.note(&s.letters, letter(in))
			fmt.Fprint(c, "250 taken\r\n")
		case word == "STARTTLS" && s.cert != nil:
			encrypted := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{*s.cert}})
			if encrypted.Handshake() != nil {
				return
			}
			s.note(&s.said, "TLS")
			c, in, secure = encrypted, bufio.NewReader(encrypted), true
		}
	}
}

func (s *mailServer) answer(word string, secure bool) string {
	if special, ok := s.answers[word]; ok {
		return special
	}
	switch word {
	case "EHLO":
		if s.cert != nil && !secure {
			return "250-test\r\n250 STARTTLS\r\n"
		}
		return "250-test\r\n250 AUTH PLAIN\r\n"
	case "DATA":
		return "354 go on\r\n"
	case "STARTTLS":
		return "220 go on\r\n"
	case "AUTH":
		return "235 welcome\r\n"
	default:
		return "250 fine\r\n"
	}
}

// letter reads the bytes of a letter up to the lonely dot.
func letter(in *bufio.Reader) string {
	var all strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return all.String()
		}
		all.WriteString(line)
	}
}

// certificate makes a certificate for a name, and the pool that trusts it.
func certificate(t *testing.T, name string) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plan := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
