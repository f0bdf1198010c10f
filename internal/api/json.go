package api

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"amparo/internal/fault"
	"amparo/internal/submission"
)

// codeJSON says that what came is JSON, and not of the members that the document names; the fields say which.
const codeJSON fault.Code = "fault.json_members"

// codeType says that the body is of another type than the one that is taken.
const codeType fault.Code = "fault.json_type"

// codeCut says that the body did not come to its end.
const codeCut fault.Code = "fault.body_cut"

// errBroken says that what came is no JSON object.
var errBroken = fault.New(fault.Invalid, "fault.json_broken")

// sentAs refuses a body of another type, and one that is packed, before a byte of it is read.
func sentAs(r *http.Request, kind string) error {
	got, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err != nil || got != kind || charset != "" && charset != "utf-8" || len(r.Header.Values("Content-Type")) != 1 || r.Header.Get("Content-Encoding") != "" {
		return fault.New(fault.Invalid, codeType, "Type", kind)
	}
	return nil
}

// decode reads a report from exactly one JSON object. Members that the document does not name, that come twice or that are of another sort are
// refused, up to mostWrong at once. keyed tells whether the idempotency key is one of the members. What can be read is given in any case.
func decode(raw []byte, keyed bool) (in submission.Report, err error) {
	wrong := fault.New(fault.Invalid, codeJSON)
	ok := members(raw, "", wrong, func(name string, value json.RawMessage) fault.Code {
		switch {
		case name == "instrument":
			return text(value, &in.Instrument)
		case name == "language":
			return text(value, &in.Language)
		case name == "channel":
			return text(value, (*string)(&in.Channel))
		case name == "idempotency_key" && keyed:
			return text(value, &in.Key)
		case name != "answers":
			return "fault.json_unknown"
		}
		in.Answers = map[string][]string{}
		object := members(value, "answers.", wrong, func(id string, value json.RawMessage) (code fault.Code) {
			in.Answers[id], code = texts(value)
			return code
		})
		if !object {
			return "fault.json_shape"
		}
		return ""
	})
	switch {
	case !ok:
		return in, errBroken
	case wrong.Wrong():
		return in, wrong
	case in.Answers == nil:
		return in, wrong.With("answers", "fault.json_missing")
	}
	return in, nil
}

// members reads one JSON object and calls each for every member; what it gives back is wrong with that member. ok is false when raw is anything else.
func members(raw []byte, prefix string, wrong *fault.Error, each func(name string, value json.RawMessage) fault.Code) (ok bool) {
	if !utf8.Valid(raw) || !json.Valid(raw) || bytes.TrimLeft(raw, " \t\r\n")[0] != '{' {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return false
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return false
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return false
		}
		if code := once(seen, name.(string), value, each); code != "" && len(fault.Fields(wrong)) < mostWrong {
			wrong.With(prefix+clip(name.(string)), code)
		}
	}
	return true
}

// once calls each unless there was a member of that name before.
func once(seen map[string]bool, name string, value json.RawMessage, each func(name string, value json.RawMessage) fault.Code) fault.Code {
	if seen[name] {
		return "fault.json_twice"
	}
	seen[name] = true
	return each(name, value)
}

// text reads a text.
func text(value json.RawMessage, into *string) fault.Code {
	if value[0] != '"' || json.Unmarshal(value, into) != nil {
		return "fault.json_shape"
	}
	return ""
}

// texts reads a text, or a list of texts.
func texts(value json.RawMessage) (list []string, wrong fault.Code) {
	if value[0] != '[' {
		list = make([]string, 1)
		return list, text(value, &list[0])
	}
	var items []json.RawMessage
	if err := json.Unmarshal(value, &items); err != nil {
		return nil, "fault.json_shape"
	}
	list = make([]string, len(items))
	for i, item := range items {
		if wrong = text(item, &list[i]); wrong != "" {
			return nil, wrong
		}
	}
	return list, ""
}

// What is told back of what the document does not have.
const (
	mostWrong   = 20 // members
	longestName = 60 // characters of a name
)

// clip shortens a name that somebody made up.
func clip(name string) string {
	if utf8.RuneCountInString(name) <= longestName {
		return name
	}
	return string([]rune(name)[:longestName]) + "…"
}
