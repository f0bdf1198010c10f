package httpx

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"amparo/internal/fault"
)

// formType is the only kind of body that a person's form may have.
const formType = "application/x-www-form-urlencoded"

// Limit refuses a body of more than max bytes with fault.too_large: at once when its length is declared, otherwise as soon
// as the handler has read that far and gives back the error of reading.
func Limit(max int64, h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.ContentLength > max {
			return tooLarge(max)
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, max)
		}
		err := h(w, r)
		if over := new(http.MaxBytesError); errors.As(err, &over) {
			return tooLarge(max)
		}
		return err
	}
}

func tooLarge(max int64) error {
	return fault.New(fault.Invalid, CodeTooLarge, "Max", int((max+1023)/1024))
}

// RefuseFiles refuses every request with a body that is not a plain form, with fault.file_refused and before a byte of the
// body is read. Pictures, videos and files come as other types, and none is ever taken.
func RefuseFiles(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if carries(r) && !isForm(r) {
			return fault.New(fault.Invalid, CodeFileRefused)
		}
		return h(w, r)
	}
}

// carries tells whether the request has a body, or is of the method that posts forms.
func carries(r *http.Request) bool {
	return r.Method == http.MethodPost || r.ContentLength != 0
}

func isForm(r *http.Request) bool {
	kinds := r.Header.Values("Content-Type")
	if len(kinds) == 0 && r.ContentLength == 0 {
		return true // a form without any field
	}
	if len(kinds) != 1 || r.Header.Get("Content-Encoding") != "" {
		return false
	}
	kind, _, err := mime.ParseMediaType(kinds[0])
	return err == nil && kind == formType
}

// ParseForm reads a form of at most max bytes into r.PostForm and r.Form; the URL's query is left out of both. Values are
// made valid UTF-8 without NUL, and line ends become "\n". It gives fault.file_refused for any other kind of body,
// fault.too_large beyond max, and fault.form_broken when the form cannot be read. What it read never reaches the log.
func ParseForm(r *http.Request, max int64) error {
	if carries(r) && !isForm(r) {
		return fault.New(fault.Invalid, CodeFileRefused)
	}
	if r.ContentLength > max {
		return tooLarge(max)
	}
	form := url.Values{}
	if r.Body != nil {
		raw, err := io.ReadAll(io.LimitReader(r.Body, max+1))
		if over := new(http.MaxBytesError); errors.As(err, &over) {
			return tooLarge(over.Limit)
		}
		if err != nil {
			return fault.Wrap(err, fault.Invalid, CodeFormBroken)
		}
		if int64(len(raw)) > max {
			return tooLarge(max)
		}
		if form, err = url.ParseQuery(string(raw)); err != nil {
			return fault.Wrap(errors.New("the form is not encoded as forms are"), fault.Invalid, CodeFormBroken)
		}
	}
	r.PostForm, r.Form = tidy(form), url.Values{}
	for name, values := range r.PostForm {
		r.Form[name] = values
		Conceal(r.Context(), values...)
	}
	return nil
}

// tidy makes every name and value storable on both engines.
func tidy(form url.Values) url.Values {
	clean := make(url.Values, len(form))
	for name, values := range form {
		name = mend(name)
		for _, v := range values {
			clean[name] = append(clean[name], mend(v))
		}
	}
	return clean
}

var mender = strings.NewReplacer("\x00", "", "\r\n", "\n", "\r", "\n")

// mend gives a text that is in order back as it is: most are, and the longest, a sealed state, always.
func mend(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !strings.ContainsRune(text, 0) && !strings.ContainsRune(text, '\r') {
		return text
	}
	return mender.Replace(text)
}

// What is thrown away after a refusal, at most: a phone goes on sending its video for a while before it reads the answer.
const (
	drainBytes = 32 << 20
	drainTime  = 20 * time.Second
)

// drain sends the answer off and then throws away what still arrives, so that the client lives to read the answer: a
// connection that is closed over unread bytes is reset, and the answer is lost. Nothing is kept. A client that waits for
// leave to send (Expect: 100-continue) has sent nothing.
func drain(w http.ResponseWriter, r *http.Request, body io.Reader) {
	control := http.NewResponseController(w)
	if control.Flush() != nil || body == nil || r.ContentLength == 0 || r.Header.Get("Expect") != "" {
		return
	}
	if control.SetReadDeadline(time.Now().Add(drainTime)) != nil {
		return
	}
	var scratch [4096]byte
	defer clear(scratch[:])
	for left := drainBytes; left > 0; {
		n, err := body.Read(scratch[:])
		if left -= n; err != nil {
			return
		}
	}
}
