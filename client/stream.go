package client

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"time"
)

// How a stream is sent.
const (
	window   = 256              // reports that are on the way without an answer, at most
	stuck    = 5 * time.Second  // without any room in the window: something between holds answers back until all is sent
	keepOpen = 20 * time.Second // without a report: an empty line says that more will come
)

// A Result is what became of one report of a stream: it was taken, or Err says why not.
type Result struct {
	Report Report
	Accepted
	Err error // a *Problem when the installation refuses it
}

// Stream hands in reports as they come, many at once, and gives the result of each. Results come in the order of the reports, but for those that
// are tried again. When the channel is closed and all have their results it ends.
//
// After a failure what has no answer is sent again with the same keys. Where an answer is to the line of a report and has another key, the Err of that
// report alone says so: it may have been taken. When there was no answer at all to as many tries as Client.Attempts it gives up: each
// report that was read from the channel then has a Result with what went wrong, and no more are read. So it is when ctx ends, and when the key is refused.
// Whoever stops to take results may have reports on the way: their results are not known, and handing them in again does no harm.
func (c *Client) Stream(ctx context.Context, reports <-chan Report) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		f := &flow{client: c, from: reports, room: make(chan struct{}, window), yield: yield}
		for tries := 0; ; {
			before := f.answered
			why := f.round(ctx)
			idle := why == nil && len(f.again) == 0
			quiet := f.listened && len(f.again) == 0 // whatever ended it has nothing to do with a report
			switch {
			case f.stopped, f.ended && len(f.again) == 0:
				return
			case f.answered > before:
				tries = 0
			case !idle && !quiet:
				tries++
			}
			if idle && f.answered > before {
				continue // the round ended to let answers through
			}
			if err := ctx.Err(); err != nil || lasting(why) || tries >= max(1, c.Attempts) {
				f.giveUp(ctx, cmp.Or(errors.Join(err, why), errUnanswered))
				return
			}
			if err := c.pause(ctx, max(1, tries), why); err != nil {
				f.giveUp(ctx, err)
				return
			}
		}
	}
}

// errUnanswered says that the installation ended the stream before it had answered.
var errUnanswered = errors.New("amparo: the installation has ended the stream without an answer")

// lasting tells whether trying again would be answered the same.
func lasting(err error) bool {
	var p *Problem
	return errors.As(err, &p) && !p.passing()
}

// A flow is one stream over as many requests as it takes.
type flow struct {
	client   *Client
	from     <-chan Report
	room     chan struct{} // has one for each report that was read and has no result
	again    []Report      // these have none, and go first in the next round
	answered int
	listened bool // in the last round the installation had begun to answer
	ended    bool // the channel is closed
	stopped  bool // nobody takes results any more
	yield    func(Result) bool
}

// A line is a report as it was sent.
type line struct {
	Report
	number int // in its round, from 1; 0 when it was not sent in it
}

// giveUp gives every report without a result what went wrong. Where there is none yet, the next one that comes tells of it.
func (f *flow) giveUp(ctx context.Context, why error) {
	if len(f.again) == 0 {
		select {
		case one, open := <-f.from:
			if open {
				f.again = append(f.again, one)
			}
		case <-ctx.Done():
		}
	}
	for _, r := range f.again {
		if !f.yield(Result{Report: r, Err: why}) {
			return
		}
	}
}

// A round is one request: what is sent, and what of it has no answer yet.
type round struct {
	*flow
	first []Report
	body  *io.PipeWriter
	sent  chan line     // in order
	lines int           // that were written, the empty ones as well; of send alone
	end   chan struct{} // closed when no more is to be sent
}

// round sends what is to be sent again and then what comes, and gives results, until one side ends. What has no result is in again afterwards.
func (f *flow) round(ctx context.Context) error {
	from, to := io.Pipe()
	r := &round{flow: f, first: f.again, body: to, sent: make(chan line, window), end: make(chan struct{})}
	f.again, f.listened = nil, false
	ended := make(chan bool, 1)
	go func() { ended <- r.send() }()
	err := r.receive(ctx, from)
	_ = from.CloseWithError(io.ErrClosedPipe)
	select {
	case <-r.end:
	default:
		close(r.end)
	}
	f.ended = <-ended || f.ended
	for one := range r.sent {
		f.again = append(f.again, one.Report)
	}
	return err
}

// send writes lines. It tells whether the channel is closed.
func (r *round) send() (closed bool) {
	defer close(r.sent)
	defer r.body.Close()
	for i, one := range r.first {
		if r.write(one) != nil {
			for _, left := range r.first[i+1:] {
				r.sent <- line{Report: left}
			}
			return false
		}
	}
	for {
		select {
		case r.room <- struct{}{}:
		case <-r.end:
			return false
		case <-time.After(stuck):
			return false
		}
		one, more, closed := r.next()
		if !more {
			<-r.room
			return closed
		}
		if r.write(one) != nil {
			return false
		}
	}
}

// next waits for a report. more is false when there is none to be sent in this round.
func (r *round) next() (one Report, more, closed bool) {
	tick := time.NewTicker(keepOpen)
	defer tick.Stop()
	for {
		select {
		case one, open := <-r.from:
			return one, open, !open
		case <-r.end:
			return one, false, false
		case <-tick.C:
			if r.writeLine(nil) != nil {
				return one, false, false
			}
		}
	}
}

// write sends one report.
func (r *round) write(one Report) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	r.sent <- line{one, r.lines + 1}
	return r.writeLine(text)
}

// writeLine writes a line, which may be empty.
func (r *round) writeLine(text []byte) error {
	r.lines++
	_, err := r.body.Write(append(text, '\n'))
	return err
}

// answer is one line of what comes back.
type answer struct {
	Line    int       `json:"line"`
	Key     string    `json:"idempotency_key"`
	Status  int       `json:"status"`
	Report  *Accepted `json:"report"`
	Problem *Problem  `json:"problem"`
}

// receive reads answers and gives results, until there are no more.
func (r *round) receive(ctx context.Context, body io.Reader) error {
	request, err := r.client.request(ctx, http.MethodPost, "reports/stream", body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	got, err := r.client.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return problem(got)
	}
	r.listened = true
	var why error
	for lines := bufio.NewReader(got.Body); ; {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return why
		}
		var a answer
		if err == nil {
			err = json.Unmarshal(text, &a)
		}
		if err != nil {
			return err
		}
		if failed := r.take(a); failed != nil {
			why = failed
		}
		if r.stopped {
			return nil
		}
	}
}

// errAstray says that an answer is to no report that was sent.
var errAstray = errors.New("amparo: the answers do not fit what was sent")

// errOtherKey says that a line was answered by another key.
func errOtherKey(number int) error {
	return fmt.Errorf("amparo: the answer to line %d has another key than the report; it may have been taken: hand it in again alone", number)
}

// take gives the result of the next report that has none. One that failed for a while is kept for the next round, and this one comes to its end.
func (r *round) take(a answer) error {
	var one line
	select {
	case next, open := <-r.sent: // it was put there before it was sent
		if !open {
			return errAstray
		}
		one = next
	default:
		return errAstray
	}
	switch {
	case a.Report == nil && a.Problem == nil, a.Line != one.number:
		r.again = append(r.again, one.Report)
		return errAstray
	case a.Key != "" && a.Key != one.Key:
		r.give(Result{Report: one.Report, Err: errOtherKey(a.Line)})
		return nil
	case a.Problem != nil && a.Problem.passing():
		r.again = append(r.again, one.Report)
		select {
		case <-r.end:
		default:
			close(r.end)
		}
		return a.Problem
	}
	out := Result{Report: one.Report}
	if a.Report != nil {
		out.Accepted = *a.Report
		out.Fresh = a.Status == http.StatusCreated
	} else {
		out.Err = a.Problem
	}
	r.give(out)
	return nil
}

// give gives a result, and makes room for another report.
func (r *round) give(out Result) {
	r.answered++
	<-r.room
	r.stopped = !r.yield(out)
}
