package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"amparo/internal/secret"
)

// A Gateway sends texts to telephones through a service that speaks the interface of docs/sms-gateway.md. It is safe for use by many
// goroutines.
type Gateway struct {
	address string
	token   secret.Bytes
	client  *http.Client
}

// NewGateway gives a gateway at an address. Texts leave encrypted, but to this machine. token signs in to it; empty signs in with nothing.
func NewGateway(address string, token secret.Bytes) (*Gateway, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("texts: %q is no address of a gateway, expected one as in https://sms.example.org/send", address)
	case u.Scheme == "http" && !local(u.Hostname()):
		return nil, fmt.Errorf("texts: %q is not encrypted, expected https for a gateway on another machine", address)
	}
	client := &http.Client{Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Gateway{address: address, token: token, client: client}, nil
}

// Text sends words to a number. ErrRefused is final; after any other error it may be tried again. No error names the number.
func (g *Gateway) Text(ctx context.Context, number, words string) error {
	body, err := json.Marshal(map[string]string{"to": number, "text": words})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if len(g.token) > 0 {
		r.Header.Set("Authorization", "Bearer "+string(g.token))
	}
	answer, err := g.client.Do(r)
	if err != nil {
		return errors.New("the gateway for texts does not answer") // the cause may name who was written to
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 1<<16)
	switch {
	case answer.StatusCode/100 == 2:
		return nil
	case answer.StatusCode == http.StatusBadRequest || answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone || answer.StatusCode == http.StatusUnprocessableEntity:
		return fmt.Errorf("%w with status %d", ErrRefused, answer.StatusCode)
	}
	return fmt.Errorf("the gateway for texts answered with status %d", answer.StatusCode)
}

// String names the gateway without its token.
func (g *Gateway) String() string { return "gateway " + g.address }
