package endure

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"amparo/test/visitor"
)

// stopTime is longer than requests get to finish, jobs to end and the audit log to be signed.
const stopTime = 60 * time.Second

// A slow sender has sent the first half of a form and holds back the rest.
type slow struct {
	conn net.Conn
	rest string
}

// begin sends half of the form.
func (p *place) begin(form url.Values) *slow {
	p.Helper()
	host := strings.TrimSuffix(strings.TrimPrefix(p.now.Public, "http://"), "/")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { conn.Close() })
	body := form.Encode()
	half := len(body) / 2
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		host, len(body))
	if err != nil {
		p.Fatal(err)
	}
	goOn := "HTTP/1.1 100 Continue\r\n\r\n" // it waits for the body: the request is under way
	said := make([]byte, len(goOn))
	if _, err := io.ReadFull(conn, said); err != nil || string(said) != goOn {
		p.Fatalf("it does not wait for the body: %q %v", said, err)
	}
	if _, err := io.WriteString(conn, body[:half]); err != nil {
		p.Fatal(err)
	}
	return &slow{conn, body[half:]}
}

// finish sends the rest and reads the answer.
func (s *slow) finish() (visitor.Page, error) {
	if err := s.conn.SetDeadline(time.Now().Add(stopTime)); err != nil {
		return visitor.Page{}, err
	}
	if _, err := io.WriteString(s.conn, s.rest); err != nil {
		return visitor.Page{}, err
	}
	answer, err := http.ReadResponse(bufio.NewReader(s.conn), nil)
	if err != nil {
		return visitor.Page{}, err
	}
	raw, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return visitor.Page{}, err
	}
	return visitor.Read(answer.StatusCode, answer.Header.Get("Content-Encoding"), raw)
}

// TestStopsGracefully tells the program to end while people report. Requests under way are answered, new connections are
// refused, the exit status is 0, and what was acknowledged is there at the next start.
func TestStopsGracefully(t *testing.T) {
	each(t, func(p *place) {
		form, err := p.at().Check(p.Context(), "about_me", plainWords)
		if err != nil {
			p.Fatal(err)
		}
		half := p.begin(form)
		all := make([]*reporter, reporters)
		for i := range all {
			all[i] = &reporter{p: p}
		}
		ended := make(chan bool)
		go func() {
			together(reporters, func(i int) { all[i].work(p.Context()) })
			close(ended)
		}()
		p.soon("somebody has a receipt", time.Minute, func() bool { return p.one(receiptsSQL) > 0 })
		if err := p.now.Tell(syscall.SIGTERM); err != nil {
			p.Fatal(err)
		}
		<-ended // each of them was cut off between two requests
		p.refused()
		page, err := half.finish()
		if err != nil || page.Status != http.StatusOK || page.Receipt == "" {
			p.Fatalf("the request under way was answered with %d: %v", page.Status, err)
		}
		if err := p.now.Wait(); err != nil {
			p.Errorf("the program ended with %v", err)
		}
		p.start()
		done, leave := context.WithCancel(p.Context())
		leave()
		together(reporters, func(i int) { all[i].work(done) })
		p.holdAll(append(all, &reporter{p: p, receipts: []string{page.Receipt}}))
	})
}

const receiptsSQL = `SELECT count(*) FROM receipt`

// refused waits until no connection is taken, and holds that it stays so.
func (p *place) refused() {
	p.Helper()
	for _, address := range []string{p.now.Public, p.now.Desk} {
		host := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
		p.soon("connections are refused", 5*time.Second, func() bool {
			conn, err := net.DialTimeout("tcp", host, time.Second)
			if err == nil {
				conn.Close()
			}
			return errors.Is(err, syscall.ECONNREFUSED)
		})
	}
}
