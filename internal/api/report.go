package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/intake"
	"amparo/internal/lang"
	"amparo/internal/submission"
)

// accepted is what a partner is told of a report that was taken.
type accepted struct {
	Reference  intake.ReportID `json:"reference"`
	Receipt    receipt         `json:"receipt"`
	ReceivedAt time.Time       `json:"received_at"`
	LeftOut    []string        `json:"left_out,omitempty"`
	Cut        []string        `json:"cut,omitempty"`
}

// receipt is the code for whoever told the partner, in every spelling.
type receipt struct {
	Letters string `json:"letters"`
	Digits  string `json:"digits"`
	Words   string `json:"words,omitempty"`
	Note    string `json:"note"`
}

// accepted tells of a report in a language; the receipt in words is in the report's own.
func (a *API) accepted(p lang.Printer, language string, t submission.Taken) accepted {
	out := accepted{Reference: t.Reference, ReceivedAt: t.Received, LeftOut: t.LeftOut, Cut: t.Cut,
		Receipt: receipt{Letters: t.Receipt.LettersGrouped(), Digits: t.Receipt.DigitsGrouped(), Note: p.T("partner.receipt_note")}}
	if list := a.Pack.ReceiptWords(language); list != nil {
		out.Receipt.Words = list.In(t.Receipt)
	}
	return out
}

// statusOf is 201 for a report that is new and 200 for one that was there.
func statusOf(t submission.Taken) int {
	if t.Fresh {
		return http.StatusCreated
	}
	return http.StatusOK
}

// takeOne takes one report.
func (a *API) takeOne(w http.ResponseWriter, r *http.Request, partner access.Actor) error {
	if err := sentAs(r, "application/json"); err != nil {
		return err
	}
	return httpx.Limit(LongestReport, func(w http.ResponseWriter, r *http.Request) error {
		in, err := read(r)
		if fault.CodeOf(err) == codeCut {
			closing(w, r)
		}
		if err != nil {
			return err
		}
		ready, err := a.Submission.Ready(partner, in)
		if err != nil {
			return err
		}
		soon, stop := httpx.Soon(r)
		defer stop()
		taken := a.Submission.Take(soon.Context(), partner, []submission.Ready{ready})[0]
		if taken.Err != nil {
			return taken.Err
		}
		w.Header().Set("Location", Path+"reports/"+string(taken.Reference))
		return answer(w, statusOf(taken), a.accepted(a.words(r), in.Language, taken))
	})(w, r)
}

// read reads the body and the key. What was told never reaches the log.
func read(r *http.Request) (submission.Report, error) {
	raw, err := io.ReadAll(r.Body)
	if errors.As(err, new(*http.MaxBytesError)) {
		return submission.Report{}, err
	}
	if err != nil {
		return submission.Report{}, fault.New(fault.Invalid, codeCut)
	}
	in, err := decode(raw, false)
	for _, values := range in.Answers {
		httpx.Conceal(r.Context(), values...)
	}
	in.Key = r.Header.Get("Idempotency-Key")
	if n := len(in.Key); n > 1 && in.Key[0] == '"' && in.Key[n-1] == '"' {
		in.Key = in.Key[1 : n-1]
	}
	return in, err
}

// progress is how far a report is.
type progress struct {
	Reference  intake.ReportID `json:"reference"`
	Progress   intake.Progress `json:"progress"`
	ReceivedAt time.Time       `json:"received_at"`
	Since      time.Time       `json:"since"`
}

// status tells how far a report of the partner is.
func (a *API) status(w http.ResponseWriter, r *http.Request, partner access.Actor) error {
	soon, stop := httpx.Soon(r)
	defer stop()
	s, err := a.Submission.Status(soon.Context(), partner, intake.ReportID(r.PathValue("reference")))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, progress{s.Reference, s.Progress, s.Received, s.Since})
}

// answer sends JSON.
func answer(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fault.Wrap(err, fault.Internal, fault.CodeInternal)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(append(text, '\n'))
	return err
}
