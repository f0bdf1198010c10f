package staff

import "net/http"

// The names of the two cookies.
const (
	sessionCookie  = "amparo"
	languageCookie = "language"
)

// cookieName has the prefix that browsers hold to TLS and to this host, where there is TLS.
func (s *Site) cookieName() string {
	if s.Secure {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

func (s *Site) token(r *http.Request) string {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// remember keeps the token in the person's browser until it is closed; an empty token forgets it.
func (s *Site) remember(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
