package public

import (
	"net/http"

	"amparo/internal/page"
)

// A burnView asks whether the receipt is to be thrown away.
type burnView struct {
	Hidden []page.Hidden
	Typed  string // a message that was begun, for whoever goes back
}

// askBurn asks whether the receipt that opened the mailbox is to be thrown away.
func (s *site) askBurn(t *ticket, typed string) error {
	hidden, err := s.hidden(t, "burn")
	if err != nil {
		return err
	}
	return s.Page.Render(t.w, http.StatusOK, "public_burn", s.frame(t.p), burnView{hidden, typed})
}

// burn throws the receipt away, or shows the mailbox again to whoever would rather keep it.
func (s *site) burn(t *ticket) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	if t.r.PostForm.Get("sure") == "yes" {
		if err := s.Intake.Burn(t.r.Context(), receipt); err != nil {
			return err
		}
		return s.Page.Render(t.w, http.StatusOK, "public_burnt", s.frame(t.p), nil)
	}
	box, err := s.Intake.Open(t.r.Context(), receipt)
	if err != nil {
		return err
	}
	return s.showMailbox(t, box, opened{typed: t.r.PostForm.Get("message")})
}
