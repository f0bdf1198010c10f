package page

import "net/http"

// policy lets a page load its own sheet, script and icon, send forms to its own place, and its script ask there for pages; nothing
// else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const features = "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(), display-capture=(), " +
	"encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), " +
	"microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), " +
	"serial=(), usb=(), xr-spatial-tracking=(), browsing-topics=()"

func guard(w http.ResponseWriter, r *http.Request, referrer string) http.ResponseWriter {
	for name, value := range map[string]string{
		"Content-Security-Policy":      policy,
		"Permissions-Policy":           features,
		"Referrer-Policy":              referrer,
		"Cache-Control":                "no-store",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Embedder-Policy": "require-corp",
	} {
		w.Header().Set(name, value)
	}
	return &negotiated{w, takesGzip(r.Header.Get("Accept-Encoding"))}
}

// PublicHeaders sets what every answer of the public side carries: nothing is loaded from elsewhere, nothing kept, and no page
// tells another where its reader came from. It goes around everything, also around errors and static files.
func PublicHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(guard(w, r, "no-referrer"), r)
	})
}

// DeskHeaders does the same for staff pages. Their own pages learn the origin, so that a browser without fetch metadata
// still proves that a form came from here.
func DeskHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(guard(w, r, "same-origin"), r)
	})
}

// DeskSameOrigin refuses changes that a page of another place has sent with the browser of somebody who is signed in; deny
// answers those.
func DeskSameOrigin(deny, next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(deny)
	return p.Handler(next)
}

// PublicSameOrigin does the same for the public side, but only where the browser says who sent the form. An old browser
// does not, and under no-referrer its origin reads "null"; its report is accepted, for nobody is signed in whose name could
// be misused.
func PublicSameOrigin(deny, next http.Handler) http.Handler {
	strict := DeskSameOrigin(deny, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Sec-Fetch-Site") == "" {
			next.ServeHTTP(w, r)
			return
		}
		strict.ServeHTTP(w, r)
	})
}
