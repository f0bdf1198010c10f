package app

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"amparo/internal/config"
)

// A post is a mail server on this machine that keeps what it is sent.
type post struct {
	t        *testing.T
	listener net.Listener

	mu      sync.Mutex
	letters []string // "recipient: subject", as they came
	text    string   // everything of every letter
	refuses string   // what is answered to a recipient; empty for yes
}

// newPost starts a mail server that ends with the test.
func newPost(t *testing.T) *post {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &post{t: t, listener: l}
	var talks sync.WaitGroup
	t.Cleanup(func() { l.Close(); talks.Wait() })
	talks.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			talks.Go(func() { defer conn.Close(); p.talk(conn) })
		}
	})
	return p
}

// settings are how the program reaches it.
func (p *post) settings() config.Mail {
	return config.Mail{SMTPHost: "127.0.0.1", SMTPPort: p.listener.Addr().(*net.TCPAddr).Port, MailFrom: "desk@example.org", DeskURL: "https://desk.example.org/"}
}

func (p *post) talk(conn net.Conn) {
	in, to := bufio.NewReader(conn), ""
	fmt.Fprint(conn, "220 here\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		answer := "250 ok\r\n"
		switch verb := strings.ToUpper(strings.Fields(line + " .")[0]); verb {
		case "RCPT":
			to = line[strings.Index(line, "<")+1 : strings.Index(line, ">")]
			if no := p.refusal(); no != "" {
				answer = no
			}
		case "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			p.take(to, in)
		case "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		}
		fmt.Fprint(conn, answer)
	}
}

// take reads a letter up to the lonely dot.
func (p *post) take(to string, in *bufio.Reader) {
	subject, all := "", ""
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		if rest, ok := strings.CutPrefix(line, "Subject: "); ok {
			subject = strings.TrimSpace(rest)
		}
		all += line
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, to+": "+subject)
	p.text += all
}

// refuse has it answer recipients so; with nothing it takes letters again.
func (p *post) refuse(answer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = answer
}

func (p *post) refusal() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refuses
}

// came gives the letters that came since it was asked last.
func (p *post) came() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.letters
	p.letters = nil
	return list
}
