package api_test

import (
	"bytes"
	"crypto/hpke"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/api"
	"amparo/internal/clock"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/submission"
	"amparo/packs"
)

const (
	keyTestSQL     = `INSERT INTO intake_key (id, public, created_at, retired_at) VALUES ($1, $2, $3, 0)`
	reportsTestSQL = `SELECT count(*) FROM partner_report`
	breakTestSQL   = `UPDATE intake_key SET retired_at = $1`
)

// canary is what is told; it may stand in no log and no answer.
const canary = "the purple lighthouse hums"

// keyCanary is in names that a partner gives: no time, number or id has its letters.
const keyCanary = "zinnia"

// A house is the API over a database, behind a server as the program's own.
type house struct {
	t      *testing.T
	main   *store.Store
	people *identity.Room
	api    *api.API
	server *httptest.Server
	spec   *contract
	key    string // of the partner "harbour"
	log    *notebook
}

// A notebook is a log that a test reads.
type notebook struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (n *notebook) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all.Write(p)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all.String()
}

// each runs f on each engine. Afterwards the log has nothing of what was told, and no key.
func each(t *testing.T, f func(h *house)) {
	t.Helper()
	files, err := fs.Sub(packs.FS, "demo")
	must(t, err)
	pack, problems := jurisdiction.Load(files, time.Now())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	words, err := lang.Load()
	must(t, err)
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		h := &house{t: t, main: main, people: identity.New(identity.Config{Store: main, FailuresMinute: 20}), log: &notebook{}, spec: readContract(t)}
		log, key := slog.New(slog.NewJSONHandler(h.log, nil)), secret.Bytes(bytes.Repeat([]byte{7}, 32))
		h.newIntakeKey()
		h.api, err = api.New(api.Config{Identity: h.people, Pack: pack, Lang: words.Staff(), Log: log, Submission: submission.New(submission.Config{
			Store: main, Pack: pack, Intake: intake.New(intake.Config{Store: main, Pepper: key}), Key: key})})
		must(t, err)
		h.server = httptest.NewUnstartedServer(h.api.Handler())
		h.server.Config = httpx.Server("", h.server.Config.Handler, log)
		h.server.Config.RegisterOnShutdown(h.api.Stop)
		h.server.Start()
		t.Cleanup(h.server.Close)
		h.key = h.newKey("harbour").Key
		f(h)
		if text := h.log.String(); strings.Contains(text, "lighthouse") || strings.Contains(text, h.key) || strings.Contains(text, keyCanary) {
			t.Errorf("the log tells too much: %s", text)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) newIntakeKey() {
	h.t.Helper()
	private, err := hpke.MLKEM768X25519().GenerateKey()
	must(h.t, err)
	h.write(keyTestSQL, ident.New[string](time.Now()), private.PublicKey().Bytes(), clock.Micro(time.Now()))
}

func (h *house) write(statement string, args ...any) {
	h.t.Helper()
	must(h.t, h.main.Write(h.t.Context(), func(tx store.Tx) error { _, err := tx.Exec(h.t.Context(), statement, args...); return err }))
}

func (h *house) newKey(partner identity.PartnerID) identity.AddedPartnerKey {
	h.t.Helper()
	k, err := h.people.AddPartnerKey(h.t.Context(), access.Console, identity.AddPartnerKeyInput{Partner: partner, Name: "A partner"})
	must(h.t, err)
	return k
}

// reports are how many partners have handed in.
func (h *house) reports() (n int) {
	h.t.Helper()
	must(h.t, h.main.Read(h.t.Context(), func(tx store.Tx) error { return tx.One(h.t.Context(), reportsTestSQL, nil, &n) }))
	return n
}

// An answer is what came back.
type answer struct {
	*http.Response
	t    *testing.T
	body []byte
}

// ask sends a request as the partner "harbour", with headers name, value, name, value, and holds the answer to the document.
func (h *house) ask(method, path string, body io.Reader, headers ...string) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, body)
	must(h.t, err)
	r.Header.Set("Authorization", "Bearer "+h.key)
	for i := 0; i < len(headers); i += 2 {
		r.Header[headers[i]] = []string{headers[i+1]}
	}
	got, err := h.server.Client().Do(r)
	must(h.t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(h.t, err)
	h.spec.holds(h.t, method, path, got, text)
	if strings.Contains(string(text), "lighthouse") {
		h.t.Errorf("an answer tells what was told: %s", text)
	}
	return answer{got, h.t, text}
}

// send hands one report in.
func (h *house) send(key, body string, headers ...string) answer {
	h.t.Helper()
	return h.ask("POST", api.Path+"reports", strings.NewReader(body),
		append([]string{"Content-Type", "application/json", "Idempotency-Key", key}, headers...)...)
}

// stream hands many in.
func (h *house) stream(body string, headers ...string) (results []result) {
	h.t.Helper()
	a := h.ask("POST", api.Path+"reports/stream", strings.NewReader(body), append([]string{"Content-Type", "application/x-ndjson"}, headers...)...)
	if a.StatusCode != http.StatusOK {
		h.t.Fatalf("the stream is answered with %d %s", a.StatusCode, a.body)
	}
	for line := range bytes.Lines(a.body) {
		var r result
		must(h.t, json.Unmarshal(line, &r))
		results = append(results, r)
	}
	return results
}

// told is an answer about a report.
type told struct {
	Reference string                         `json:"reference"`
	Receipt   struct{ Letters, Note string } `json:"receipt"`
	LeftOut   []string                       `json:"left_out"`
	Cut       []string                       `json:"cut"`
}

// trouble is a problem document.
type trouble struct {
	Status int
	Code   string
	Detail string
	Fields []struct{ Name, Code, Detail string }
}

// result is the answer to one line.
type result struct {
	Line    int
	Key     string `json:"idempotency_key"`
	Status  int
	Report  *told
	Problem *trouble
}

// report reads an answer about a report with the status given.
func (a answer) report(status int) (out told) {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("answered with %d, want %d: %s", a.StatusCode, status, a.body)
	}
	must(a.t, json.Unmarshal(a.body, &out))
	return out
}

// refused holds that the answer is a problem with the status, the code and the names of the wrong fields.
func (a answer) refused(status int, code string, fields ...string) trouble {
	a.t.Helper()
	var p trouble
	if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != status || p.Status != status || p.Code != code || p.Detail == "" {
		a.t.Errorf("answered with %d %s, want %d %s", a.StatusCode, a.body, status, code)
	}
	var names []string
	for _, f := range p.Fields {
		names = append(names, f.Name)
		if f.Detail == "" {
			a.t.Errorf("%s has no words", f.Name)
		}
	}
	if strings.Join(names, " ") != strings.Join(fields, " ") {
		a.t.Errorf("the wrong fields are %v, want %v", names, fields)
	}
	return p
}

// body is a report of a professional with words of its own.
func body(words string) string {
	text, _ := json.Marshal(words)
	return `{"instrument":"professional","language":"en","answers":{"danger":"no","words":` + string(text) + `}}`
}

// line is the same as a line.
func line(key, words string) string {
	return `{"idempotency_key":"` + key + `",` + body(words)[1:] + "\n"
}
