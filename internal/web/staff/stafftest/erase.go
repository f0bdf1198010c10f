package stafftest

import (
	"context"

	"amparo/internal/retention"
	"amparo/internal/store"
)

// Destroy does the job that follows an erasure, and gives the erasure list.
func (h *House) Destroy() (list []retention.Erased) {
	h.T.Helper()
	h.must(h.Retention.DestroyKeys(h.T.Context(), func(all []retention.Erased) error { list = all; return nil },
		func(context.Context, store.Tx) error { return nil }))
	return list
}
