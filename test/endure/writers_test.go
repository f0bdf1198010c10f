package endure

import (
	"net/url"
	"sync"
	"testing"

	"amparo/test/visitor"
)

const (
	writers    = 32 // at once
	perWriter  = 3  // reports
	senders    = 12 // of one form, at once
	plainWords = "I would like somebody to help me, please."
)

// at makes a visitor of the program that serves now.
func (p *place) at() *visitor.Visitor {
	v := visitor.New(p.now.Public)
	p.Cleanup(v.Close)
	return v
}

// together runs f n times at once and waits.
func together(n int, f func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

// TestManyWritersAtOnce has 32 people report at once: none is lost, none is doubled, and every receipt opens its mailbox.
func TestManyWritersAtOnce(t *testing.T) {
	each(t, func(p *place) {
		var all [writers][]string
		together(writers, func(i int) {
			v := p.at()
			for n := range perWriter {
				receipt, err := v.Report(p.Context(), []string{"about_me", "worried"}[(i+n)%2], plainWords)
				if err != nil {
					p.Errorf("writer %d: %v", i, err)
					return
				}
				if _, err := v.Mailbox(p.Context(), receipt); err != nil {
					p.Errorf("a mailbox does not open: %v", err)
				}
				all[i] = append(all[i], receipt)
			}
		})
		var receipts []string
		for _, some := range all {
			receipts = append(receipts, some...)
		}
		p.holdDesk(receipts)
		p.holdAudit()
	})
}

// TestOneFormSentManyTimesAtOnce sends the same form by twelve connections at once: it is one report with one receipt.
func TestOneFormSentManyTimesAtOnce(t *testing.T) {
	each(t, func(p *place) {
		form, err := p.at().Check(p.Context(), "about_me", plainWords)
		if err != nil {
			p.Fatal(err)
		}
		var shown [senders]string
		together(senders, func(i int) {
			page, err := p.at().Send(p.Context(), form)
			if err != nil {
				p.Errorf("sender %d: %v", i, err)
			}
			shown[i] = page.Receipt
		})
		for _, receipt := range shown {
			if receipt == "" || receipt != shown[0] {
				p.Errorf("the same form gave the receipts %q", shown)
			}
		}
		p.holdDesk(shown[:1])
		p.addAtOnce(shown[0])
	})
}

// addAtOnce sends the same message by twelve connections at once: it is one message.
func (p *place) addAtOnce(receipt string) {
	p.Helper()
	box, err := p.at().Mailbox(p.Context(), receipt)
	if err != nil {
		p.Fatal(err)
	}
	form := box.Fill(plainWords)
	together(senders, func(i int) {
		if err := p.add(p.at(), form); err != nil {
			p.Errorf("sender %d: %v", i, err)
		}
	})
	p.settle()
	if m := p.matters()[p.lookup(receipt)]; m.messages != 1 {
		p.Errorf("one message became %d", m.messages)
	}
}

// add sends a message into an open mailbox.
func (p *place) add(v *visitor.Visitor, form url.Values) error {
	page, err := v.Post(p.Context(), form)
	if err == nil && (page.Status != 200 || page.Step() != "add") {
		p.Errorf("a message was answered with %d and the step %q", page.Status, page.Step())
	}
	return err
}
