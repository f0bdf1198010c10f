package public

import (
	"net/http"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/intake"
	"amparo/internal/page"
	"amparo/internal/vault/seal"
)

// An overView shows the code that is to take the place of the one which somebody else has seen.
type overView struct {
	Hidden []page.Hidden
	Code   codeView
	Again  page.Input
	Tick   page.Choices
	Typed  string // a message that was begun, for whoever goes back
}

// askOver shows a new code to somebody for whom another wrote down what they told. It is drawn before it counts: an answer that is
// lost on the way leaves nobody without a code.
func (s *site) askOver(t *ticket, typed string) error {
	t.st.Draft = seal.NewDraft()
	return s.showOver(t, typed, "", nil)
}

// fresh is the new code, which is the same in every answer to the same form.
func (t *ticket) fresh() (seal.Receipt, error) {
	receipt, err := seal.DraftReceipt(t.st.Draft, []byte("taken over"))
	if err != nil {
		return receipt, fault.Wrap(err, fault.Invalid, httpx.CodeFormBroken)
	}
	return receipt, nil
}

// showOver shows the new code; again is what was typed back and wrong what is the matter with it.
func (s *site) showOver(t *ticket, typed, again string, wrong error) error {
	receipt, err := t.fresh()
	if err != nil {
		return err
	}
	hidden, err := s.hidden(t, "over")
	if err != nil {
		return err
	}
	f, status := s.frame(t.p), http.StatusOK
	if wrong != nil {
		f.Errors, status = page.Errors{{Name: "again", Text: t.p.Fault(wrong)}}, http.StatusBadRequest
	}
	v := overView{Hidden: hidden, Code: s.code(t, receipt), Typed: typed}
	v.Again, v.Tick = s.keeping(t, v.Code, again, f.Errors.Of("again"))
	return s.Page.Render(t.w, status, "public_over", f, v)
}

// over puts the new code in the place of the old one once it was kept, or shows the mailbox again to whoever would rather not.
func (s *site) over(t *ticket) error {
	old, err := t.receipt()
	if err != nil {
		return err
	}
	receipt, typed := old, t.r.PostForm.Get("message")
	if t.r.PostForm.Get("go") != "back" {
		if receipt, err = t.fresh(); err != nil {
			return err
		}
		if again, wrong := s.keeps(t, receipt); wrong != nil {
			return s.showOver(t, typed, again, wrong)
		}
		if err := s.Intake.TakeOver(t.r.Context(), intake.Handover{Old: old, New: receipt}); err != nil {
			return err
		}
	}
	box, err := s.Intake.Open(t.r.Context(), receipt)
	if err != nil {
		return err
	}
	t.st.Receipt, t.st.Draft = receipt.Text(), ""
	return s.showMailbox(t, box, opened{over: !receipt.Equal(old), typed: typed})
}
