package staff

import (
	"time"

	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/referral"
	"amparo/internal/ruleset"
)

// ReferralState says where a referral stands, with what is urgent about it.
func (v *Visit) ReferralState(s referral.State) page.Tag {
	tones := map[referral.State]string{referral.ConsentCheck: "soon", referral.Sent: "soon", referral.Received: "soon", referral.Accepted: "calm", referral.AppointmentMade: "calm",
		referral.InService: "good", referral.Completed: "good", referral.Declined: "urgent", referral.StoppedByChild: "urgent",
		referral.ServiceEnded: "urgent", referral.Withdrawn: "quiet"}
	return page.Tag{Text: v.T("referral.state_" + string(s)), Tone: tones[s]}
}

// ReferralDue says that the next step is late, or soon will be; nil when there is time or nothing is left to do.
func (v *Visit) ReferralDue(r referral.Referral, now time.Time) *page.Tag {
	switch {
	case !r.State.Live():
		return nil
	case now.After(r.Due):
		return &page.Tag{Text: v.T("cases.overdue"), Tone: "urgent"}
	case r.Due.Sub(now)*4 <= r.Due.Sub(r.SentAt):
		return &page.Tag{Text: v.T("cases.due_soon"), Tone: "soon"}
	}
	return nil
}

// ReferralBasis says by what right something is shared.
func (v *Visit) ReferralBasis(pack *jurisdiction.Pack, b referral.Basis) string {
	switch b {
	case referral.ByChild, referral.ByCaregiver, referral.Nobody:
		return v.T("referral.basis_" + string(b))
	}
	return pack.Word("share_reason", string(b), v.Words.Tag())
}

// ReferralReason says why a referral was declined or taken back, or what came of it; empty when there is nothing to say.
func (v *Visit) ReferralReason(pack *jurisdiction.Pack, s referral.State, reason string) string {
	switch {
	case reason == "":
		return ""
	case s == referral.Declined:
		return pack.Word("decline_reason", reason, v.Words.Tag())
	case s == referral.Withdrawn:
		return v.T("referral.withdraw_" + reason)
	}
	return v.T("referral.result_" + reason)
}

// ReferralThread says everything that happened with a referral, the latest first. name gives what somebody is called.
func (v *Visit) ReferralThread(pack *jurisdiction.Pack, p referral.Page, name func(user string) string) []Event {
	list := make([]Event, 0, len(p.Thread))
	for i := len(p.Thread) - 1; i >= 0; i-- {
		e := p.Thread[i]
		out := Event{When: e.At, By: name(e.By), Title: v.T("referral.event_" + e.Kind)}
		out.Wrote("", v.ReferralReason(pack, referral.State(e.Kind), e.Said["reason"]))
		if p := ruleset.Priority(e.Said["priority"]); p != "" {
			urgent := v.Priority(pack, p)
			out.Tag = &urgent
		}
		out.Wrote("", e.Said["note"])
		if next, err := time.Parse(time.RFC3339, e.Said["next"]); err == nil {
			out.Wrote("", v.T("referral.next_on", "When", v.Words.Date(next, pack.Zone())))
		}
		list = append(list, out)
	}
	return list
}
