package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
)

func TestFirstSignIn(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		u, err := h.AddUser(ctx, h.admin, AddUserInput{Name: " Noor.Hassan ", DisplayName: "Noor  Hassan", Agency: "demo-helpline",
			Roles: []access.Role{access.CaseManager, access.DutyOfficer}, Email: "noor@example.org"})
		if err != nil {
			h.t.Fatal(err)
		}
		p, err := h.SignIn(ctx, SignInInput{"noor.hassan", u.Password, "123456"})
		if err != nil || p.Step != StepPassword {
			h.t.Fatalf("after the one-time password: %v %v", p.Step, err)
		}
		if _, _, err := h.Authenticate(ctx, p.Token); fault.KindOf(err) != fault.Unauthenticated {
			h.t.Errorf("a sign-in under way opens a session: %v", err)
		}
		_, err = h.EnrolTOTP(ctx, p.Token)
		h.wants(err, fault.Conflict, "fault.sign_in_step")
		_, err = h.ConfirmTOTP(ctx, CodeInput{p.Token, "123456"})
		h.wants(err, fault.Conflict, "fault.sign_in_step")
		_, err = h.SetPassword(ctx, PasswordInput{p.Token, "short"})
		h.wants(err, fault.Invalid, "fault.password")
		_, err = h.SetPassword(ctx, PasswordInput{p.Token, u.Password})
		h.wants(err, fault.Invalid, "fault.password")
		if p, err = h.SetPassword(ctx, PasswordInput{p.Token, goodPassword}); err != nil || p.Step != StepEnrol {
			h.t.Fatalf("after the password: %v %v", p.Step, err)
		}
		first, err := h.EnrolTOTP(ctx, p.Token)
		if err != nil {
			h.t.Fatal(err)
		}
		again, err := h.EnrolTOTP(ctx, p.Token)
		if err != nil || again.Secret != first.Secret || again.URL != first.URL || !strings.HasPrefix(first.URL, "otpauth://totp/Amparo:noor.hassan?") {
			h.t.Errorf("the offer changed: %v %v", again.URL, err)
		}
		if n := len(first.Modules); n < 21 || len(first.Modules[n-1]) != n || !first.Modules[0][0] || first.Modules[1][1] {
			h.t.Errorf("the QR code has %d rows and not the finder pattern", n)
		}
		_, err = h.ConfirmTOTP(ctx, CodeInput{p.Token, "000"})
		h.wants(err, fault.Unauthenticated, "fault.code")
		code := h.code(first.Secret)
		done, err := h.ConfirmTOTP(ctx, CodeInput{p.Token, code[:3] + " " + code[3:]})
		if err != nil || done.Step != StepDone || done.Token == p.Token {
			h.t.Fatalf("after the code: %+v %v", done, err)
		}
		actor, info, err := h.Authenticate(ctx, done.Token)
		if err != nil || actor.ID != string(u.ID) || actor.Agency != "demo-helpline" || len(actor.Roles) != 2 || info.DisplayName != "Noor Hassan" || info.ID != done.Session {
			h.t.Errorf("authenticated as %+v %+v %v", actor, info, err)
		}
		_, err = h.Progress(ctx, p.Token)
		h.wants(err, fault.Unauthenticated, "fault.session_ended")
		_, err = h.SignIn(ctx, SignInInput{"noor.hassan", goodPassword, code})
		h.wants(err, fault.Unauthenticated, "fault.code_used")
		for _, what := range []string{"set_password", "offer_second_factor", "enrol_second_factor", "sign_in"} {
			if h.audited(what, "") != 1 {
				h.t.Errorf("%s is audited %d times", what, h.audited(what, ""))
			}
		}
		raw, _ := base64.RawURLEncoding.DecodeString(done.Token)
		sum := sha256.Sum256(raw)
		h.nowhere(done.Token, p.Token, string(raw), u.Password, goodPassword, first.Secret, "noor@example.org")
		if !strings.Contains(h.dump(), string(sum[:])) {
			h.t.Error("the token's SHA-256 is not stored, so the dump shows nothing")
		}
	})
}

func TestRefusalsLookAndCostTheSame(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		gone := h.add("gone.user", access.DutyOfficer)
		if err := h.Deactivate(ctx, h.admin, gone); err != nil {
			h.t.Fatal(err)
		}
		late, err := h.AddUser(ctx, h.admin, AddUserInput{Name: "late.user", DisplayName: "L", Agency: "demo-helpline", Roles: []access.Role{access.Auditor}})
		if err != nil {
			h.t.Fatal(err)
		}
		h.clock.pass(OneTimeLife)
		tries := []SignInInput{
			{"nobody.here", goodPassword, ""}, {"ada.admin", "wrong password!", ""}, {"gone.user", goodPassword, ""},
			{"gone.user", "wrong password!", ""}, {"late.user", late.Password, ""}, {"", "", ""}, {"ada.admin", "", ""},
			{"ada.admin", "a\x00b", ""}, {strings.Repeat("x", 1<<16), strings.Repeat("y", 1<<16), ""}, {"ada.admin", "\xff", ""},
		}
		for i, in := range tries {
			before := h.hashes.Load()
			_, err := h.Begin(ctx, in)
			h.wants(err, fault.Unauthenticated, "fault.sign_in")
			if err.Error() != errSignIn().Error() {
				h.t.Errorf("try %d tells more: %v", i, err)
			}
			if n := h.hashes.Load() - before; n != 1 {
				h.t.Errorf("try %d hashed %d times", i, n)
			}
			if n := h.audited("sign_in", "fault.sign_in"); n != i+1 {
				h.t.Errorf("%d refusals audited after %d", n, i+1)
			}
		}
	})
}

func TestCodeCountsOnce(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		code := h.code(secret)
		if p, err := h.SignIn(ctx, SignInInput{"ada.admin", goodPassword, code}); err != nil || p.Step != StepDone {
			h.t.Fatal(p, err)
		}
		_, err := h.SignIn(ctx, SignInInput{"ada.admin", goodPassword, code})
		h.wants(err, fault.Unauthenticated, "fault.code_used")
		if h.audited("sign_in", "fault.code_used") != 1 {
			h.t.Error("the replay is not audited")
		}
		h.clock.pass(2 * period)
		_, err = h.SignIn(ctx, SignInInput{"ada.admin", goodPassword, code})
		h.wants(err, fault.Unauthenticated, "fault.code")
		code = h.code(secret)
		h.clock.pass(period)
		if p, err := h.SignIn(ctx, SignInInput{"ada.admin", goodPassword, code}); err != nil || p.Step != StepDone {
			h.t.Errorf("a code of the half minute before: %v %v", p.Step, err)
		}
	})
}

// TestCodeRace has eight passages use one code at once: one session comes of it.
func TestCodeRace(t *testing.T) {
	eachWith(t, Config{FreeTries: 100}, func(h *house) {
		ctx := h.t.Context()
		var tokens []string
		for range 8 {
			p, err := h.Begin(ctx, SignInInput{Name: "ada.admin", Password: goodPassword})
			if err != nil || p.Step != StepCode {
				h.t.Fatal(p, err)
			}
			tokens = append(tokens, p.Token)
		}
		code := h.code(secret)
		var opened atomic.Int64
		var group sync.WaitGroup
		for _, token := range tokens {
			group.Go(func() {
				p, err := h.ConfirmTOTP(ctx, CodeInput{token, code})
				if err == nil && p.Step == StepDone {
					opened.Add(1)
				} else if fault.CodeOf(err) != "fault.code_used" {
					h.t.Errorf("refused with %v", err)
				}
			})
		}
		group.Wait()
		if opened.Load() != 1 {
			h.t.Errorf("one code opened %d sessions", opened.Load())
		}
	})
}

func TestThirtyTwoAtOnce(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		for i := range 32 {
			h.add(fmt.Sprintf("user%d", i), access.DutyOfficer)
		}
		code := h.code(secret)
		var group sync.WaitGroup
		for i := range 32 {
			group.Go(func() {
				p, err := h.SignIn(ctx, SignInInput{fmt.Sprintf("user%d", i), goodPassword, code})
				if err != nil || p.Step != StepDone {
					h.t.Errorf("user%d: %v %v", i, p.Step, err)
					return
				}
				if _, info, err := h.Authenticate(ctx, p.Token); err != nil || info.Name != fmt.Sprintf("user%d", i) {
					h.t.Errorf("user%d is %s: %v", i, info.Name, err)
				}
			})
		}
		group.Wait()
		if n := h.audited("sign_in", ""); n != 32 {
			h.t.Errorf("%d sign-ins audited", n)
		}
	})
}

// TestGuessingAtOnce has 32 guesses at one name, at once: no more are looked at than in a row.
func TestGuessingAtOnce(t *testing.T) {
	each(t, func(h *house) {
		for _, name := range []string{"ada.admin", "nobody.here"} {
			before := h.hashes.Load()
			var slowed atomic.Int64
			var group sync.WaitGroup
			for range 32 {
				group.Go(func() {
					if _, err := h.Begin(h.t.Context(), SignInInput{Name: name, Password: "wrong password!"}); fault.KindOf(err) == fault.TooMany {
						slowed.Add(1)
					}
				})
			}
			group.Wait()
			if n := h.hashes.Load() - before; n != FreeTries || slowed.Load() != 32-FreeTries {
				h.t.Errorf("%s: %d guesses looked at, %d slowed", name, n, slowed.Load())
			}
		}
		if n := h.audited("sign_in", "fault.sign_in_slow"); n != 2 {
			h.t.Errorf("slowing two names is audited %d times", n)
		}
	})
}

func TestWaitGrowsAndIsForgotten(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		guess := func() error {
			_, err := h.Begin(ctx, SignInInput{Name: "ada.admin", Password: "wrong password!"})
			return err
		}
		for range FreeTries {
			h.wants(guess(), fault.Unauthenticated, "fault.sign_in")
		}
		for _, minutes := range []int{1, 2, 4, 8, 15, 15} {
			_, err := h.Begin(ctx, SignInInput{Name: "ada.admin", Password: goodPassword})
			h.wants(err, fault.TooMany, "fault.sign_in_slow")
			if fault.Params(err)["Minutes"] != minutes {
				h.t.Errorf("want %d minutes, have %v", minutes, fault.Params(err))
			}
			h.clock.pass(time.Duration(minutes) * time.Minute)
			h.wants(guess(), fault.Unauthenticated, "fault.sign_in")
		}
		h.clock.pass(forgetAfter + time.Second)
		for range FreeTries {
			h.wants(guess(), fault.Unauthenticated, "fault.sign_in")
		}
		h.wants(guess(), fault.TooMany, "fault.sign_in_slow")
		h.clock.pass(time.Minute)
		h.signIn("ada.admin")
		h.wants(guess(), fault.Unauthenticated, "fault.sign_in")
	})
}

func TestGuessingCodesIsSlowed(t *testing.T) {
	each(t, func(h *house) {
		p, err := h.Begin(h.t.Context(), SignInInput{Name: "ada.admin", Password: goodPassword})
		if err != nil {
			h.t.Fatal(err)
		}
		for range FreeTries {
			_, err = h.ConfirmTOTP(h.t.Context(), CodeInput{p.Token, "00000x"})
			h.wants(err, fault.Unauthenticated, "fault.code")
		}
		_, err = h.ConfirmTOTP(h.t.Context(), CodeInput{p.Token, h.code(secret)})
		h.wants(err, fault.TooMany, "fault.sign_in_slow")
		if h.audited("code", "fault.code") != FreeTries {
			h.t.Error("wrong codes are not audited")
		}
		h.clock.pass(PassageLife)
		_, err = h.ConfirmTOTP(h.t.Context(), CodeInput{p.Token, h.code(secret)})
		h.wants(err, fault.Unauthenticated, "fault.session_ended")
	})
}

func TestGuessingManyNamesIsSlowed(t *testing.T) {
	eachWith(t, Config{FailuresMinute: 10}, func(h *house) {
		ctx := h.t.Context()
		session := h.signIn("ada.admin")
		h.clock.pass(time.Minute)
		for i := range 10 {
			_, err := h.Begin(ctx, SignInInput{Name: fmt.Sprintf("name%d", i), Password: "wrong password!"})
			h.wants(err, fault.Unauthenticated, "fault.sign_in")
		}
		before := h.hashes.Load()
		for i := range 5 {
			_, err := h.Begin(ctx, SignInInput{Name: fmt.Sprintf("other%d", i), Password: "wrong password!"})
			h.wants(err, fault.TooMany, "fault.sign_in_slow")
		}
		if h.hashes.Load() != before || h.audited("sign_in", "fault.sign_in_slow") != 1 {
			h.t.Errorf("%d hashed, %d audited", h.hashes.Load()-before, h.audited("sign_in", "fault.sign_in_slow"))
		}
		if _, _, err := h.Authenticate(ctx, session.Token); err != nil {
			h.t.Errorf("a session suffers: %v", err)
		}
		h.clock.pass(time.Minute)
		h.signIn("ada.admin")
	})
}

func TestHashLanes(t *testing.T) {
	h := newHasher(Cost{Memory: 8, Passes: 1, Threads: 1}, 2)
	var now, most atomic.Int64
	h.derive = func(_, _ []byte, _, _ uint32, _ uint8, size uint32) []byte {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(time.Millisecond)
		now.Add(-1)
		return make([]byte, size)
	}
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			if _, err := h.make(t.Context(), goodPassword); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if most.Load() > 2 {
		t.Errorf("%d passwords hashed at once", most.Load())
	}
}

func TestCostIsBroughtUpToDate(t *testing.T) {
	each(t, func(h *house) {
		h.hash.cost.Memory, h.c.Cost.Memory = 16, 16
		h.signIn("ada.admin")
		if !strings.Contains(h.dump(), "$m=16,t=1,p=1$") {
			h.t.Error("the password is not hashed anew")
		}
		h.signIn("ada.admin")
	})
}
