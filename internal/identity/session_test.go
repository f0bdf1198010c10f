package identity

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
)

func (h *house) ended(token string) {
	h.t.Helper()
	_, _, err := h.Authenticate(h.t.Context(), token)
	h.wants(err, fault.Unauthenticated, "fault.session_ended")
}

func (h *house) live(token string) {
	h.t.Helper()
	if _, _, err := h.Authenticate(h.t.Context(), token); err != nil {
		h.t.Errorf("the session ended: %v", err)
	}
}

func TestSessionIdlesOut(t *testing.T) {
	each(t, func(h *house) {
		p := h.signIn("ada.admin")
		for range 5 {
			h.clock.pass(IdleLife - time.Second)
			h.live(p.Token)
		}
		h.clock.pass(59 * time.Second)
		h.live(p.Token) // not noted: less than a minute after the last use
		h.clock.pass(IdleLife - 59*time.Second)
		h.ended(p.Token)
	})
}

func TestSessionExpires(t *testing.T) {
	each(t, func(h *house) {
		p := h.signIn("ada.admin")
		if p.ExpiresAt != h.clock.Now().Add(SessionLife) {
			h.t.Errorf("expires at %s", p.ExpiresAt)
		}
		for range SessionLife/(20*time.Minute) - 1 {
			h.clock.pass(20 * time.Minute)
			h.live(p.Token)
		}
		h.clock.pass(20 * time.Minute)
		h.ended(p.Token)
	})
}

func TestTokensOfStrangers(t *testing.T) {
	each(t, func(h *house) {
		p := h.signIn("ada.admin")
		for _, token := range []string{"", "x", p.Token + "A", p.Token[1:], strings.Repeat("A", 43), p.Token + "\n", string(p.Session)} {
			h.ended(token)
			if err := h.SignOut(h.t.Context(), token); err != nil {
				h.t.Errorf("signing out of nothing: %v", err)
			}
		}
		h.live(p.Token)
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(h *house) {
		ctx, id := h.t.Context(), h.add("case", access.CaseManager)
		one, two, three := h.signIn("case"), h.signIn("case"), h.signIn("case")
		if _, err := h.Begin(ctx, SignInInput{Name: "case", Password: goodPassword}); err != nil {
			h.t.Fatal(err)
		}
		me := h.actor(id)
		list, err := h.Sessions(ctx, me, id)
		if err != nil || len(list) != 3 || list[0].ID != one.Session || list[2].Name != "case" {
			h.t.Fatalf("%+v %v", list, err)
		}
		if err := h.SignOut(ctx, one.Token); err != nil {
			h.t.Fatal(err)
		}
		h.ended(one.Token)
		if err := h.EndSession(ctx, me, two.Session); err != nil {
			h.t.Fatal(err)
		}
		h.ended(two.Token)
		h.live(three.Token)
		h.wants(h.EndSession(ctx, h.admin, two.Session), fault.Withheld, fault.CodeWithheld)
		four := h.signIn("case")
		if err := h.EndAll(ctx, h.admin, id); err != nil {
			h.t.Fatal(err)
		}
		h.ended(three.Token)
		h.ended(four.Token)
		for _, what := range []string{"sign_out", "end_session", "end_all_sessions"} {
			if h.audited(what, "") != 1 {
				h.t.Errorf("%s is not audited", what)
			}
		}
	})
}

func TestChangesEndSessions(t *testing.T) {
	each(t, func(h *house) {
		ctx, id := h.t.Context(), h.add("case", access.CaseManager)
		kept, other := h.signIn("case"), h.signIn("case")
		started, err := h.Begin(ctx, SignInInput{Name: "case", Password: goodPassword})
		if err != nil {
			h.t.Fatal(err)
		}
		me := h.actor(id)
		change := func(current, password string) error {
			return h.ChangePassword(ctx, me, ChangePasswordInput{kept.Session, current, password})
		}
		h.wants(change("wrong password!", otherGood), fault.Invalid, "fault.password")
		h.wants(change(goodPassword, goodPassword), fault.Invalid, "fault.password")
		h.wants(change(goodPassword, "Person case 12"), fault.Invalid, "fault.password")
		h.live(other.Token)
		if err := change(goodPassword, otherGood); err != nil {
			h.t.Fatal(err)
		}
		h.live(kept.Token)
		h.ended(other.Token)
		_, err = h.Progress(ctx, started.Token)
		h.wants(err, fault.Unauthenticated, "fault.session_ended")
		if h.audited("change_password", "") != 1 || h.audited("change_password", "fault.password") != 3 {
			h.t.Error("not audited")
		}
		if err := h.ResetSecondFactor(ctx, h.admin, id); err != nil {
			h.t.Fatal(err)
		}
		h.ended(kept.Token)
		p, err := h.SignIn(ctx, SignInInput{"case", otherGood, h.code(secret)})
		if err != nil || p.Step != StepEnrol {
			h.t.Errorf("after the reset: %v %v", p.Step, err)
		}
		if err := h.Deactivate(ctx, h.admin, id); err != nil {
			h.t.Fatal(err)
		}
		_, err = h.EnrolTOTP(ctx, p.Token)
		h.wants(err, fault.Unauthenticated, "fault.session_ended")
		h.wants(change(otherGood, goodPassword), fault.Unauthenticated, "fault.session_ended")
	})
}

func TestResetPasswordKeepsTheSecondFactor(t *testing.T) {
	each(t, func(h *house) {
		ctx, id := h.t.Context(), h.add("case", access.CaseManager)
		session := h.signIn("case")
		for range FreeTries {
			_, err := h.Begin(ctx, SignInInput{Name: "case", Password: "wrong password!"})
			h.wants(err, fault.Unauthenticated, "fault.sign_in")
		}
		password, err := h.ResetPassword(ctx, h.admin, id)
		if err != nil {
			h.t.Fatal(err)
		}
		h.ended(session.Token)
		_, err = h.Begin(ctx, SignInInput{Name: "case", Password: goodPassword})
		h.wants(err, fault.Unauthenticated, "fault.sign_in")
		p, err := h.Begin(ctx, SignInInput{Name: "case", Password: password})
		if err != nil || p.Step != StepCode {
			h.t.Fatal(p.Step, err)
		}
		_, err = h.SetPassword(ctx, PasswordInput{p.Token, otherGood})
		h.wants(err, fault.Conflict, "fault.sign_in_step")
		h.clock.pass(period)
		if p, err = h.ConfirmTOTP(ctx, CodeInput{p.Token, h.code(secret)}); err != nil || p.Step != StepPassword {
			h.t.Fatal(p.Step, err)
		}
		if again, err := h.Progress(ctx, p.Token); err != nil || again.Step != StepPassword {
			h.t.Error(again.Step, err)
		}
		if p, err = h.SetPassword(ctx, PasswordInput{p.Token, otherGood}); err != nil || p.Step != StepDone {
			h.t.Fatal(p.Step, err)
		}
		h.live(p.Token)
		h.nowhere(password, otherGood, p.Token)
	})
}

func TestSweep(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		idle := h.signIn("ada.admin")
		if _, err := h.Begin(ctx, SignInInput{Name: "nobody.here", Password: "wrong password!"}); err == nil {
			h.t.Fatal("signed in")
		}
		h.clock.pass(2 * forgetAfter)
		live := h.signIn("ada.admin")
		n, err := h.Sweep(ctx, access.System("identity.sweep"))
		if err != nil || n != 3 { // the idle session, the name that was tried, and everybody
			h.t.Errorf("swept %d rows: %v", n, err)
		}
		h.ended(idle.Token)
		h.live(live.Token)
	})
}
