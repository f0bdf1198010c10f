package staff_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/web/staff"
	"amparo/internal/web/staff/stafftest"
)

const ownPassword = "seven kites over the bay"

// typed signs huda in by typing, as far as the code.
func typed(h *stafftest.House, next string) stafftest.Page {
	h.T.Helper()
	b := h.Visitor()
	return b.Get(next).Follow().Submit("/sign-in", "name", "huda", "password", stafftest.Password)
}

func TestSignInWithTwoFactors(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		b := h.Visitor()
		p := b.Get("/account?x=1")
		p.Leads("/sign-in?next=%2Faccount%3Fx%3D1")
		p = p.Follow().Wants(http.StatusOK, "Sign in", "Password")
		p = p.Submit("/sign-in", "name", " Huda ", "password", stafftest.Password)
		p.Leads("/sign-in/code?next=%2Faccount%3Fx%3D1")
		passage := b.Cookie(stafftest.SessionCookie)
		b.Get("/account").Wants(http.StatusSeeOther) // the password alone opens nothing
		b.Get("/sign-in/enrol").Leads("/sign-in/code")
		b.Post("/sign-in/password", "password", ownPassword, "again", ownPassword).Leads("/sign-in/code")
		p = p.Follow().Wants(http.StatusOK, "Six-digit code").Submit("/sign-in/code", "code", "000 000")
		p.Wants(http.StatusUnauthorized, "wrong or too old", "Six-digit code")
		p = p.Submit("/sign-in/code", "code", h.Code())
		p.Leads("/account?x=1")
		if token := b.Cookie(stafftest.SessionCookie); token == passage || token == "" {
			t.Error("the session has the token of the passage")
		}
		p.Follow().Wants(http.StatusOK, "Huda Salem", "Duty officer", "This session", "Demoland")
		b.Get("/sign-in?next=/account").Leads("/account")
		b.SetCookie(stafftest.SessionCookie, passage)
		b.Get("/account").Wants(http.StatusSeeOther)
	})
}

// TestARefusalTellsNothing compares the pages for an unknown name, a wrong password and somebody who may not sign in.
func TestARefusalTellsNothing(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		if err := h.Identity.Deactivate(t.Context(), access.Console, identity.UserID(h.ID("omar"))); err != nil {
			t.Fatal(err)
		}
		said := map[string]bool{}
		for _, try := range [][2]string{{"nobody", "wrong"}, {"huda", "wrong"}, {"omar", stafftest.Password}, {"", ""}, {strings.Repeat("x", 3000), "\x00"}} {
			b := h.Visitor()
			p := b.Get("/sign-in").Submit("/sign-in", "name", try[0], "password", try[1])
			p.Wants(http.StatusUnauthorized, "The name, the password or the code is wrong")
			if p.Hidden("/sign-in").Get("name") != try[0] || p.Hidden("/sign-in").Get("password") != "" {
				t.Error("the name is not kept, or the password is")
			}
			if b.Cookie(stafftest.SessionCookie) != "" {
				t.Error("a refused sign-in sets a cookie")
			}
			said[p.Text] = true
		}
		if len(said) != 1 {
			t.Errorf("refusals differ: %v", said)
		}
	})
}

func TestTooManyTriesSaysHowLong(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		b := h.Visitor()
		for range identity.FreeTries {
			b.Post("/sign-in", "name", "huda", "password", "wrong").Wants(http.StatusUnauthorized)
		}
		p := b.Post("/sign-in", "name", "huda", "password", stafftest.Password)
		p.Wants(http.StatusTooManyRequests, "Too many tries. Wait 1 minute")
		if p.Hidden("/sign-in").Get("name") != "huda" {
			t.Error("the name is not kept")
		}
		h.Advance(time.Minute + time.Second)
		b.Post("/sign-in", "name", "huda", "password", stafftest.Password).Leads("/sign-in/code")
	})
}

// TestTheFirstSignIn goes the whole way of somebody who was just added.
func TestTheFirstSignIn(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		added, err := h.Identity.AddUser(t.Context(), access.Console, identity.AddUserInput{Name: "rana", DisplayName: "Rana Saad",
			Agency: identity.AgencyID(h.Agency), Roles: []access.Role{access.DutyOfficer}})
		if err != nil {
			t.Fatal(err)
		}
		b := h.Visitor()
		p := b.Get("/account").Follow().Submit("/sign-in", "name", "rana", "password", added.Password)
		p = p.Follow().Wants(http.StatusOK, "Choose your own password")
		p.Submit("/sign-in/password", "password", ownPassword, "again", "other").Wants(http.StatusBadRequest, "not the same")
		p.Submit("/sign-in/password", "password", "short", "again", "short").Wants(http.StatusBadRequest, "too short")
		p.Submit("/sign-in/password", "password", added.Password, "again", added.Password).Wants(http.StatusBadRequest, "Choose a new one")
		p = p.Submit("/sign-in/password", "password", ownPassword, "again", ownPassword).Follow()
		p.Wants(http.StatusOK, "Set up the app with your codes")
		letters := secretOn(p)
		if again := b.Get("/sign-in/enrol"); secretOn(again) != letters || len(letters) != 32 {
			t.Errorf("loading again offers another secret, or none: %q", letters)
		}
		if len(p.Find("svg")) != 1 || !strings.Contains(p.Body, `href="otpauth://totp/`) || strings.Contains(p.Body, "account?") {
			t.Error("no picture, no address for the app, or something of a stranger's beside the secret")
		}
		p.Submit("/sign-in/enrol", "code", "123").Wants(http.StatusUnauthorized, "wrong or too old", "Set up the app")
		p = p.Submit("/sign-in/enrol", "code", h.CodeOf(letters)).Follow()
		p.Wants(http.StatusOK, "Rana Saad")
		b.Get("/sign-in/enrol").Follow().Wants(http.StatusOK, "Rana Saad")
	})
}

// secretOn reads the letters of the secret from the page that offers it.
func secretOn(p stafftest.Page) string {
	for _, n := range p.Find("bdi") {
		if stafftest.Attr(n, "translate") == "no" {
			return strings.ReplaceAll(stafftest.Content(n), " ", "")
		}
	}
	return ""
}

func TestAPassageEnds(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		p := typed(h, "/account").Follow()
		h.Advance(identity.PassageLife + time.Second)
		for _, late := range []stafftest.Page{p.Submit("/sign-in/code", "code", h.Code()), p.Browser().Get("/sign-in/code?next=%2Faccount")} {
			late.Leads("/sign-in?done=start_again&next=%2Faccount").Follow().Wants(http.StatusOK, "Start again with your name")
		}
		h.Visitor().Get("/sign-in/password").Leads("/sign-in?done=start_again&next=%2F")
	})
}

func TestNextLeadsNowhereElse(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		for _, next := range []string{"https://elsewhere.test/x", "//elsewhere.test", "///elsewhere.test", `/\elsewhere.test`, `\\elsewhere.test`,
			"/%5Celsewhere.test", "javascript:alert(1)", "elsewhere", "http:/x", "/\n/elsewhere.test", "////elsewhere.test"} {
			p := h.Visitor().Post("/language", "language", "en", "next", next)
			if strings.Contains(p.Location, "//") || strings.Contains(p.Location, `\`) || !strings.HasPrefix(p.Location, "/") ||
				strings.Contains(p.Location, ":") {
				t.Errorf("%q leads to %q", next, p.Location)
			}
		}
		b := h.Visitor()
		p := b.Post("/sign-in", "name", "huda", "password", stafftest.Password, "next", "//elsewhere.test/x")
		p.Leads("/sign-in/code")
		b.Post("/sign-in/code", "code", h.Code(), "next", "https://elsewhere.test/").Leads("/")
	})
}

func TestSignOut(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("huda")
		token := b.Cookie(stafftest.SessionCookie)
		b.Get("/sign-out").Wants(http.StatusNotFound)
		p := b.Get("/account").Submit("/sign-out")
		p.Leads("/sign-in?done=signed_out").Follow().Wants(http.StatusOK, "You have signed out")
		if b.Cookie(stafftest.SessionCookie) != "" {
			t.Error("the cookie stays")
		}
		b.SetCookie(stafftest.SessionCookie, token)
		b.Get("/account").Wants(http.StatusSeeOther)
	})
}

// TestSigningInEndsWhatWasOpen holds that a browser has one session, with a token that was never there before.
func TestSigningInEndsWhatWasOpen(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("omar")
		old := b.Cookie(stafftest.SessionCookie)
		b.Post("/sign-in", "name", "huda", "password", "wrong").Wants(http.StatusUnauthorized)
		b.Get("/account").Wants(http.StatusOK, "Omar Haddad")
		b.Post("/sign-in", "name", "huda", "password", stafftest.Password).Leads("/sign-in/code")
		other := h.Visitor()
		other.SetCookie(stafftest.SessionCookie, old)
		other.Get("/account").Wants(http.StatusSeeOther)
	})
}

func TestCookies(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		for secure, name := range map[bool]string{false: stafftest.SessionCookie, true: "__Host-" + stafftest.SessionCookie} {
			base := map[bool]string{false: "http://desk.test", true: "https://desk.test"}[secure]
			b := h.At(h.NewSite(staff.Config{Secure: secure}).Handler(), base)
			pages := []stafftest.Page{b.Post("/sign-in", "name", "huda", "password", stafftest.Password), b.Post("/language", "language", "ar")}
			h.Advance(30 * time.Second)
			pages = append(pages, b.Post("/sign-in/code", "code", h.Code()), b.Post("/sign-out"))
			for i, p := range pages {
				if len(p.Cookies) != 1 {
					t.Fatalf("answer %d sets %d cookies: %s", i, len(p.Cookies), p.Text)
				}
				c := p.Cookies[0]
				if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != secure || c.Path != "/" || c.Domain != "" {
					t.Errorf("cookie %d: %s", i, c)
				}
				if i != 1 && c.Name != name {
					t.Errorf("cookie %d is named %s, want %s", i, c.Name, name)
				}
				if i == 0 && (c.MaxAge != 0 || !c.Expires.IsZero()) {
					t.Error("the session outlives the browser")
				}
			}
		}
	})
}

func TestLanguage(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		b := h.Visitor()
		p := b.Get("/sign-in?next=%2Faccount").Submit("/language", "language", "ar")
		p.Leads("/sign-in?next=%2Faccount").Follow().Wants(http.StatusOK, "تسجيل الدخول")
		b.Post("/language", "language", "xx", "next", "/sign-in").Follow().Wants(http.StatusOK, "تسجيل الدخول")
		b = h.SignIn("huda")
		p = b.Get("/account").Wants(http.StatusOK, "Your account").Submit("/language", "language", "ar").Follow()
		p.Wants(http.StatusOK, "حسابك", "الموظف المناوب")
		if stafftest.Attr(p.Find("html")[0], "dir") != "rtl" {
			t.Error("Arabic is not written from the right")
		}
		other := h.Visitor()
		other.Header.Set("Accept-Language", "ar-SY,ar;q=0.9")
		other.Get("/sign-in").Wants(http.StatusOK, "تسجيل الدخول")
	})
}

// TestChangesComeFromHereAlone sends what another place would send with somebody's browser, and what no form sends.
func TestChangesComeFromHereAlone(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("huda")
		send := func(kind string, head ...string) stafftest.Page {
			r := httptest.NewRequest(http.MethodPost, "http://desk.test/account/others", strings.NewReader("x=1"))
			r.Header.Set("Content-Type", kind)
			for i := 0; i < len(head); i += 2 {
				r.Header.Set(head[i], head[i+1])
			}
			return b.Do(r)
		}
		form := "application/x-www-form-urlencoded"
		send(form, "Sec-Fetch-Site", "cross-site").Wants(http.StatusForbidden, "not ours")
		send(form, "Sec-Fetch-Site", "same-site").Wants(http.StatusForbidden, "not ours")
		send(form, "Origin", "http://elsewhere.test").Wants(http.StatusForbidden, "not ours")
		send("multipart/form-data; boundary=x", "Sec-Fetch-Site", "same-origin").Wants(http.StatusUnsupportedMediaType, "files")
		send("application/json", "Sec-Fetch-Site", "same-origin").Wants(http.StatusUnsupportedMediaType)
		send(form, "Sec-Fetch-Site", "same-origin").Leads("/account?done=sessions_ended")
		b.Post("/account/others", "x", strings.Repeat("y", staff.MaxBody)).Wants(http.StatusRequestEntityTooLarge)
	})
}
