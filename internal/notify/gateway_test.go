package notify_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"amparo/internal/notify"
	"amparo/internal/secret"
)

// TestGateway sends texts to a gateway that takes them, refuses them, fails, leads elsewhere, and is gone.
func TestGateway(t *testing.T) {
	var got map[string]string
	var token string
	status := http.StatusAccepted
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, got = r.Header.Get("Authorization"), nil
		_ = json.NewDecoder(r.Body).Decode(&got)
		if status == http.StatusFound {
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	g, err := notify.NewGateway(server.URL+"/send", secret.Bytes("s3cret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Text(t.Context(), "+999555", "You have a message."); err != nil || got["to"] != "+999555" || got["text"] != "You have a message." || token != "Bearer s3cret" {
		t.Errorf("%v: %v, %s", err, got, token)
	}
	for code, final := range map[int]bool{400: true, 404: true, 410: true, 422: true, 401: false, 429: false, 500: false, 503: false, 302: false} {
		status = code
		err := g.Text(t.Context(), "+999555", "x")
		if err == nil || errors.Is(err, notify.ErrRefused) != final || strings.Contains(err.Error(), "999555") {
			t.Errorf("%d gives %v", code, err)
		}
	}
	server.Close()
	if err := g.Text(t.Context(), "+999555", "x"); err == nil || errors.Is(err, notify.ErrRefused) || strings.Contains(err.Error(), "999555") {
		t.Errorf("one that is gone gives %v", err)
	}
	if strings.Contains(g.String(), "s3cret") {
		t.Error("it shows its token")
	}
}

// TestGatewayMustEncrypt refuses addresses by which numbers would leave in the clear, and ones that are none.
func TestGatewayMustEncrypt(t *testing.T) {
	for address, fits := range map[string]bool{"https://sms.example.org/send": true, "http://localhost:8090/send": true, "http://[::1]:1/": true, "http://sms.example.org/": false,
		"sms.example.org": false, "": false, "ftp://sms.example.org": false, "https://user:word@sms.example.org/": false, "https://": false} {
		if _, err := notify.NewGateway(address, nil); (err == nil) != fits {
			t.Errorf("%q: %v", address, err)
		}
	}
}
