package main

import (
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"amparo/internal/notify"
	"amparo/internal/secret"
)

// TestExample sends texts by the program's own gateway to the example, whose command writes them to a file.
func TestExample(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sent")
	script := `[ "$1" = 999000000 ] && exit 1; echo "$1: $(cat)" >> ` + file
	server := httptest.NewServer(gateway{"Bearer word", []string{"sh", "-c", script, "sh"}})
	defer server.Close()
	send := func(token, to, words string) error {
		t.Helper()
		g, err := notify.NewGateway(server.URL, secret.Bytes(token))
		if err != nil {
			t.Fatal(err)
		}
		return g.Text(t.Context(), to, words)
	}
	if err := send("word", "+999555654321", "There is a new message for you; 'quoted' $(id)"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "+999555654321: There is a new message for you; 'quoted' $(id)\n" {
		t.Errorf("it sent %q, %v", got, err)
	}
	if err := send("word", "12", "x"); !errors.Is(err, notify.ErrRefused) {
		t.Errorf("no number: %v", err)
	}
	if err := send("word", "999000000", "x"); err == nil || errors.Is(err, notify.ErrRefused) {
		t.Errorf("a command that fails: %v", err)
	}
	if err := send("other", "+999555654321", "x"); err == nil || errors.Is(err, notify.ErrRefused) {
		t.Errorf("a wrong token: %v", err)
	}
}
