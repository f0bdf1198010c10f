package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/canary"
	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/store"
)

// leftTestSQL counts all that a report leaves behind.
const leftTestSQL = `SELECT (SELECT count(*) FROM report) + (SELECT count(*) FROM report_tally) + (SELECT count(*) FROM receipt) +
	(SELECT count(*) FROM envelope) + (SELECT count(*) FROM task) + (SELECT count(*) FROM task_queue) + (SELECT count(*) FROM standing) +
	(SELECT count(*) FROM access_grant) + (SELECT count(*) FROM match_mark)`

// certificate makes one for a name that this machine is not reached by, and gives its two files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "help.example.org"}, DNSNames: []string{"help.example.org"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	must(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return cert, key
}

func (a *App) state(t *testing.T) canary.State {
	t.Helper()
	s, err := a.doorState(t.Context())
	must(t, err)
	return s
}

// TestCanaryGoesTheWholeWay serves, in the clear and over TLS with a certificate of its own: the first canary comes through the real door,
// and leaves nothing behind.
func TestCanaryGoesTheWholeWay(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		c := plain(t, d)
		if d.Database == "" {
			c.TLSCert, c.TLSKey = certificate(t)
		}
		a, heard := opened(t, c)
		stop := serve(t, a)
		await(t, "a canary came through", func() bool { return a.state(t).Open(time.Now()) })
		left := -1
		look(t, a.stores.main, func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, leftTestSQL, nil, &left) })
		if left != 0 {
			t.Errorf("a canary left %d rows", left)
		}
		must(t, stop())
		if strings.Contains(heard.String(), `"level":"ERROR"`) {
			t.Errorf("the log has %s", heard)
		}
	})
}

// TestShutDoorIsTold has the canary go to a door that is shut: who answers for the service is told by mail, the doctor says so, and the
// program stays ready.
func TestShutDoorIsTold(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		shut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
		t.Cleanup(shut.Close)
		post := newPost(t)
		c := plain(t, d)
		c.PublicURL, c.Mail = shut.URL+"/", post.settings()
		a, _ := opened(t, c)
		desk := identity.AgencyID(a.pack.DeskFor(""))
		for name, role := range map[string]access.Role{"salma": access.Supervisor, "adam": access.Administrator, "huda": access.DutyOfficer} {
			_, err := a.rooms.people.AddUser(t.Context(), access.Console, identity.AddUserInput{Name: name, DisplayName: name, Agency: desk,
				Roles: []access.Role{role}, Email: name + "@example.org", Languages: []string{"en"}})
			must(t, err)
		}
		serve(t, a)
		var letters []string
		told := func(who string) bool {
			letters = append(letters, post.came()...)
			return slices.ContainsFunc(letters, func(l string) bool {
				return strings.HasPrefix(l, who+"@example.org: Urgent: Amparo may not be working")
			})
		}
		await(t, "both were told", func() bool { return told("salma") && told("adam") })
		if s := a.state(t); s.Failing != canary.NotSent {
			t.Errorf("the state is %+v", s)
		}
		public, _ := a.Addresses()
		if status, _ := ask(t, public+"readyz"); status != http.StatusOK {
			t.Errorf("it is not ready: %d", status)
		}
		found, err := Doctor(t.Context(), c)
		must(t, err)
		known := false
		for _, f := range found {
			known = known || f.About == "door" && f.Urgent && strings.Contains(f.Wrong, "None has come through yet")
		}
		if !known || told("huda") {
			t.Errorf("the doctor says %v; the letters are %v", found, letters)
		}
	})
}
