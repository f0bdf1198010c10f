package httpx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// How long a client may take. An old phone on a bad line sends a form of 64 KB at 50 kbit/s in eleven seconds; whoever
// holds a connection open for its own sake is let go.
const (
	HeaderTime  = 10 * time.Second // to send the headers
	ReadTime    = 60 * time.Second // to send the whole request
	WriteTime   = 60 * time.Second // from the end of the headers to the end of the answer
	IdleTime    = 60 * time.Second // between two requests on one connection
	AnswerTime  = 20 * time.Second // to find the answer, from when the request was read: a database that is silent is one that is gone
	StopTime    = 20 * time.Second // that requests get to finish when the program stops
	HeaderBytes = 16 << 10         // of headers
)

// Soon gives whoever answers AnswerTime from now on. Call it when the request was read: an old phone may have taken its time. Call stop at the end.
func Soon(r *http.Request) (soon *http.Request, stop context.CancelFunc) {
	ctx, stop := context.WithTimeout(r.Context(), AnswerTime)
	return r.WithContext(ctx), stop
}

// Server makes a server with the limits above. Its own troubles are logged without a word of the client's: addresses and
// malformed requests stay out of the log.
func Server(addr string, handler http.Handler, to *slog.Logger) *http.Server {
	return &http.Server{
		Addr: addr, Handler: handler,
		ReadHeaderTimeout: HeaderTime, ReadTimeout: ReadTime, WriteTimeout: WriteTime, IdleTimeout: IdleTime,
		MaxHeaderBytes: HeaderBytes, ErrorLog: quiet(to),
	}
}

// quiet makes the logger of a server's own troubles. It tells what sort of trouble it is and nothing more.
func quiet(to *slog.Logger) *log.Logger { return log.New(troubles{to}, "", 0) }

type troubles struct{ to *slog.Logger }

// Write logs the sort of trouble that a line of net/http is about.
func (t troubles) Write(line []byte) (int, error) {
	sort := "connection"
	for _, known := range []string{"TLS handshake error", "Accept error", "panic serving", "superfluous", "too many open files"} {
		if strings.Contains(string(line), known) {
			sort = known
		}
	}
	t.to.Warn("server", "trouble", sort)
	return len(line), nil
}

// A Bound server has its listener open: from here on clients can connect.
type Bound struct {
	Server   *http.Server
	Listener net.Listener
}

// Bind opens the listener of a server, with TLS when the server has a TLSConfig. The error says which address.
func Bind(s *http.Server) (Bound, error) {
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return Bound{}, fmt.Errorf("listening on %s: %w", s.Addr, err)
	}
	if s.TLSConfig != nil {
		conf := s.TLSConfig.Clone()
		conf.NextProtos = []string{"h2", "http/1.1"}
		s.TLSConfig = conf
		l = tls.NewListener(l, conf)
	}
	return Bound{s, l}, nil
}

// Serve serves until ctx is done or one server fails. Then every server refuses new requests and finishes those that it
// has, within StopTime; what is not finished by then is cut off, and the error says so. It returns when all have ended. Without a
// server it waits for ctx.
func Serve(ctx context.Context, servers ...Bound) error { return serve(ctx, StopTime, servers) }

func serve(ctx context.Context, grace time.Duration, servers []Bound) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { <-ctx.Done(); return nil })
	for _, b := range servers {
		group.Go(func() error {
			if err := b.Server.Serve(b.Listener); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serving on %s: %w", b.Listener.Addr(), err)
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			return stop(b, grace)
		})
	}
	return group.Wait()
}

// stop ends one server: first in peace, then by force.
func stop(b Bound, grace time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := b.Server.Shutdown(ctx); err != nil {
		_ = b.Server.Close()
		return fmt.Errorf("requests on %s were cut off after %s: %w", b.Listener.Addr(), grace, err)
	}
	return nil
}
