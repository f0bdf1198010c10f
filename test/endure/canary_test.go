package endure

import (
	"bytes"
	"fmt"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/jurisdiction"
	"amparo/internal/vault/seal"
	"amparo/packs"
	"amparo/test/visitor"
)

// What is told, and what a browser sends along. None of it may be found anywhere.
const (
	latin   = "quaggamire"
	arabic  = "ضفدعنحاسي"
	phrase  = "Quaggamire's plinth, " + arabic + " & 40"
	agent   = "Canary-Browser/77.3"
	source  = "127.0.0.77" // the address that the requests come from
	claimed = "203.0.113.99"
	referer = "https://zanzibar-heron.example/from"
)

// watched makes a visitor whose requests carry all that a browser and proxies may tell.
func (p *place) watched() *visitor.Visitor {
	v := p.at()
	dial := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}}
	v.Client.Transport.(*http.Transport).DialContext = dial.DialContext
	v.Header = http.Header{"Accept-Language": {"en"}, "User-Agent": {agent}, "X-Forwarded-For": {claimed}, "X-Real-Ip": {claimed},
		"Forwarded": {"for=" + claimed}, "Referer": {referer}, "Cookie": {"seen=" + latin}}
	return v
}

// TestNothingToldIsFoundAnywhere types a phrase into every place for words, on the public side and where staff sign in, and
// looks for it in the database, all files, temporary files and the log.
func TestNothingToldIsFoundAnywhere(t *testing.T) {
	each(t, func(p *place) {
		v := p.watched()
		secrets := []string{latin, arabic, agent, source, claimed, referer}
		for _, way := range []string{"about_me", "worried"} {
			receipt := p.tellAll(v, way)
			secrets = append(secrets, spelt(p, receipt)...)
			p.write(v, receipt)
		}
		p.misuse(v)
		p.signIn(v)
		hunt := searchFor(secrets...)
		if read := p.nowhere(hunt); p.house.Database == "" && !slices.Contains(read, "amparo.db-wal") {
			p.Errorf("the write-ahead log was not looked at: %s", read)
		}
		p.settle()
		p.nowhere(hunt)
		for _, m := range p.matters() {
			if !m.whole() || m.messages != 1 {
				p.Errorf("what was told did not arrive: %+v", m)
			}
		}
		if err := p.now.Stop(); err != nil {
			p.Error(err)
		}
		p.nowhere(hunt)
	})
}

// spelt gives a receipt in all its spellings.
func spelt(p *place, receipt string) []string {
	p.Helper()
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		p.Fatal(err)
	}
	return []string{r.Letters(), r.LettersGrouped(), r.Digits(), r.DigitsGrouped(), r.Digits()[:24]}
}

// tellAll goes one way through the form with the phrase in every place for words, and gives the receipt.
func (p *place) tellAll(v *visitor.Visitor, way string) string {
	p.Helper()
	typed := map[string]bool{}
	v.Asked = func(_ time.Duration, _ url.Values, page visitor.Page) {
		for _, f := range page.Fields {
			typed[f.Name] = typed[f.Name] || f.Free()
		}
	}
	form := p.toCheck(v, way)
	page, err := v.Send(p.Context(), form)
	if err != nil {
		p.Fatal(err)
	}
	for _, id := range places(p, way) {
		if !typed[id] {
			p.Errorf("nothing was typed into %s of %s", id, way)
		}
	}
	again := page.Fill(phrase) // where the receipt is typed back
	if page, err = v.Post(p.Context(), again); err != nil || page.Status != http.StatusBadRequest {
		p.Errorf("a wrong receipt typed back gave %d, %v", page.Status, err)
	}
	v.Asked = nil
	return page.Receipt
}

// toCheck goes as far as the page with all answers and checks that the phrase is among them. It answers so that every place
// for words appears.
func (p *place) toCheck(v *visitor.Visitor, way string) url.Values {
	p.Helper()
	page, err := v.First(p.Context())
	for range 60 {
		if err != nil || page.Status != http.StatusOK {
			p.Fatalf("status %d, %v", page.Status, err)
		}
		form := page.Fill(phrase)
		if page.Step() == "check" {
			if !strings.Contains(page.Text, arabic) {
				p.Error("the answers do not have the phrase")
			}
			return form
		}
		for name, value := range map[string]string{"way": way, "what": "trust", "contact_way": reachedBy[way]} {
			if form.Has(name) || name == "way" {
				form.Set(name, value)
			}
		}
		page, err = v.Post(p.Context(), form)
	}
	p.Fatal("the questions do not end")
	return nil
}

// reachedBy is how who goes a way wants to be reached, and unasked the page that is then left out: between them both are gone through.
var (
	reachedBy = map[string]string{"about_me": "phone", "worried": "email"}
	unasked   = map[string]string{"phone": "contact_mail", "email": "contact_how"}
)

// places are the ids of all questions that words are typed into.
func places(p *place, way string) (ids []string) {
	p.Helper()
	demo, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		p.Fatal(err)
	}
	pack, problems := jurisdiction.Load(demo, time.Now())
	if len(problems) > 0 {
		p.Fatal(problems)
	}
	for _, page := range pack.Instrument(way).Pages {
		if page.ID == unasked[reachedBy[way]] {
			continue
		}
		for _, q := range page.Questions {
			if !q.Kind.Coded() {
				ids = append(ids, q.ID)
			}
		}
	}
	if len(ids) < 4 {
		p.Errorf("%s has places for words only in %s", way, ids)
	}
	return ids
}

// write puts the phrase into the mailbox.
func (p *place) write(v *visitor.Visitor, receipt string) {
	p.Helper()
	box, err := v.Mailbox(p.Context(), receipt)
	if err != nil {
		p.Fatal(err)
	}
	long := box.Fill(strings.Repeat(phrase, 200)) // too long: shown again, not kept
	if page, err := v.Post(p.Context(), long); err != nil || page.Status != http.StatusBadRequest {
		p.Errorf("a message that is too long gave %d, %v", page.Status, err)
	}
	if err := p.add(v, box.Fill(phrase)); err != nil {
		p.Error(err)
	}
}

// misuse sends the phrase where nobody asked for it.
func (p *place) misuse(v *visitor.Visitor) {
	p.Helper()
	var file bytes.Buffer
	form := multipart.NewWriter(&file)
	part, err := form.CreateFormFile(latin, latin+".txt")
	if err != nil {
		p.Fatal(err)
	}
	fmt.Fprint(part, phrase)
	form.Close()
	const plain = "application/x-www-form-urlencoded"
	for _, one := range []struct{ what, method, path, kind, body string }{
		{"an address", "GET", "/" + latin + "?" + latin + "=" + url.QueryEscape(phrase), "", ""},
		{"a method", "QUAGGAMIRE", "/", "", ""},
		{"a file", "POST", "/", form.FormDataContentType(), file.String()},
		{"a broken state", "POST", "/", plain, url.Values{"step": {"check"}, "state": {phrase}}.Encode()},
		{"a receipt", "POST", "/", plain, url.Values{"step": {"open"}, "code": {phrase}}.Encode()},
		{"a broken form", "POST", "/", plain, "step=%zz" + latin},
		{"too much", "POST", "/", plain, "words=" + strings.Repeat(latin, 40_000)},
		{"a type", "POST", "/", latin + "/" + latin, phrase},
	} {
		p.send(v, one.what, one.method, strings.TrimSuffix(p.now.Public, "/")+one.path, one.kind, one.body)
	}
}

// send sends anything, and holds that it is refused.
func (p *place) send(v *visitor.Visitor, what, method, address, kind, body string) {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), method, address, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	r.Header = v.Header.Clone()
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := v.Client.Do(r)
	if err != nil {
		p.Errorf("%s: %v", what, err)
		return
	}
	answer.Body.Close()
	if answer.StatusCode < 400 || answer.StatusCode > 499 {
		p.Errorf("%s was answered with %d", what, answer.StatusCode)
	}
}

// signIn types the phrase where staff type their names and passwords. The address of staff is logged; theirs is another.
func (p *place) signIn(v *visitor.Visitor) {
	p.Helper()
	body := url.Values{"name": {phrase}, "password": {phrase}}.Encode()
	plain := *v
	plain.Client = &http.Client{Timeout: time.Minute}
	p.send(&plain, "signing in", "POST", p.now.Desk+"sign-in", "application/x-www-form-urlencoded", body)
}

// nowhere looks for the texts in all that the installation left anywhere, and gives the names of the files.
func (p *place) nowhere(hunt search) (read []string) {
	p.Helper()
	read = hunt.files(p.T, p.house.Dir, p.temp)
	for _, found := range hunt.find([]byte(p.logged())) {
		p.Errorf("the log has %s", found)
	}
	if !strings.Contains(p.logged(), "POST /{$}") {
		p.Error("the log knows nothing of the requests")
	}
	if p.house.Database != "" {
		p.nowhereInTables(hunt)
	} else if !slices.Contains(read, "amparo.db") || !slices.Contains(read, "keys.db") {
		p.Errorf("the databases were not looked at: %s", read)
	}
	return read
}

const tablesSQL = `SELECT table_schema || '.' || table_name FROM information_schema.tables
	WHERE table_schema IN ('amparo', 'amparo_keys') ORDER BY 1`

// nowhereInTables looks at every value of every column of every table.
func (p *place) nowhereInTables(hunt search) {
	p.Helper()
	for _, table := range p.list(tablesSQL) {
		rows, err := p.db.QueryContext(p.Context(), "SELECT * FROM "+table)
		if err != nil {
			p.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			p.Fatal(err)
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new([]byte)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				p.Fatal(err)
			}
			for i, v := range values {
				for _, found := range hunt.find(*v.(*[]byte)) {
					p.Errorf("%s.%s holds %s", table, columns[i], found)
				}
			}
		}
		if err := rows.Err(); err != nil {
			p.Fatal(err)
		}
	}
}

// list reads one column.
func (p *place) list(statement string) (all []string) {
	p.Helper()
	rows, err := p.db.QueryContext(p.Context(), statement)
	if err != nil {
		p.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			p.Fatal(err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil || len(all) < 10 {
		p.Fatalf("%d rows, %v", len(all), err)
	}
	return all
}
