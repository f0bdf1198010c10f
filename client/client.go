package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Client speaks with one installation. Make it with New; its fields may be changed before it is used. It is safe for use by many goroutines.
type Client struct {
	// HTTP sends requests. New makes one that follows no redirect.
	HTTP *http.Client
	// Attempts is how often one thing is tried, the first time included.
	Attempts int
	// Wait is about how long the first pause between two tries is; each is about twice the one before, up to LongestWait.
	Wait time.Duration
	// Language is the language of Problem.Detail and Receipt.Note, as in "fr"; empty leaves it to the installation.
	Language string

	base *url.URL
	key  string
}

// LongestWait bounds a pause between two tries, whatever the installation asks for.
const LongestWait = 30 * time.Second

// New makes a client for the installation at an address, as in "https://desk.example.org", with a partner's key.
func New(address, key string) (*Client, error) {
	base, err := url.Parse(address)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, errors.New("amparo: the address is none; give one as in https://desk.example.org")
	}
	if key == "" || strings.ContainsAny(key, " \r\n") {
		return nil, errors.New("amparo: the key is empty, or has blanks in it; give it as it was handed over")
	}
	return &Client{Attempts: 5, Wait: 500 * time.Millisecond, base: base.JoinPath("/"), key: key,
		HTTP: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// A Report is what somebody told you, by the questions of the country.
type Report struct {
	Key        string  `json:"idempotency_key,omitempty"` // your own name for it, of 1 to 200 visible characters of ASCII without double quotes
	Instrument string  `json:"instrument"`                // the list of questions: "professional" fits most partners
	Language   string  `json:"language"`                  // of the words
	Channel    string  `json:"channel,omitempty"`         // "platform_notice", or empty
	Answers    Answers `json:"answers"`                   // codes or words, by the id of the question
}

// Answers are codes or words by the id of the question. As JSON an answer may be one text or a list of them.
type Answers map[string][]string

// UnmarshalJSON reads answers in both spellings.
func (a *Answers) UnmarshalJSON(text []byte) error {
	var all map[string]values
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	*a = nil
	if all != nil {
		*a = make(Answers, len(all))
	}
	for id, list := range all {
		(*a)[id] = list
	}
	return nil
}

// values are a text, or a list of texts.
type values []string

func (v *values) UnmarshalJSON(text []byte) error {
	if text[0] != '"' {
		return json.Unmarshal(text, (*[]string)(v))
	}
	*v = make(values, 1)
	return json.Unmarshal(text, &(*v)[0])
}

// Accepted is what a report that was taken is answered with.
type Accepted struct {
	Reference  string    `json:"reference"` // by which Status asks
	Receipt    Receipt   `json:"receipt"`
	ReceivedAt time.Time `json:"received_at"`
	LeftOut    []string  `json:"left_out,omitempty"` // questions that the other answers do not lead to; they were not kept
	Cut        []string  `json:"cut,omitempty"`      // questions from whose words something that looks like a file was cut out
	Fresh      bool      `json:"-"`                  // false: it had been taken before
}

// A Receipt is one code in all its spellings, for whoever told you.
type Receipt struct {
	Letters string `json:"letters"`
	Digits  string `json:"digits"`
	Words   string `json:"words,omitempty"` // in the report's language, where the country has a list of words
	Note    string `json:"note"`            // what to do with it
}

// Status is how far a report is.
type Status struct {
	Reference  string    `json:"reference"`
	Progress   string    `json:"progress"` // received, being_read, someone_is_working_on_it or finished
	ReceivedAt time.Time `json:"received_at"`
	Since      time.Time `json:"since"`
}

// A Problem is why something was refused (RFC 9457).
type Problem struct {
	Title   string  `json:"title"`
	Status  int     `json:"status"`
	Code    string  `json:"code"` // the same in every language, as in "fault.partner_key_used"
	Detail  string  `json:"detail"`
	Request string  `json:"request"` // what the log of the installation calls the request
	Fields  []Field `json:"fields"`

	after time.Duration // that the installation asks to be left alone
}

// A Field is one wrong part of what was sent.
type Field struct {
	Name   string `json:"name"` // as in "answers.danger"
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Error says what is the matter. It has nothing of what was told.
func (p *Problem) Error() string {
	text := fmt.Sprintf("amparo: %d %s: %s", p.Status, p.Code, p.Detail)
	for _, f := range p.Fields {
		text += fmt.Sprintf(" %s: %s", f.Name, f.Detail)
	}
	return text
}

// passing tells whether it may be different the next time.
func (p *Problem) passing() bool {
	return p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests || p.Status == http.StatusRequestTimeout
}

// errKey says that a key can be none. A header would say another one, or none at all.
var errKey = errors.New("amparo: the key of the report is not of 1 to 200 visible characters of ASCII without double quotes")

var keyShape = regexp.MustCompile(`^[!#-~]{1,200}$`)

// Report hands one report in. Doing it again with the same key and the same words gives the same answer. What the installation refuses is a *Problem.
func (c *Client) Report(ctx context.Context, in Report) (Accepted, error) {
	key := in.Key
	if !keyShape.MatchString(key) {
		return Accepted{}, errKey
	}
	in.Key = ""
	body, err := json.Marshal(in)
	if err != nil {
		return Accepted{}, err
	}
	var out Accepted
	err = c.again(ctx, func() error {
		r, err := c.request(ctx, http.MethodPost, "reports", bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		status, err := c.do(r, &out)
		out.Fresh = status == http.StatusCreated
		return err
	})
	return out, err
}

// Status asks how far a report is. One that is not yours is a *Problem with the status 404.
func (c *Client) Status(ctx context.Context, reference string) (Status, error) {
	var out Status
	err := c.again(ctx, func() error {
		r, err := c.request(ctx, http.MethodGet, "reports/"+url.PathEscape(reference), nil)
		if err != nil {
			return err
		}
		_, err = c.do(r, &out)
		return err
	})
	return out, err
}

// request makes a request with the key.
func (c *Client) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base.String()+"api/v1/"+path, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	if c.Language != "" {
		r.Header.Set("Accept-Language", c.Language)
	}
	return r, nil
}

// longestAnswer bounds what is read of an answer.
const longestAnswer = 1 << 20

// do sends a request and reads the answer into out, or gives the problem.
func (c *Client) do(r *http.Request, out any) (status int, err error) {
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return answer.StatusCode, problem(answer)
	}
	return answer.StatusCode, json.NewDecoder(io.LimitReader(answer.Body, longestAnswer)).Decode(out)
}

// problem reads an answer that is no success. One that is no problem document, as of a proxy, is made one.
func problem(answer *http.Response) error {
	p := &Problem{}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if kind != "application/problem+json" || json.NewDecoder(io.LimitReader(answer.Body, longestAnswer)).Decode(p) != nil {
		*p = Problem{Title: http.StatusText(answer.StatusCode), Detail: "The answer is not one of Amparo; look at what stands between."}
	}
	p.Status = answer.StatusCode
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		p.after = time.Duration(seconds) * time.Second
	}
	return p
}

// again tries until there is an answer that stays, or as often as is allowed.
func (c *Client) again(ctx context.Context, try func() error) (err error) {
	for n := range max(1, c.Attempts) {
		if n > 0 {
			if err := c.pause(ctx, n, err); err != nil {
				return err
			}
		}
		if err = try(); err == nil || ctx.Err() != nil || lasting(err) {
			return err
		}
	}
	return err
}

// pause waits before the nth try after the first, with chance in it, so that many clients do not come back at once. It gives what went wrong
// when there is no more time.
func (c *Client) pause(ctx context.Context, n int, why error) error {
	wait := min(LongestWait, c.Wait<<min(n-1, 16))
	wait = wait/2 + rand.N(wait/2+1)
	var p *Problem
	if errors.As(why, &p) {
		wait = max(wait, min(p.after, LongestWait))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errors.Join(ctx.Err(), why)
	}
}
