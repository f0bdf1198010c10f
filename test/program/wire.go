package program

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// A Wire carries connections from a loopback port of its own to another, and can be held: then it takes connections and nothing comes through, as when
// somebody's network swallows what is sent.
type Wire struct {
	Port int
	to   string
	l    net.Listener
	mu   sync.Mutex
	held chan struct{} // closed while nothing is held; guarded by mu
	all  map[net.Conn]bool
}

// NewWire makes one to a port.
func NewWire(port int) (*Wire, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &Wire{Port: l.Addr().(*net.TCPAddr).Port, to: fmt.Sprintf("127.0.0.1:%d", port), l: l, held: make(chan struct{}), all: map[net.Conn]bool{}}
	close(w.held)
	go w.serve()
	return w, nil
}

// Hold lets nothing through until Release.
func (w *Wire) Hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = make(chan struct{})
}

// Release lets everything through again, also what was sent meanwhile. Where nothing is held it does nothing.
func (w *Wire) Release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.held:
	default:
		close(w.held)
	}
}

// Close ends it and every connection through it.
func (w *Wire) Close() error {
	err := w.l.Close()
	w.Release()
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.all {
		_ = c.Close()
	}
	return err
}

func (w *Wire) gate() chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held
}

func (w *Wire) serve() {
	for {
		near, err := w.l.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		w.all[near] = true
		w.mu.Unlock()
		go w.carry(near)
	}
}

func (w *Wire) carry(near net.Conn) {
	<-w.gate()
	far, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", w.to)
	if err != nil {
		_ = near.Close()
		return
	}
	w.mu.Lock()
	w.all[far] = true
	w.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { w.copy(far, near) })
	both.Go(func() { w.copy(near, far) })
	both.Wait()
	w.mu.Lock()
	delete(w.all, near)
	delete(w.all, far)
	w.mu.Unlock()
}

// copy carries one direction, and ends both when it ends.
func (w *Wire) copy(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		<-w.gate()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
