package public

import (
	"encoding/json"
	"net/http"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/page"
	"amparo/internal/promise"
	"amparo/internal/vault/seal"
)

// kind is what a state is sealed as.
const kind = "public"

// The stages of a form: which steps its state may be sent on to.
const (
	telling = "telling" // answers are being given
	late    = "late"    // the page with them was open for so long that they are not shown any more
	told    = "told"    // the report was sent
	mailbox = "mailbox" // the mailbox is open
)

var steps = map[string][]string{telling: {"before", "ask", "danger", "check"}, late: {"late"}, told: {"kept", "work", "wait"}, mailbox: {"add", "burn", "over"}}

// A state is what a form carries, sealed.
type state struct {
	Stage   string             `json:"s"`
	Form    string             `json:"f,omitempty"` // id of the list of questions
	Draft   string             `json:"k,omitempty"` // seal.NewDraft: what the receipt will be made of
	Answers instrument.Answers `json:"a,omitempty"`
	Came    string             `json:"c,omitempty"` // code of the campaign by which they came
	Page    string             `json:"p,omitempty"` // id of the page that is being asked
	Seen    []string           `json:"n,omitempty"` // ids of the pages that were asked
	Review  bool               `json:"v,omitempty"` // the answers were seen together once: a changed one leads back there
	Receipt string             `json:"r,omitempty"` // seal.Receipt.Text, once the report was sent
	Message intake.EnvelopeID  `json:"m,omitempty"` // what the id of a message that is added will be made of
	Sent    *promise.Promise   `json:"d,omitempty"` // what the acknowledgement says; the answers themselves are gone by then
	Owes    intake.Price       `json:"o,omitempty"` // what tells the report from a flood, once it is paid
}

// unseal opens the state of a posted form; aged tells that nothing of it may be shown again. What was given there never
// reaches the log.
func (s *site) unseal(r *http.Request) (st state, aged bool, err error) {
	text, at, err := s.Form.OpenAged(kind, r.PostForm.Get("state"))
	if err != nil {
		return state{}, false, err
	}
	if err := json.Unmarshal(text, &st); err != nil {
		return state{}, false, fault.Wrap(err, fault.Invalid, httpx.CodeFormBroken)
	}
	for _, values := range st.Answers {
		httpx.Conceal(r.Context(), values...)
	}
	httpx.Conceal(r.Context(), st.Receipt)
	if (st.Stage == telling || st.Stage == late) && s.Pack.Instrument(st.Form) == nil {
		return state{}, false, fault.New(fault.Invalid, httpx.CodeFormBroken)
	}
	return st, s.Clock.Now().Sub(at) > seal.FormLife, nil
}

// hidden gives the hidden fields of a form that asks for the step: sealed anew in every answer.
func (s *site) hidden(t *ticket, step string) ([]page.Hidden, error) {
	text, err := json.Marshal(t.st)
	if err != nil {
		return nil, err
	}
	return append(plain(step), page.Hidden{Name: "state", Value: s.Form.Seal(kind, text, s.Clock.Now())}), nil
}

// plain gives those of a form that carries no state.
func plain(step string) []page.Hidden { return []page.Hidden{{Name: "step", Value: step}} }

func (t *ticket) receipt() (seal.Receipt, error) {
	receipt, err := seal.ParseText(t.st.Receipt)
	if err != nil {
		return receipt, fault.Wrap(err, fault.Invalid, httpx.CodeFormBroken)
	}
	return receipt, nil
}
