package submission

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/secret"
	"amparo/internal/vault/seal"
)

// A Report is what a partner hands in.
type Report struct {
	Key        string // the partner's own name for it
	Instrument string // id of the list of questions
	Language   string // in which words were written
	Channel    intake.Channel
	Answers    map[string][]string // codes or words by the id of the question
}

// The channels that a partner may name; the first holds when it names none.
const (
	API    intake.Channel = "partner_api"
	Notice intake.Channel = "platform_notice"
)

// Channels are all of them.
var Channels = []intake.Channel{API, Notice}

// Code says that a report cannot be taken as it is; the fields say why.
const Code fault.Code = "fault.partner_report"

// A Ready report was checked. What is wrong with it does not matter where it was taken before: a country changes its questions, and the same report
// must have the same answer.
type Ready struct {
	key, body string // digests
	receipt   seal.Receipt
	told      intake.Told
	leftOut   []string
	cut       []string
	wrong     error
}

// Ready checks a report of a partner as the public form does. What is wrong is for Take to tell: a fault.Invalid with Code; its fields are named as the
// members of the report, "answers.ID" for a question's answer. It reads and keeps nothing.
func (r *Room) Ready(actor access.Actor, in Report) (Ready, error) {
	if in.Channel == "" {
		in.Channel = API
	}
	var out Ready
	if err := out.name(r.Key, actor.ID, in); err != nil {
		return Ready{}, err
	}
	out.wrong = r.check(in, &out)
	return out, nil
}

// check looks at everything by the questions as they are now, and fills in what is to be kept.
func (r *Room) check(in Report, out *Ready) error {
	wrong := fault.New(fault.Invalid, Code)
	if !KeyFits(in.Key) {
		wrong.With("idempotency_key", "fault.partner_idempotency")
	}
	if r.Pack.Language(in.Language) != in.Language || in.Language == "" {
		wrong.With("language", "fault.partner_choice", "Names", r.languages())
	}
	if !slices.Contains(Channels, in.Channel) {
		wrong.With("channel", "fault.partner_choice", "Names", texts(Channels))
	}
	list := r.Pack.Instrument(in.Instrument)
	if list == nil {
		return wrong.With("instrument", "fault.partner_choice", "Names", r.Pack.Instruments())
	}
	answers, leftOut := answered(list, in.Answers, wrong)
	out.leftOut, out.cut = leftOut, list.Cleaned(answers)
	if wrong.Wrong() {
		return wrong
	}
	out.told = intake.Told{Instrument: list.ID, Version: list.Version, Pack: r.Pack.Code() + " " + r.Pack.Version(), Language: in.Language,
		Reader: intake.Reader(list.Reader), Channel: in.Channel, Answers: answers, Area: r.Pack.AreaTold(list, answers)}
	return nil
}

// KeyFits tells whether it can be an idempotency key: up to 200 visible characters of ASCII without the double quote, in which a header may put it.
func KeyFits(key string) bool { return keyShape.MatchString(key) }

var keyShape = regexp.MustCompile(`^[!#-~]{1,200}$`)

// What is told back of answers to no question.
const (
	mostWrong   = 20 // of them
	longestName = 60 // bytes of a name
)

// clip shortens a name that somebody made up.
func clip(id string) string {
	if len(id) <= longestName {
		return id
	}
	return strings.ToValidUTF8(id[:longestName], "") + "…"
}

// answered goes the way that the answers lead, as the form does, and gives what was answered on it and what lies beside it.
func answered(list *instrument.Instrument, given map[string][]string, wrong *fault.Error) (kept instrument.Answers, leftOut []string) {
	for _, id := range slices.Sorted(maps.Keys(given)) {
		if _, known := list.Question(id); !known && len(fault.Fields(wrong)) < mostWrong {
			wrong.With("answers."+clip(id), "fault.partner_question")
		}
	}
	kept = instrument.Answers{}
	for _, page := range list.Pages {
		if !page.When.Holds(kept) {
			for _, q := range page.Questions {
				if len(given[q.ID]) > 0 {
					leftOut = append(leftOut, q.ID)
				}
			}
			continue
		}
		answers, err := list.Normalise(page, url.Values(given))
		for _, f := range fault.Fields(err) {
			wrong.With("answers."+f.Name, f.Code, pairs(f.Params)...)
		}
		kept = kept.With(page, answers)
	}
	return kept, leftOut
}

// pairs gives the parameters of a field as With takes them.
func pairs(params map[string]any) (list []any) {
	for name, value := range params {
		list = append(list, name, value)
	}
	return list
}

// name gives the report its digests and its receipt. The same words under the same key have the same, also after the list of questions was changed.
func (out *Ready) name(key secret.Bytes, partner string, in Report) error {
	words, err := json.Marshal([]any{in.Instrument, in.Language, in.Channel, in.Answers})
	if err != nil {
		return err
	}
	out.key = digest(key, "key", partner, in.Key)
	out.body = digest(key, "body", out.key, string(words))
	out.receipt = seal.KeyedReceipt(key, seal.Bound("receipt", out.key, string(words)))
	return nil
}

func digest(key secret.Bytes, parts ...string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(seal.Bound(parts...))
	return hex.EncodeToString(mac.Sum(nil))
}

func (r *Room) languages() (list []string) {
	for _, l := range r.Pack.Languages() {
		list = append(list, l.Code)
	}
	return list
}

func texts[T ~string](list []T) (out []string) {
	for _, one := range list {
		out = append(out, string(one))
	}
	return out
}
