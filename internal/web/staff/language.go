package staff

import (
	"net/http"
	"slices"

	"amparo/internal/lang"
	"amparo/internal/page"
)

// languageLife is how many seconds a browser remembers the language that was chosen: a year.
const languageLife = 365 * 24 * 60 * 60

// tongues are the buttons that choose a language, and where they lead back to.
type tongues struct {
	List []page.Language
	Next string
}

func (s *Site) tongues(p lang.Printer, next string) tongues {
	return tongues{s.Page.Languages(p, func(string) string { return "" }), next}
}

// takeLanguage keeps the language that was chosen in the browser. One that the program does not speak changes nothing.
func (s *Site) takeLanguage(w http.ResponseWriter, r *http.Request) error {
	if tag := r.PostForm.Get("language"); slices.Contains(s.Lang.Tags(), tag) {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: tag, Path: "/", MaxAge: languageLife, HttpOnly: true,
			Secure: s.Secure, SameSite: http.SameSiteStrictMode})
	}
	http.Redirect(w, r, local(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}
