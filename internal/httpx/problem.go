package httpx

import (
	"encoding/json"
	"net/http"
	"strings"

	"amparo/internal/fault"
)

// A Problem is an error as a problem document (RFC 9457). Its type is about:blank: the code tells the rest.
type Problem struct {
	Type    string         `json:"type"`             // always "about:blank"
	Title   string         `json:"title"`            // the name of the status
	Status  int            `json:"status"`           // the HTTP status
	Detail  string         `json:"detail,omitempty"` // what happened and what to do, in the reader's language
	Code    fault.Code     `json:"code"`             // the code of the fault
	Request RequestID      `json:"request"`          // the id that the log has
	Fields  []ProblemField `json:"fields,omitempty"` // what is wrong in the input
}

// A ProblemField is one wrong field of the input.
type ProblemField struct {
	Name   string     `json:"name"`
	Code   fault.Code `json:"code"`
	Detail string     `json:"detail,omitempty"` // what is wrong with it, in the reader's language
}

// ProblemOf gives the public face of an error as a document, without any Detail. Causes and parameters stay out of it.
func ProblemOf(err error, id RequestID) Problem {
	status := StatusOf(err)
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: fault.CodeOf(err), Request: id}
	for _, f := range fault.Fields(err) {
		p.Fields = append(p.Fields, ProblemField{Name: f.Name, Code: f.Code})
	}
	return p
}

// Problem gives the document for an error, with all that Say and SayField have words for.
func (a Adapter) Problem(r *http.Request, err error) Problem {
	p := ProblemOf(err, ID(r.Context()))
	p.Status = a.statusOf(err)
	p.Title = http.StatusText(p.Status)
	if a.Say != nil {
		p.Detail = a.Say(r, err)
	}
	if a.SayField != nil {
		for i, f := range fault.Fields(err) {
			p.Fields[i].Detail = a.SayField(r, f)
		}
	}
	return p
}

// Write sends the document with its status.
func (p Problem) Write(w http.ResponseWriter) { writeJSON(w, "application/problem+json", p.Status, p) }

// WantsJSON tells whether the client asks for JSON and not for a page.
func WantsJSON(r *http.Request) bool {
	accept := strings.ToLower(r.Header.Get("Accept"))
	return !strings.Contains(accept, "text/html") &&
		(strings.Contains(accept, "application/json") || strings.Contains(accept, "application/problem+json"))
}

// writeJSON sends v, which always can be marshalled. A client that has gone is nothing to act upon.
func writeJSON(w http.ResponseWriter, kind string, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{}`)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
}
