package front

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"amparo/internal/config"
	"amparo/internal/httpx"
	"amparo/internal/metrics"
)

// Listen opens one listener, whose address the flag gave. It tells its health, and whether ready finds that it can do its work, beside what it serves.
func Listen(c config.Serve, flag, address string, handler http.Handler, ready func(context.Context) error, log *slog.Logger) (httpx.Bound, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", httpx.Health())
	mux.Handle("GET /readyz", httpx.Ready(ready))
	mux.Handle("/", handler)
	server := httpx.Server(address, mux, log)
	if c.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return httpx.Bound{}, fmt.Errorf("the TLS certificate cannot be used: %w", err)
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	bound, err := httpx.Bind(server)
	if err != nil {
		return bound, fmt.Errorf("%w; end what uses the address, or give another with %s", err, flag)
	}
	return bound, nil
}

// Watch opens the listener for whoever watches that the program works, when one was asked for: health and numbers, on this machine alone.
func Watch(c config.Serve, numbers *metrics.Set, ready func(context.Context) error, log *slog.Logger) (httpx.Bound, error) {
	if c.Metrics == "" {
		return httpx.Bound{}, nil
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", numbers.Handler())
	c.TLSCert = "" // it is on this machine
	return Listen(c, "--metrics", c.Metrics, mux, ready, log)
}

// Address is where a listener is reached, as in "http://127.0.0.1:8080/"; empty when there is none.
func Address(c config.Serve, b httpx.Bound) string {
	if b.Listener == nil {
		return ""
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + b.Listener.Addr().String() + "/"
}

// Bound gives those listeners that are open.
func Bound(all ...httpx.Bound) (list []httpx.Bound) {
	for _, b := range all {
		if b.Server != nil {
			list = append(list, b)
		}
	}
	return list
}

// Shut closes listeners. Closing again does no harm.
func Shut(all ...httpx.Bound) error {
	var errs []error
	for _, b := range Bound(all...) {
		errs = append(errs, b.Server.Close())
		if err := b.Listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
