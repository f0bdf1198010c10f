package httpx

import (
	"context"
	"net/http"
	"time"

	"amparo/internal/fault"
)

// readyTime is how long a readiness check may take.
const readyTime = 2 * time.Second

// Health answers /healthz: the process lives. It asks nobody.
func Health() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, "application/json", http.StatusOK, map[string]string{"status": "ok"})
	})
}

// Ready answers /readyz: 200 when the check passes within two seconds, otherwise 503 with the code of the fault, as in
// fault.starting. The cause is never shown. The check must heed its context.
func Ready(check func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTime)
		defer cancel()
		if err := check(ctx); err != nil {
			writeJSON(w, "application/json", http.StatusServiceUnavailable,
				map[string]string{"status": "not ready", "code": string(fault.CodeOf(err))})
			return
		}
		writeJSON(w, "application/json", http.StatusOK, map[string]string{"status": "ready"})
	})
}
