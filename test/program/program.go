package program

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// patience is how long a program may take to become ready.
const patience = 2 * time.Minute

// Config says what to run.
type Config struct {
	Binary string
	Args   []string // they must make it say its addresses as one line of JSON
	Env    []string // added to the environment
	Log    string   // the file that all that it writes is added to
}

// A Program is a process that serves.
type Program struct {
	Public, Desk string        // addresses, as in "http://127.0.0.1:4711/"
	Ready        time.Duration // from its start until it was ready
	cmd          *exec.Cmd
	ended        chan struct{} // closed when it has ended
	failure      error         // how it ended; read after ended
}

// Start starts a program and waits until /readyz answers 200, or until it has said that it serves when it has no address. It is killed when ctx ends.
func Start(ctx context.Context, c Config) (*Program, error) {
	log, err := os.OpenFile(c.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	first := &line{whole: make(chan []byte, 1)}
	p := &Program{cmd: exec.CommandContext(ctx, c.Binary, c.Args...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), c.Env...)
	p.cmd.Stdout, p.cmd.Stderr = io.MultiWriter(first, log), log
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	go func() {
		p.failure = errors.Join(p.cmd.Wait(), log.Close())
		close(p.ended)
	}()
	if err := p.await(ctx, first.whole); err != nil {
		_ = p.Kill()
		return nil, fmt.Errorf("%s %v: %w; see %s", c.Binary, c.Args, err, c.Log)
	}
	p.Ready = time.Since(begun)
	return p, nil
}

// await waits for the addresses and for readiness.
func (p *Program) await(ctx context.Context, said <-chan []byte) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	select {
	case line := <-said:
		if err := json.Unmarshal(line, &struct{ Public, Desk *string }{&p.Public, &p.Desk}); err != nil {
			return err
		}
	case <-p.ended:
		return errors.New("it ended at once")
	case <-ctx.Done():
		return errors.New("it said no address")
	}
	at := cmp.Or(p.Public, p.Desk)
	if at == "" { // it does jobs alone, and has said that it is there
		return nil
	}
	for {
		if answer, err := http.Get(at + "readyz"); err == nil {
			if err := answer.Body.Close(); err == nil && answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-p.ended:
			return errors.New("it ended before it was ready")
		case <-ctx.Done():
			return errors.New("it was not ready in time")
		}
	}
}

// PID is the process's number.
func (p *Program) PID() int { return p.cmd.Process.Pid }

// Tell sends a signal. Telling one that has ended is no error.
func (p *Program) Tell(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Wait waits until it has ended and gives an error unless its exit status is 0.
func (p *Program) Wait() error {
	<-p.ended
	return p.failure
}

// Stop asks it to end, as an operator does, and waits.
func (p *Program) Stop() error { return errors.Join(p.Tell(syscall.SIGTERM), p.Wait()) }

// Kill ends it as a crash does, and waits.
func (p *Program) Kill() error {
	err := p.Tell(syscall.SIGKILL)
	<-p.ended
	return err
}

// A line gives the first line that is written to it.
type line struct {
	text  []byte
	whole chan []byte // nil when it was given
}

// Write takes what is written.
func (l *line) Write(b []byte) (int, error) {
	if l.whole == nil {
		return len(b), nil
	}
	l.text = append(l.text, b...)
	if end := bytes.IndexByte(l.text, '\n'); end >= 0 {
		l.whole <- l.text[:end]
		l.whole = nil
	}
	return len(b), nil
}
