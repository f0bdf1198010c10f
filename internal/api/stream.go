package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
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
	// mostStreams are open for one partner at once, in each process. A stream costs memory and a place among those who write, and one is as fast as many.
	mostStreams = 8
)

// enter takes a place among a partner's streams. fault.TooMany "fault.streams_many" says that there is none.
func (a *API) enter(partner string) (leave func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.streams[partner] >= mostStreams {
		return nil, fault.New(fault.TooMany, "fault.streams_many", "Minutes", 1)
	}
	a.streams[partner]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.streams[partner]--; a.streams[partner] == 0 {
			delete(a.streams, partner)
		}
	}, nil
}

// patience is how long a client is waited for.
type patience struct {
	line time.Duration // that it has to send its next line
	read time.Duration // that it has to read what it is answered
	stop time.Duration // that it has to read it once the program stops
	key  time.Duration // after which its key is looked at again
}

// patient is what a client is given; a line on a bad network has as long as a form. A program that stops has httpx.StopTime for everything.
var patient = patience{line: httpx.ReadTime, read: 30 * time.Second, stop: 5 * time.Second, key: 2 * time.Second}

// A sent line is one report of a stream, as far as it was read.
type sent struct {
	number   int
	blank    bool // nothing stands in it; it is sent so that the key is looked at, and answered only when that opens nothing any more
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
	key     string    // that the client has shown
	looked  time.Time // when it was looked at
	words   lang.Printer
	failed  error // the first failure of ours among the lines, for the log
}

// takeMany takes reports line by line, and answers line by line.
func (a *API) takeMany(w http.ResponseWriter, r *http.Request, partner access.Actor) error {
	if err := sentAs(r, "application/x-ndjson"); err != nil {
		return err
	}
	leave, err := a.enter(partner.ID)
	if err != nil {
		closing(w, r)
		return err
	}
	defer leave()
	s := &stream{API: a, r: r, w: w, control: http.NewResponseController(w), partner: partner, key: bearer(r), looked: time.Now(), words: a.words(r)}
	if err := s.begin(); err != nil {
		return err
	}
	defer func() { _ = s.limit() }()                                   // for the end of the answer
	ctx, end := context.WithCancel(context.WithoutCancel(r.Context())) // what was read of a stream that is cut is taken all the same
	defer end()
	defer s.whileOpen(s.stop)()
	coming, read := make(chan sent, groupSize), make(chan error, 1)
	go func() { defer close(coming); read <- s.read(ctx, coming) }()
	err = s.answerAll(ctx, coming)
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
	return s.write(nil)
}

// whileOpen calls f when the program stops. When what it gives back has returned, f is not called and does not run any more: the connection is another's.
func (s *stream) whileOpen(f func()) (end func()) {
	called := make(chan struct{})
	cancel := context.AfterFunc(s.stopping, func() { defer close(called); f() })
	return func() {
		if !cancel() {
			<-called
		}
	}
}

// hurry lets whoever reads the stream wait no longer.
func (s *stream) hurry() { _ = s.control.SetReadDeadline(time.Now()) }

// limit bounds what is being written to a client that does not read.
func (s *stream) limit() error {
	wait := s.patience.read
	if s.stopping.Err() != nil {
		wait = min(wait, s.patience.stop)
	}
	return s.control.SetWriteDeadline(time.Now().Add(wait))
}

// stop hurries everything when the program does.
func (s *stream) stop() {
	s.hurry()
	_ = s.limit()
}

// read reads lines until the stream ends, is cut, or is no longer wanted.
func (s *stream) read(ctx context.Context, to chan<- sent) error {
	from := newLines(s.r.Body, LongestReport)
	var extended time.Time
	ended := func() bool { return ctx.Err() != nil || s.stopping.Err() != nil }
	for number := 1; !ended(); number++ {
		if now := time.Now(); now.Sub(extended) > time.Second {
			extended = now
			if err := s.control.SetReadDeadline(now.Add(s.patience.line)); err != nil {
				return err
			}
			if ended() { // between the two
				s.hurry()
			}
		}
		line, long, err := from.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && ended():
			return nil
		case err != nil:
			return errCut
		}
		select {
		case to <- s.look(number, line, long):
		case <-ctx.Done():
		}
	}
	return nil
}

// errCut says that one of the two sides ended in the middle.
var errCut = fault.New(fault.Invalid, "fault.stream_cut")

// look makes of a line what can be taken, or says why it cannot. A failure of ours is that of its line alone.
func (s *stream) look(number int, line []byte, long bool) (out sent) {
	out.number = number
	if out.blank = len(bytes.TrimSpace(line)) == 0 && !long; out.blank {
		return out
	}
	defer func() {
		if what := recover(); what != nil {
			out.wrong = panicked(what)
		}
	}()
	if long {
		out.wrong = fault.New(fault.Invalid, httpx.CodeTooLarge, "Max", LongestReport>>10)
		return out
	}
	in, err := decode(line, true)
	if out.language = in.Language; submission.KeyFits(in.Key) {
		out.key = in.Key
	}
	if out.wrong = err; err == nil {
		out.ready, out.wrong = s.Submission.Ready(s.partner, in)
	}
	return out
}

// panicked makes an error of a panic. What was said it tells only when the Go runtime said it: anything else may quote a line.
func panicked(what any) error {
	said := fmt.Sprintf("panic of %T", what)
	if e, ok := what.(runtime.Error); ok {
		said = "panic: " + e.Error()
	}
	return fault.Wrap(fmt.Errorf("%s\n%s", said, debug.Stack()), fault.Internal, fault.CodeInternal)
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

// answerGroup takes the lines that can be taken in one transaction, and answers every line. A key that opens nothing any more takes none, and ends the stream.
func (s *stream) answerGroup(ctx context.Context, group []sent) error {
	ctx, stop := context.WithTimeout(ctx, httpx.AnswerTime) // as for whoever asks once; what is not taken then is answered so
	defer stop()
	refused := s.lookAgain(ctx)
	kind := fault.KindOf(refused)
	ends := kind == fault.Unauthenticated || kind == fault.TooMany
	var list []submission.Ready
	for i := range group {
		if refused != nil && (ends || !group[i].blank) {
			group[i].wrong = refused
		}
		if group[i].wrong == nil && !group[i].blank {
			list = append(list, group[i].ready)
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
		if one.wrong == nil && one.blank {
			continue
		}
		if one.wrong == nil {
			t, taken = taken[0], taken[1:]
		}
		if err := out.Encode(s.result(one, t)); err != nil {
			return err
		}
	}
	if text.Len() > 0 {
		if err := s.write(text.Bytes()); err != nil {
			return err
		}
	}
	if ends {
		return refused
	}
	return nil
}

// lookAgain looks at the key again, unless it did so a moment ago: it may have ended, or have been revoked.
func (s *stream) lookAgain(ctx context.Context) error {
	if time.Since(s.looked) < s.patience.key {
		return nil
	}
	if _, err := s.partnerOf(ctx, s.key); err != nil {
		return err
	}
	s.looked = time.Now()
	return nil
}

// write sends what there is. The client has its time to read it, and after that all the time that it likes to send its next line.
func (s *stream) write(text []byte) error {
	if err := s.limit(); err != nil {
		return err
	}
	if s.stopping.Err() != nil { // it began between the two
		_ = s.limit()
	}
	if _, err := s.w.Write(text); err != nil {
		return errCut
	}
	if err := s.control.Flush(); err != nil {
		return errCut
	}
	return s.control.SetWriteDeadline(time.Time{})
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
