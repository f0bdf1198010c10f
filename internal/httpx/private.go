package httpx

import "net/http"

// kept are the only headers that a public handler sees: what it needs to answer, and nothing about who asks.
var kept = []string{
	"Accept", "Accept-Encoding", "Accept-Language", "Cache-Control", "Connection", "Content-Encoding", "Content-Length",
	"Content-Type", "Expect", "Idempotency-Key", "If-Modified-Since", "If-None-Match", "Origin", "Save-Data",
	"Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User",
}

// Private gives a copy of the request that does not tell who sends it: no address, no user agent, no cookie, no
// referring page, nothing that a proxy added. The request given is not changed.
func Private(r *http.Request) *http.Request {
	bare := r.WithContext(r.Context())
	bare.RemoteAddr = ""
	bare.Header = make(http.Header, len(kept))
	for _, name := range kept {
		if values := r.Header.Values(name); len(values) > 0 {
			bare.Header[name] = values
		}
	}
	return bare
}
