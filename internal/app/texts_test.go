package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/contact"
	"amparo/internal/mailbox"
	"amparo/internal/notify"
	"amparo/internal/store"
	"amparo/internal/task"
)

// texts is a gateway that keeps what it is given.
func (o *office) texts(t *testing.T) texting {
	t.Helper()
	o.sent = make(chan map[string]string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var in map[string]string
		if r.Header.Get("Authorization") == "Bearer a word" && json.NewDecoder(r.Body).Decode(&in) == nil {
			o.sent <- in
		}
	}))
	t.Cleanup(server.Close)
	token := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(token, []byte("a word\n"), 0o600))
	text, err := newTexting(config.Texts{SMSGateway: server.URL, SMSToken: token})
	must(t, err)
	return text
}

// TestAReporterIsTold answers a reporter who may be texted: they are told that there is a message, in their language, and nothing else.
func TestAReporterIsTold(t *testing.T) {
	offices(t, false, "", func(o *office) {
		o.rooms.contact.Safe = func(_ []string, at time.Time) (time.Time, bool) { return at, true } // at whatever hour this runs
		id, receipt := o.told(map[string][]string{"danger": {"no"}, "words": {"a-canary"}, "contact_way": {"sms_plain"}, "number": {"+999 555 654 321"}, "times": {"any_time"}})
		daoud := o.who["daoud"].Actor()
		must(t, o.rooms.triage.Claim(t.Context(), daoud, id))
		must(t, o.rooms.mailbox.Reply(t.Context(), daoud, mailbox.ReplyInput{ID: mailbox.NewID(time.Now()), Report: id, Subject: string(id), Text: "We read it. A canary.", Seen: -1}))
		o.runner.Wake()
		select {
		case got := <-o.sent:
			if len(got) != 2 || got["to"] != "+999555654321" || got["text"] != "There is a new message for you. You know where." {
				t.Errorf("sent was %v", got)
			}
		case <-time.After(time.Minute):
			t.Fatalf("nothing was sent: %s", o.heard)
		}
		o.quiet()
		if said := o.heard.String(); strings.Contains(said, "555") || strings.Contains(said, "canary") {
			t.Errorf("the log says %s", said)
		}
		if box, err := o.in.Open(t.Context(), receipt); err != nil || len(box.Replies) != 1 {
			t.Errorf("%+v, %v", box, err)
		}
		failed := func() (n int) {
			write(t, o.stores.main, func(ctx context.Context, tx store.Tx) error {
				by, err := access.Own(access.System("test"), contact.Tell)
				must(t, err)
				must(t, o.rooms.unreached(ctx, tx, by, id))
				open, err := task.OpenFor(ctx, tx, string(id))
				n = 0
				for _, one := range open {
					if one.Kind == contact.TaskFailed && one.Agency != "" {
						n++
					}
				}
				return err
			})
			return n
		}
		if n := failed(); n != 1 {
			t.Errorf("what failed is %d tasks", n)
		}
		write(t, o.stores.main, func(ctx context.Context, tx store.Tx) error { return task.Cancel(ctx, tx, access.Proof{}, string(id)) })
		if n := failed(); n != 0 {
			t.Errorf("where nothing is to be done any more there are %d tasks", n)
		}
		var letter notify.Plain
		mails := ground{words: o.publicWords, mail: func(_ context.Context, l notify.Plain) error { letter = l; return nil }}.mails()
		must(t, mails(t.Context(), "n@example.org", "ar"))
		if letter.To != "n@example.org" || letter.Subject != "رسالة لك" || !strings.Contains(letter.Words, "رسالة جديدة") || letter.Language != "ar" {
			t.Errorf("in Arabic the letter is %+v", letter)
		}
		if (ground{}).mails() != nil || (ground{}).texts() != nil {
			t.Error("what sends nothing is there")
		}
		if _, err := newTexting(config.Texts{SMSGateway: "http://sms.example.org"}); err == nil {
			t.Error("a gateway far away is spoken to in the clear")
		}
	})
}
