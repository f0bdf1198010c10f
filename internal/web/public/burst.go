package public

import (
	"net/http"
	"time"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/intake"
	"amparo/internal/page"
	"amparo/internal/vault/seal"
)

// work is what the page does where scripts run, so that the report is told from a flood.
type work struct {
	Challenge string
	Bits      intake.Price
}

// owed is the work that the report still owes; nil when it owes none.
func (s *site) owed(t *ticket, receipt seal.Receipt) *work {
	if t.st.Owes == 0 {
		return nil
	}
	return &work{s.Intake.Challenge(receipt), t.st.Owes}
}

// worked takes the work of a page. Its answer is nothing: nobody looks at it.
func (s *site) worked(t *ticket) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	proof := t.r.PostForm.Get("work")
	if proof == "" {
		return fault.New(fault.Invalid, httpx.CodeFormBroken)
	}
	if _, err := s.Intake.Settle(t.r.Context(), receipt, proof); err != nil {
		return err
	}
	t.w.WriteHeader(http.StatusNoContent)
	return nil
}

// A waitView offers to wait a little, to whoever has no scripts and would like to.
type waitView struct {
	work
	Hidden  []page.Hidden
	Seconds int
	Button  page.Button
}

// waited looks whether it is long enough since the report came in.
func (s *site) waited(t *ticket) error {
	receipt, err := t.receipt()
	if err != nil {
		return err
	}
	return s.done(t, receipt)
}

// done is the last page. Whoever has kept the receipt for a while has waited; else it says for how long still, and nobody must.
func (s *site) done(t *ticket, receipt seal.Receipt) error {
	owed := s.owed(t, receipt)
	if owed == nil {
		return s.showDone(t, nil)
	}
	left := s.settle(t, receipt)
	if left <= 0 {
		return s.showDone(t, nil)
	}
	hidden, err := s.hidden(t, "wait")
	if err != nil {
		return err
	}
	const step = 5 * time.Second // a page is not read to the second
	return s.showDone(t, &waitView{*owed, hidden, int((left + step - 1) / step * step / time.Second),
		page.Button{Text: t.p.T("public.wait_button"), Kind: "secondary"}})
}

// settle has the wait count for the report, and gives how long is left of it. The report was taken before, so that nothing depends on it.
func (s *site) settle(t *ticket, receipt seal.Receipt) (left time.Duration) {
	left, err := s.Intake.Settle(t.r.Context(), receipt, "")
	if err != nil && fault.KindOf(err) != fault.Withheld {
		s.Log.Warn("it cannot be noted that a reporter has waited", "cause", err.Error())
	}
	return left
}

func (s *site) showDone(t *ticket, wait *waitView) error {
	return s.Page.Render(t.w, http.StatusOK, "public_done", s.frame(t.p), wait)
}
