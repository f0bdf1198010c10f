package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/lang"
	"amparo/internal/submission"
)

// How a stream is taken.
const (
	groupSize = 64                   // reports of one transaction, at most
	groupWait = 3 * time.Millisecond // that a transaction waits for more of them
)

// patience is how long a client is waited for.
type patience struct {
	line time.Duration // that it has to send its next line
	read time.Duration // that it has to read what it is answered
}

// patient is what a client is given; a line on a bad network has as long as a form.
var patient = patience{line: httpx.ReadTime, read: 30 * time.Second}

// A sent line is one report of a stream, as far as it was read.
type sent struct {
	number   int
	key      string
	language string
	ready    submission.Ready
	wrong    error // why it cannot be taken
}

// result is what one line is answered with.
type result struct {
	Line    int            `json:"line"`
	Key     string         `json:"idempotency_key,omitempty"`
	Status  int            `json:"status"`
	Report  *accepted      `json:"report,omitempty"`
	Problem *httpx.Problem `json:"problem,omitempty"`
}

// A stream is one request for many reports.
type stream struct {
	*API
	r       *http.Request
	w       http.ResponseWriter
	control *http.ResponseController
	partner access.Actor
	words   lang.Printer
	failed  error // the first failure of ours among the lines, for the log
}

// takeMany takes reports line by line, and answers line by line.
func (a *API) takeMany(w http.ResponseWriter, r *http.Request, partner access.Actor) error {
	if err := sentAs(r, "application/x-ndjson"); err != nil {
		return err
	}
	s := &stream{API: a, r: r, w: w, control: http.NewResponseController(w), partner: partner, words: a.words(r)}
	_ = s.control.EnableFullDuplex() // HTTP/2 has no need of it
	if err := s.begin(); err != nil {
		return err
	}
	ctx, end := context.WithCancel(context.WithoutCancel(r.Context())) // what was read of a stream that is cut is taken all the same
	defer end()
	defer context.AfterFunc(a.stopping, s.hurry)()
	coming, read := make(chan sent, groupSize), make(chan error, 1)
	go func() { defer close(coming); read <- s.read(ctx, coming) }()
	err := s.answerAll(ctx, coming)
	if err != nil {
		end()
		s.hurry()
	}
	cut := <-read
	if err != nil || s.failed != nil {
		return errors.Join(err, s.failed)
	}
	return cut
}

// begin sends the head of the answer, so that the client knows before its first line that it is listened to.
func (s *stream) begin() error {
	s.w.Header().Set("Content-Type", "application/x-ndjson")
	s.w.WriteHeader(http.StatusOK)
	return s.control.Flush()
}

// hurry lets whoever reads the stream wait no longer.
func (s *stream) hurry() { _ = s.control.SetReadDeadline(time.Now()) }

// read reads lines until the stream ends, is cut, or is no longer wanted.
func (s *stream) read(ctx context.Context, to chan<- sent) error {
	from := newLines(s.r.Body, LongestReport)
	var extended time.Time
	for number := 1; ctx.Err() == nil && s.stopping.Err() == nil; number++ {
		if now := time.Now(); now.Sub(extended) > time.Second {
			extended = now
			if err := s.control.SetReadDeadline(now.Add(s.patience.line)); err != nil {
				return err
			}
			if s.stopping.Err() != nil { // it began between the two
				s.hurry()
			}
		}
		line, long, err := from.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && (ctx.Err() != nil || s.stopping.Err() != nil):
			return nil
		case err != nil:
			return fault.New(fault.Invalid, "fault.stream_cut")
		case len(bytes.TrimSpace(line)) == 0 && !long:
			continue
		}
		select {
		case to <- s.look(number, line, long):
		case <-ctx.Done():
		}
	}
	return nil
}

// look makes of a line what can be taken, or says why it cannot.
func (s *stream) look(number int, line []byte, long bool) sent {
	out := sent{number: number}
	if long {
		out.wrong = fault.New(fault.Invalid, httpx.CodeTooLarge, "Max", LongestReport>>10)
		return out
	}
	in, err := decode(line, true)
	out.key, out.language = clip(in.Key), in.Language
	if out.wrong = err; err == nil {
		out.ready, out.wrong = s.Submission.Ready(s.partner, in)
	}
	return out
}

// answerAll takes what comes, as many at once as are there, and answers when they are on the disk.
func (s *stream) answerAll(ctx context.Context, coming <-chan sent) error {
	for {
		group, more := gather(coming)
		if len(group) > 0 {
			if err := s.answerGroup(ctx, group); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// gather waits for a line, and a little for more of them.
func gather(coming <-chan sent) (group []sent, more bool) {
	first, more := <-coming
	if !more {
		return nil, false
	}
	group = append(group, first)
	timer := time.NewTimer(groupWait)
	defer timer.Stop()
	for len(group) < groupSize {
		select {
		case next, more := <-coming:
			if !more {
				return group, false
			}
			group = append(group, next)
		case <-timer.C:
			return group, true
		}
	}
	return group, true
}

// answerGroup takes the lines that can be taken in one transaction, and answers every line.
func (s *stream) answerGroup(ctx context.Context, group []sent) error {
	var list []submission.Ready
	for _, one := range group {
		if one.wrong == nil {
			list = append(list, one.ready)
		}
	}
	var taken []submission.Taken
	if len(list) > 0 {
		taken = s.Submission.Take(ctx, s.partner, list)
	}
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	for _, one := range group {
		var t submission.Taken
		if one.wrong == nil {
			t, taken = taken[0], taken[1:]
		}
		if err := out.Encode(s.result(one, t)); err != nil {
			return err
		}
	}
	if err := s.control.SetWriteDeadline(time.Now().Add(s.patience.read)); err != nil {
		return err
	}
	if _, err := s.w.Write(text.Bytes()); err != nil {
		return err
	}
	return s.control.Flush()
}

// result is the answer to one line.
func (s *stream) result(one sent, t submission.Taken) result {
	out := result{Line: one.number, Key: one.key}
	if one.wrong == nil {
		one.wrong = t.Err
	}
	if one.wrong == nil {
		told := s.accepted(s.words, one.language, t)
		out.Status, out.Report = statusOf(t), &told
		return out
	}
	p := s.adapter.Problem(s.r, one.wrong)
	if s.failed == nil && p.Status >= http.StatusInternalServerError {
		s.failed = one.wrong
	}
	out.Status, out.Problem = p.Status, &p
	return out
}
