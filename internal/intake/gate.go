package intake

import (
	"context"
	"time"

	"amparo/internal/fault"
)

// How many of a kind are let through at once, and how long one waits. The database takes one writer at a time, so that whoever stands
// before it stands behind all who came earlier: by holding new reports back out here, no more than a few ever stand before a returning person.
const (
	reportsAtOnce = 4                // new reports; what returning people do is never held back
	guessesAtOnce = 8                // answers to receipts that nothing is behind
	longestTurn   = 45 * time.Second // that a report waits for its turn, within the time that a request has
	guessPause    = 300 * time.Millisecond
	longestGuess  = 5 * time.Second
)

// A gate lets so many through at once as it has places. The others wait in front of it.
type gate chan struct{}

// pass waits for a place, and gives it back when leave is called. Whoever waited for longest, or whose ctx has ended, is turned away.
func (g gate) pass(ctx context.Context, longest time.Duration) (leave func(), err error) {
	wait := time.NewTimer(longest)
	defer wait.Stop()
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	case <-ctx.Done():
	case <-wait.C:
	}
	return nil, fault.New(fault.Unavailable, fault.CodeUnavailable)
}

// Mistyped slows the answer to a receipt that nothing is behind, so that guessing in masses costs time. Those who guess wait for each
// other; whoever has a receipt never comes here.
func (r *Room) Mistyped(ctx context.Context) {
	leave, err := r.guesses.pass(ctx, longestGuess)
	if err != nil {
		return
	}
	defer leave()
	select {
	case <-time.After(guessPause):
	case <-ctx.Done():
	}
}
