package partner_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
	"amparo/internal/referral"
	"amparo/internal/web/staff/stafftest"
)

// TestInTheBrowser looks at every page in both languages, and accepts by keyboard without scripts.
func TestInTheBrowser(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		taken, waits := o.send("Keep the accounts"), o.send("Talk to the platform")
		o.must(o.Referral.Take(t.Context(), o.Actor("dana"), referral.TakeInput{Referral: taken, Next: o.Now().Add(26 * time.Hour), Note: "I begin tomorrow.", Version: 1}))
		s := stafftest.NewScene(t, o.House)
		file := "/cases/" + string(o.file)
		for _, tag := range []string{"en", "ar"} {
			s.As("dana", tag)
			s.LookAt("partner-list-"+tag, "/referrals")
			s.LookAt("partner-one-"+tag, "/referrals/"+string(waits))
			s.LookAt("partner-decline-"+tag, "/referrals/"+string(waits)+"/decline", s.Press("/decline", ".govuk-error-summary"))
			s.LookAt("partner-answer-"+tag, "/referrals/"+string(taken)+"/answer", s.Press("/answer", ".govuk-error-summary"))
			s.As("mona", tag)
			s.LookAt("case-refer-"+tag, file+"/refer", s.Press("/refer", ".govuk-error-summary"))
			s.LookAt("case-handed-"+tag, file+"#handed")
		}
		browsertest.Scripts(t, s.Ctx, false)
		browsertest.Resize(t, s.Ctx, 320, 800)
		s.As("dana", "en")
		s.Visit("/referrals/" + string(waits))
		s.TabTo("/referrals/" + string(waits) + "/take")
		s.Type(kb.Enter)
		s.Says("By which day will the next step be done")
		s.TabTo("next")
		s.Type("2031-03-05", kb.Tab, "10:00", kb.Tab, "I call today.", kb.Tab, kb.Enter)
		s.Says("You have it now")
		s.Quiet("4")
	})
}
