package app

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// A road leads to a database and can be cut.
type road struct {
	address string // of the database, by this road
	to      string

	mu    sync.Mutex
	shut  bool
	conns []net.Conn
}

// newRoad makes a road to the database.
func newRoad(t *testing.T, database string) *road {
	t.Helper()
	u, err := url.Parse(database)
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	r := &road{to: u.Host}
	u.Host = l.Addr().String()
	r.address = u.String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r.carry(conn)
		}
	}()
	t.Cleanup(func() { l.Close(); r.cut() })
	return r
}

// carry joins a connection with one to the database, unless the road is cut.
func (r *road) carry(from net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	to, err := net.Dial("tcp", r.to)
	if err != nil || r.shut {
		from.Close()
		return
	}
	r.conns = append(r.conns, from, to)
	for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			_, _ = io.Copy(way[0], way[1])
			way[0].Close()
			way[1].Close()
		}()
	}
}

// cut breaks every connection and lets no other through.
func (r *road) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut = true
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

// mend lets connections through again.
func (r *road) mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut = false
}
