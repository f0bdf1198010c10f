package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"amparo/internal/access"
	"amparo/internal/api"
	"amparo/internal/httpx"
)

func TestAReportIsTakenOnce(t *testing.T) {
	each(t, func(h *house) {
		a := h.send("case-zinnia", body(canary))
		first := a.report(http.StatusCreated)
		if a.Header.Get("Location") != api.Path+"reports/"+first.Reference || first.Receipt.Note == "" || a.Header.Get("Cache-Control") != "no-store" || len(a.Cookies()) > 0 {
			h.t.Errorf("%v %s", a.Header, a.body)
		}
		if again := h.send(`"case-zinnia"`, body(canary)).report(http.StatusOK); again.Reference != first.Reference || again.Receipt != first.Receipt {
			h.t.Errorf("again: %+v", again)
		}
		h.send("case-zinnia", body(canary+"!")).refused(http.StatusConflict, "fault.partner_key_used")
		if other := h.send("case-zephyr", body(canary)).report(http.StatusCreated); other.Reference == first.Reference || other.Receipt == first.Receipt {
			h.t.Errorf("another: %+v", other)
		}
		if h.reports() != 2 {
			h.t.Errorf("%d reports", h.reports())
		}
		got := h.ask("GET", api.Path+"reports/"+first.Reference, nil)
		if got.StatusCode != http.StatusOK || !strings.Contains(string(got.body), `"progress":"received"`) {
			h.t.Errorf("%d %s", got.StatusCode, got.body)
		}
		h.key = h.newKey("island").Key
		h.ask("GET", api.Path+"reports/"+first.Reference, nil).refused(http.StatusNotFound, "fault.withheld")
		h.ask("GET", api.Path+"reports/00000000000000000000000000", nil).refused(http.StatusNotFound, "fault.withheld")
		if theirs := h.send("case-zinnia", body(canary)).report(http.StatusCreated); theirs.Reference == first.Reference {
			h.t.Errorf("a key is shared by two partners: %+v", theirs)
		}
	})
}

func TestSentAtOnceIsOneReport(t *testing.T) {
	each(t, func(h *house) {
		var group sync.WaitGroup
		all := make([]told, 32)
		for i := range all {
			group.Go(func() {
				a := h.send("k", body(canary))
				if a.StatusCode != http.StatusCreated && a.StatusCode != http.StatusOK {
					h.t.Errorf("%d %s", a.StatusCode, a.body)
				}
				_ = json.Unmarshal(a.body, &all[i])
			})
		}
		group.Wait()
		for _, one := range all {
			if one.Reference == "" || one.Reference != all[0].Reference || one.Receipt != all[0].Receipt {
				h.t.Errorf("%+v beside %+v", one, all[0])
			}
		}
		if h.reports() != 1 {
			h.t.Errorf("%d reports", h.reports())
		}
	})
}

func TestKeys(t *testing.T) {
	each(t, func(h *house) {
		right, revoked := h.key, h.newKey("harbour")
		must(t, h.people.RevokePartnerKey(h.t.Context(), access.Console, revoked.ID))
		for _, header := range []string{"", "Bearer", "Bearer ", "Basic " + right, right, "Bearer " + right + "x", "Bearer " + revoked.Key, "Bearer " + strings.Repeat("k", 8000)} {
			h.send("k", body(canary), "Authorization", header).refused(http.StatusUnauthorized, "fault.partner_key")
		}
		h.ask("POST", api.Path+"reports/stream", strings.NewReader(line("k", canary)), "Authorization", "", "Content-Type", "application/x-ndjson").refused(http.StatusUnauthorized, "fault.partner_key")
		for _, path := range []string{"instruments", "instruments/worried", "reports/x"} {
			h.ask("GET", api.Path+path, nil, "Authorization", "").refused(http.StatusUnauthorized, "fault.partner_key")
		}
		h.send("k", body(canary), "Authorization", "bearer "+right).report(http.StatusCreated)
		for range 20 {
			h.ask("GET", api.Path+"instruments", nil, "Authorization", "Bearer guess")
		}
		slowed := h.ask("GET", api.Path+"instruments", nil, "Authorization", "Bearer guess")
		slowed.refused(http.StatusTooManyRequests, "fault.sign_in_slow")
		if slowed.Header.Get("Retry-After") == "" {
			h.t.Error("it does not say how long to wait")
		}
		h.send("k2", body(canary)).report(http.StatusCreated)
	})
}

// TestWhatIsNoReport sends what a raw client may send.
func TestWhatIsNoReport(t *testing.T) {
	each(t, func(h *house) {
		deep := strings.Repeat("[", 20000) + strings.Repeat("]", 20000)
		for name, c := range map[string]struct {
			body   string
			status int
			code   string
			fields string
		}{
			"nothing":            {"", 400, "fault.json_broken", ""},
			"half":               {`{"instrument":"professional"`, 400, "fault.json_broken", ""},
			"two":                {body("a") + body("b"), 400, "fault.json_broken", ""},
			"a list":             {"[" + body("a") + "]", 400, "fault.json_broken", ""},
			"null":               {"null", 400, "fault.json_broken", ""},
			"HTML":               {"<script>alert(1)</script>", 400, "fault.json_broken", ""},
			"no UTF-8":           {body("a\xff"), 201, "", ""}, // Go's encoder has mended it
			"raw bytes":          {`{"instrument":"professional","language":"en","answers":{"words":"` + "\xff\xfe" + `"}}`, 400, "fault.json_broken", ""},
			"NUL":                {"\x00", 400, "fault.json_broken", ""},
			"deep":               {`{"instrument":"professional","language":"en","answers":{"words":` + deep + `}}`, 400, "fault.json_broken", ""},
			"a list in a list":   {`{"instrument":"professional","language":"en","answers":{"words":[["a"]]}}`, 400, "fault.json_members", "answers.words"},
			"a number":           {`{"instrument":"professional","language":"en","answers":{"danger":1}}`, 400, "fault.json_members", "answers.danger"},
			"nothing answered":   {`{"instrument":"professional","language":"en"}`, 400, "fault.json_members", "answers"},
			"answers null":       {`{"instrument":"professional","language":"en","answers":null}`, 400, "fault.json_members", "answers"},
			"twice":              {`{"instrument":"professional","language":"en","answers":{"danger":"no","danger":"yes"}}`, 400, "fault.json_members", "answers.danger"},
			"twice above":        {`{"instrument":"professional","language":"en","language":"fr","answers":{}}`, 400, "fault.json_members", "language"},
			"another spelling":   {`{"Instrument":"professional","language":"en","answers":{}}`, 400, "fault.json_members", "Instrument"},
			"unknown":            {`{"instrument":"professional","language":"en","answers":{},"photo":"x","file":1}`, 400, "fault.json_members", "photo file"},
			"key in the body":    {line("k", "x"), 400, "fault.json_members", "idempotency_key"},
			"no list":            {`{"instrument":"","language":"en","answers":{}}`, 422, "fault.partner_report", "instrument"},
			"no language":        {`{"instrument":"professional","language":"xx","answers":{}}`, 422, "fault.partner_report", "language"},
			"no channel":         {`{"instrument":"professional","language":"en","channel":"phone","answers":{}}`, 422, "fault.partner_report", "channel"},
			"no question":        {`{"instrument":"professional","language":"en","answers":{"picture":"x"}}`, 422, "fault.partner_report", "answers.picture"},
			"no code":            {`{"instrument":"professional","language":"en","answers":{"danger":"perhaps"}}`, 422, "fault.partner_report", "answers.danger"},
			"too long an answer": {body(strings.Repeat("ab ", 15000)), 422, "fault.partner_report", "answers.words"},
			"too long":           {body(strings.Repeat("ab ", 50000)), 413, "fault.too_large", ""},
		} {
			before := h.reports()
			a := h.send("key-"+strings.ReplaceAll(name, " ", "-"), c.body)
			if c.status == http.StatusCreated {
				a.report(c.status)
				continue
			}
			a.refused(c.status, c.code, strings.Fields(c.fields)...)
			if h.reports() != before {
				h.t.Errorf("%s was taken", name)
			}
		}
		var unknown strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&unknown, `,"u%d":1`, i)
		}
		many := h.send("k", `{"instrument":"professional","language":"en","answers":{}`+unknown.String()+"}")
		if got := strings.Count(string(many.body), "fault.json_unknown"); many.StatusCode != 400 || got != 20 {
			h.t.Errorf("%d of 5000 unknown members are told back with %d", got, many.StatusCode)
		}
		many = h.send("k", `{"instrument":"professional","language":"en","answers":{"`+strings.Repeat("x", 5000)+`":"y"`+strings.ReplaceAll(unknown.String(), ":1", `:"y"`)+"}}")
		if many.StatusCode != 422 || len(many.body) > 10000 {
			h.t.Errorf("answered with %d and %d bytes", many.StatusCode, len(many.body))
		}
		for _, key := range []string{"", "a b", strings.Repeat("k", 201), "ключ", `a"b`, `""a""`, `"`, `""`} {
			h.send(key, body("a")).refused(http.StatusUnprocessableEntity, "fault.partner_report", "idempotency_key")
		}
	})
}

func TestNoFileIsTaken(t *testing.T) {
	each(t, func(h *house) {
		multipart := "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--b--\r\n"
		for _, kind := range []string{"multipart/form-data; boundary=b", "image/jpeg", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain", "", "application/json; charset=utf-16", "application/zip"} {
			a := h.ask("POST", api.Path+"reports", strings.NewReader(multipart), "Content-Type", kind, "Idempotency-Key", "k")
			a.refused(http.StatusUnsupportedMediaType, "fault.json_type")
			h.ask("POST", api.Path+"reports/stream", strings.NewReader(multipart), "Content-Type", kind).refused(http.StatusUnsupportedMediaType, "fault.json_type")
		}
		h.send("k", body("a"), "Content-Encoding", "gzip").refused(http.StatusUnsupportedMediaType, "fault.json_type")
		got := h.send("k", body("look data:image/png;base64,"+strings.Repeat("iVBORw0KGgo", 40))).report(http.StatusCreated)
		if !slices.Equal(got.Cut, []string{"words"}) {
			h.t.Errorf("nothing is said of what was cut: %+v", got)
		}
	})
}

func TestWhenNothingCanBeStored(t *testing.T) {
	each(t, func(h *house) {
		h.write(breakTestSQL, 1)
		a := h.send("k", body(canary))
		a.refused(http.StatusServiceUnavailable, "fault.unavailable")
		if a.Header.Get("Retry-After") == "" || h.reports() != 0 {
			h.t.Errorf("%v, %d reports", a.Header, h.reports())
		}
		if got := h.stream(line("a", canary) + "x\n" + line("b", canary)); len(got) != 3 || got[0].Status != 503 || got[1].Status != 400 || got[2].Status != 503 {
			h.t.Errorf("%+v", got)
		}
		if !strings.Contains(h.log.String(), `"level":"ERROR"`) {
			h.t.Error("the log does not tell of it")
		}
		h.write(breakTestSQL, 0)
		h.send("k", body(canary)).report(http.StatusCreated)
	})
}

func TestElsewhere(t *testing.T) {
	each(t, func(h *house) {
		for _, path := range []string{"", "report", "reports/", "reports/x/y", "openapi", "../../desk", "instruments/none"} {
			if a := h.ask("GET", api.Path+path, nil); a.StatusCode != http.StatusNotFound {
				h.t.Errorf("%s is answered with %d", path, a.StatusCode)
			}
		}
		for method, path := range map[string]string{"GET": "reports", "DELETE": "reports/x", "PUT": "reports", "POST": "instruments", "PATCH": "openapi.yaml"} {
			a := h.ask(method, api.Path+path, nil)
			a.refused(http.StatusMethodNotAllowed, "fault.method")
			if a.Header.Get("Allow") == "" {
				h.t.Errorf("%s %s does not say what may be done", method, path)
			}
		}
	})
}

func TestTheDocumentIsServed(t *testing.T) {
	each(t, func(h *house) {
		text := h.ask("GET", api.Path+"openapi.yaml", nil, "Authorization", "")
		if !strings.HasPrefix(string(text.body), "openapi: 3.1.0\n") {
			h.t.Errorf("%.100s", text.body)
		}
		var tree struct{ Paths map[string]any }
		if err := json.Unmarshal(h.ask("GET", api.Path+"openapi.json", nil, "Authorization", "").body, &tree); err != nil || len(tree.Paths) != 7 {
			h.t.Errorf("%v %d paths", err, len(tree.Paths))
		}
	})
}

// TestAFormCanBeBuilt reads every list of questions in every language, and answers one by its schema.
func TestAFormCanBeBuilt(t *testing.T) {
	each(t, func(h *house) {
		var all struct {
			Languages   []string
			Instruments []struct{ ID, Name string }
		}
		must(h.t, json.Unmarshal(h.ask("GET", api.Path+"instruments", nil).body, &all))
		if len(all.Instruments) != 5 || len(all.Languages) != 5 || all.Languages[0] != h.api.Pack.Default() {
			h.t.Fatalf("%+v", all)
		}
		for _, in := range all.Instruments {
			for _, tag := range all.Languages {
				if a := h.ask("GET", api.Path+"instruments/"+in.ID+"?lang="+tag, nil); a.StatusCode != http.StatusOK {
					h.t.Errorf("%s in %s: %d", in.ID, tag, a.StatusCode)
				}
			}
		}
		h.ask("GET", api.Path+"instruments?lang=xx", nil).refused(http.StatusBadRequest, "fault.partner_query", "lang")
		arabic := h.ask("GET", api.Path+"instruments?lang=xx", nil, "Accept-Language", "ar")
		if !strings.ContainsAny(string(arabic.body), "ابت") {
			h.t.Errorf("no Arabic: %s", arabic.body)
		}
		var form struct {
			Schema json.RawMessage `json:"answers_schema"`
		}
		must(h.t, json.Unmarshal(h.ask("GET", api.Path+"instruments/professional", nil).body, &form))
		tree, err := jsonschema.UnmarshalJSON(strings.NewReader(string(form.Schema)))
		must(h.t, err)
		c := jsonschema.NewCompiler()
		must(h.t, c.AddResource("https://amparo.example/answers.json", tree))
		schema, err := c.Compile("https://amparo.example/answers.json")
		must(h.t, err)
		for answers, good := range map[string]bool{`{}`: true, `{"danger":"no"}`: true, `{"danger":["no"]}`: true, `{"danger":""}`: true, `{"words":"text"}`: true,
			`{"danger":"perhaps"}`: false, `{"danger":["no","yes"]}`: false, `{"picture":"x"}`: false, `{"source":["noticed","told"]}`: true, `{"source":["noticed","x"]}`: false} {
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(answers))
			must(h.t, err)
			a := h.send("k-"+strings.ReplaceAll(answers, `"`, "."), `{"instrument":"professional","language":"en","answers":`+answers+`}`)
			if (schema.Validate(v) == nil) != good || (a.StatusCode == http.StatusCreated) != good {
				h.t.Errorf("%s: by the schema %v, answered with %d %s", answers, schema.Validate(v), a.StatusCode, a.body)
			}
		}
	})
}

// TestACutBodyIsSentAgain: it is answered with what passes.
func TestACutBodyIsSentAgain(t *testing.T) {
	each(t, func(h *house) {
		conn := h.dial("reports", "Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 500\r\n", body(canary)[:40])
		must(h.t, conn.(*net.TCPConn).CloseWrite())
		got := h.answered(conn)
		got.refused(http.StatusRequestTimeout, "fault.body_cut")
		if !got.Close || h.reports() != 0 {
			h.t.Errorf("%v, %d reports", got.Header, h.reports())
		}
		h.spec.holds(h.t, "POST", api.Path+"reports", got.Response, got.body)
	})
}

// dial sends the head of a request as the partner, and some of its body.
func (h *house) dial(path, headers, body string) net.Conn {
	h.t.Helper()
	conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
	must(h.t, err)
	h.t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n%s", api.Path, path, h.key, headers, body)
	must(h.t, err)
	return conn
}

// answered reads what comes back within a time that is shorter than any that the server gives a client.
func (h *house) answered(conn net.Conn) answer {
	h.t.Helper()
	must(h.t, conn.SetReadDeadline(time.Now().Add(httpx.ReadTime/2)))
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(h.t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(h.t, err)
	return answer{got, h.t, text}
}

// TestARefusalWaitsForNoBody: the rest of it may go on for as long as it likes.
func TestARefusalWaitsForNoBody(t *testing.T) {
	each(t, func(h *house) {
		h.key = "guess"
		conn := h.dial("reports/stream", "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n", "3\r\n{}\n\r\n")
		got := h.answered(conn)
		got.refused(http.StatusUnauthorized, "fault.partner_key")
		if !got.Close {
			h.t.Errorf("the connection is kept: %v", got.Header)
		}
		h.spec.holds(h.t, "POST", api.Path+"reports/stream", got.Response, got.body)
	})
}

// TestAKeyInQuotesIsTheSame by both routes: quotes are no part of a key.
func TestAKeyInQuotesIsTheSame(t *testing.T) {
	each(t, func(h *house) {
		h.send(`"k"`, body(canary)).report(http.StatusCreated)
		got := h.stream(line("k", canary) + line(`\"k\"`, canary))
		if got[0].Status != http.StatusOK || got[1].Status != http.StatusUnprocessableEntity || got[1].Key != "" || h.reports() != 1 {
			h.t.Errorf("%+v, %d reports", got, h.reports())
		}
	})
}

// TestWhatIsNoIDIsNotThere on both engines.
func TestWhatIsNoIDIsNotThere(t *testing.T) {
	each(t, func(h *house) {
		for _, reference := range []string{"a%00b", "%ff%fe", "x"} {
			h.ask("GET", api.Path+"reports/"+reference, nil).refused(http.StatusNotFound, "fault.withheld")
		}
	})
}

// TestACutBodyIsNoReport: what was sent of it is not taken.
func TestACutBodyIsNoReport(t *testing.T) {
	each(t, func(h *house) {
		from, to := io.Pipe()
		go func() {
			_, _ = io.WriteString(to, body(canary)[:40])
			time.Sleep(20 * time.Millisecond)
			_ = to.CloseWithError(io.ErrUnexpectedEOF)
		}()
		r, err := http.NewRequestWithContext(h.t.Context(), "POST", h.server.URL+api.Path+"reports", from)
		must(h.t, err)
		r.Header.Set("Authorization", "Bearer "+h.key)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "k")
		if got, err := h.server.Client().Do(r); err == nil {
			got.Body.Close()
			if got.StatusCode < 400 {
				h.t.Errorf("half a body is answered with %d", got.StatusCode)
			}
		}
		if h.reports() != 0 {
			h.t.Error("half a body was taken")
		}
	})
}
