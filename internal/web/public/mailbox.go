package public

import (
	"net/http"
	"strings"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/vault/seal"
)

// errOther says that what was typed back is a receipt, but not this one.
var errOther = fault.New(fault.Invalid, "fault.receipt_other")

// errNeither says that the receipt was neither typed back nor the box ticked.
var errNeither = fault.New(fault.Invalid, "fault.receipt_neither")

// An entryView asks for the receipt.
type entryView struct {
	Hidden []page.Hidden
	Code   page.Input
}

// showEntry asks for the receipt; typed and wrong are what was typed and what is the matter with it.
func (s *site) showEntry(t *ticket, typed string, wrong error) error {
	f, status := s.frame(t.p), http.StatusOK
	if wrong != nil {
		f.Errors, status = page.Errors{{Name: "code", Text: t.p.Fault(wrong)}}, httpx.StatusOf(wrong)
	}
	v := entryView{Hidden: plain("open"), Code: page.Input{Name: "code", Label: t.p.T("public.code"), Hint: t.p.T("public.code_hint"),
		Value: typed, Error: f.Errors.Of("code"), Heading: true, LTR: len(s.Pack.ReceiptLists()) == 0, Width: 34}}
	return s.Page.Render(t.w, status, "public_entry", f, v)
}

// open opens the mailbox with the receipt that was typed.
func (s *site) open(t *ticket) error {
	typed := strings.TrimSpace(t.r.PostForm.Get("code"))
	receipt, err := seal.ParseReceipt(typed, s.Pack.ReceiptLists()...)
	if err != nil {
		return s.showEntry(t, typed, err)
	}
	box, err := s.Intake.Open(t.r.Context(), receipt)
	if fault.KindOf(err) == fault.Withheld {
		s.Intake.Mistyped(t.r.Context())
		return s.showEntry(t, typed, err)
	}
	if err != nil {
		return err
	}
	if box.Owes > 0 {
		_ = s.settle(t, receipt)
	}
	t.st = state{Stage: mailbox, Receipt: receipt.Text()}
	return s.showMailbox(t, box, opened{})
}

// A mailboxView is the mailbox: replies, how far it is, and room for more.
type mailboxView struct {
	Hidden   []page.Hidden
	Progress string
	Replies  []page.Event
	More     page.Textarea
	TakenFor bool // somebody else wrote it down, and the code can be taken over
}

// opened is why the mailbox is shown: just opened, a message added, or one that could not be, a new code taken.
type opened struct {
	added bool
	over  bool // a new code was taken
	typed string
	wrong error
}

// showMailbox shows the mailbox. A new message has its id from now on, unless the one before is still being written.
func (s *site) showMailbox(t *ticket, box intake.Mailbox, why opened) error {
	if why.wrong == nil {
		t.st.Message = intake.NewMessageID(s.Clock.Now())
	}
	hidden, err := s.hidden(t, "add")
	if err != nil {
		return err
	}
	f, status := s.frame(t.p), http.StatusOK
	if why.added {
		f.Notice = t.p.T("public.added")
	}
	if why.wrong != nil {
		f.Errors, status = page.ErrorsOf(t.p, why.wrong), httpx.StatusOf(why.wrong)
	}
	if why.over {
		f.Notice = t.p.T("public.over_done")
	}
	v := mailboxView{Hidden: hidden, TakenFor: box.TakenFor, Progress: s.Pack.Progress(jurisdiction.State(box.Progress), jurisdiction.Reader(box.Reader), t.p.Tag())}
	for _, reply := range box.Replies {
		v.Replies = append(v.Replies, page.Event{When: reply.At, Title: t.p.T("public.reply"), Text: reply.Text})
	}
	v.More = page.Textarea{Name: "message", Label: t.p.T("public.add_more"), Hint: t.p.T("public.add_hint"), Value: why.typed,
		Error: f.Errors.Of("message"), Max: intake.LongestMessage}
	return s.Page.Render(t.w, status, "public_mailbox", f, v)
}

// add takes one more message in and shows the mailbox again, or asks whether the receipt is to be thrown away or taken over.
func (s *site) add(t *ticket) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	typed, _ := instrument.CleanText(t.r.PostForm.Get("message"), 0)
	if t.r.PostForm.Has("burn") {
		return s.askBurn(t, typed)
	}
	if t.r.PostForm.Has("over") {
		return s.askOver(t, typed)
	}
	id := intake.MessageID(t.st.Message, typed)
	wrong := s.Intake.Add(t.r.Context(), intake.Addition{Receipt: receipt, ID: id, Text: typed})
	if wrong != nil && fault.KindOf(wrong) != fault.Invalid {
		return wrong
	}
	box, err := s.Intake.Open(t.r.Context(), receipt)
	if err != nil {
		return err
	}
	if wrong != nil {
		return s.showMailbox(t, box, opened{typed: typed, wrong: wrong})
	}
	return s.showMailbox(t, box, opened{added: true})
}
