package page

import (
	"net/http"
	"net/url"
)

// DefaultExit is where Exit leads when the country's pack names no other place: the same for everybody, and of no
// interest to anybody.
const DefaultExit = "https://www.bbc.com/weather"

// Exit answers the way out: it tells the browser to forget what it holds of this place and sends it to the target at once.
// A target that is no absolute web address is replaced by DefaultExit. It has no body: nothing is there to be seen.
func Exit(target string) http.Handler {
	if u, err := url.Parse(target); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		target = DefaultExit
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Location", target)
		h.Set("Content-Length", "0")
		w.WriteHeader(http.StatusSeeOther)
	})
}
