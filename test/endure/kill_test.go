package endure

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"amparo/test/visitor"
)

const (
	reporters = 8                      // at once, while the program is killed
	shortLife = 150 * time.Millisecond // the program is killed so soon after it is ready, at the earliest
	longLife  = 1200 * time.Millisecond
)

// kills is how often the program is killed on each engine.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("AMPARO_ENDURE_KILLS")
	if text == "" {
		return 8
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A reporter reports again and again, and adds a message to each mailbox. When the program is gone the form stays at hand,
// as in a browser, and is sent once more when the program is back.
type reporter struct {
	p        *place
	form     url.Values           // to be sent; nil asks for the first page
	receipts []string             // that were shown
	added    []string             // receipts of the mailboxes to which a message was taken
	open     string               // the receipt of the mailbox that is open
	opened   int                  // of receipts, how many were tried again
	taken    atomic.Int64         // how many of both there are
	refused  func(p visitor.Page) // hears of what was not taken, after which the same is sent again; nil takes no refusal
}

// work goes on until the program is gone or, once leave is done, nothing is half sent.
func (r *reporter) work(leave context.Context) {
	v := visitor.New(r.p.now.Public)
	defer v.Close()
	for r.form != nil || leave.Err() == nil {
		var p visitor.Page
		var err error
		if r.form == nil {
			p, err = v.First(r.p.Context())
		} else {
			p, err = v.Post(r.p.Context(), r.form)
		}
		if err != nil {
			return // killed
		}
		if p.Status == http.StatusServiceUnavailable && r.refused != nil {
			r.refused(p)
			continue
		}
		if p.Status != http.StatusOK {
			r.p.Errorf("status %d after the step %q", p.Status, r.form.Get("step"))
			return
		}
		r.next(p)
	}
}

// next takes note of what the page acknowledges and chooses the form to send next.
func (r *reporter) next(p visitor.Page) {
	sent := r.form.Get("step")
	switch {
	case p.Receipt != "" && sent == "check":
		r.receipts = append(r.receipts, p.Receipt)
		r.taken.Add(1)
		r.open = p.Receipt
		r.form = p.Fill(p.Receipt)
	case sent == "kept":
		r.form = url.Values{"step": {"open"}, "code": {r.open}}
	case sent == "add":
		r.added = append(r.added, r.open)
		r.taken.Add(1)
		r.form = nil
	default:
		r.form = p.Fill(plainWords)
		if r.form.Get("step") == "start" {
			r.form.Set("way", "worried")
		}
	}
}

// holdMailboxes opens the mailboxes of all receipts that were shown since it was last called.
func (r *reporter) holdMailboxes() {
	r.p.Helper()
	v := r.p.at()
	for ; r.opened < len(r.receipts); r.opened++ {
		if _, err := v.Mailbox(r.p.Context(), r.receipts[r.opened]); err != nil {
			r.p.Errorf("after a kill an acknowledged receipt opens no mailbox: %v", err)
		}
	}
}

// TestKilledUnderLoad kills the program many times while people report. Whatever was acknowledged is there, once; what was
// not acknowledged is sent again and is one report; nothing is half there; and the audit log verifies every time.
func TestKilledUnderLoad(t *testing.T) {
	each(t, func(p *place) {
		all := make([]*reporter, reporters)
		for i := range all {
			all[i] = &reporter{p: p}
		}
		for range kills(p.T) {
			p.loadAndKill(all)
			p.start()
			p.holdAudit()
			p.holdWhole()
			for _, r := range all {
				r.holdMailboxes()
			}
		}
		done, leave := context.WithCancel(p.Context())
		leave()
		together(reporters, func(i int) { all[i].work(done) })
		p.holdAll(all)
	})
}

// loadAndKill lets all work for a while and kills the program under their hands.
func (p *place) loadAndKill(all []*reporter) {
	p.Helper()
	life := shortLife + rand.N(longLife-shortLife)
	dead := make(chan error, 1)
	go func() {
		time.Sleep(life)
		dead <- p.now.Kill()
	}()
	together(len(all), func(i int) { all[i].work(p.Context()) })
	if err := <-dead; err != nil {
		p.Fatal(err)
	}
}

// holdAll checks what all reporters were told against the desk.
func (p *place) holdAll(all []*reporter) {
	p.Helper()
	var receipts, added []string
	for _, r := range all {
		r.holdMailboxes()
		receipts, added = append(receipts, r.receipts...), append(added, r.added...)
	}
	p.holdDesk(receipts)
	matters := p.matters()
	for _, receipt := range added {
		if m := matters[p.lookup(receipt)]; m.messages != 1 {
			p.Errorf("a message that was acknowledged is there %d times", m.messages)
		}
	}
	p.holdAudit()
	p.Logf("%d reports and %d messages were acknowledged", len(receipts), len(added))
	if len(receipts) == 0 || len(added) == 0 {
		p.Error("the program was killed before anything was acknowledged, so nothing was shown")
	}
}
