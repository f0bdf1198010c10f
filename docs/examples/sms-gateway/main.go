// Command sms-gateway is an example of the service that docs/sms-gateway.md describes: it takes texts and hands each to a command, with the number as
// its last argument and the text as its input.
package main

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

func main() {
	address := flag.String("address", "127.0.0.1:8090", "where to listen")
	file := flag.String("token", "", "a file with the token that has to be given")
	flag.Parse()
	if err := serve(*address, *file, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sms-gateway:", err)
		os.Exit(1)
	}
}

func serve(address, file string, command []string) error {
	token, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if len(strings.TrimSpace(string(token))) == 0 || len(command) == 0 {
		return errors.New("give a file with a token, and a command after --")
	}
	server := &http.Server{Addr: address, Handler: gateway{"Bearer " + strings.TrimSpace(string(token)), command}, ReadTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

// A gateway hands texts to a command.
type gateway struct {
	authorization string
	command       []string
}

var number = regexp.MustCompile(`^\+?[0-9]{7,15}$`)

func (g gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ To, Text string }
	switch {
	case subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(g.authorization)) != 1:
		http.Error(w, "the token is wrong", http.StatusUnauthorized)
	case r.Method != http.MethodPost || json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&in) != nil:
		http.Error(w, "expected a JSON object with to and text", http.StatusBadRequest)
	case !number.MatchString(in.To) || in.Text == "":
		http.Error(w, "this is no number, or there is no text", http.StatusUnprocessableEntity)
	case g.run(r, in.To, in.Text) != nil:
		http.Error(w, "the command failed", http.StatusServiceUnavailable) // and nothing of it is logged
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

func (g gateway) run(r *http.Request, to, text string) error {
	cmd := exec.CommandContext(r.Context(), g.command[0], append(g.command[1:], to)...)
	cmd.Stdin = strings.NewReader(text + "\n")
	return cmd.Run()
}
