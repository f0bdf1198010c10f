package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/web/staff/stafftest"
)

func TestAKeyIsMadeShownOnceAndRevoked(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("adam")
		b.Get("/partners").Wants(http.StatusOK, "No program can hand in reports yet")
		form := b.Get("/partners/new")
		refused := form.Submit("/partners/new", "partner", "Harbour Hotline", "expires", "2001-01-01")
		refused.Wants(http.StatusBadRequest, "Use 2 to 40 small letters", "This day has passed")
		if !strings.Contains(refused.Body, `value="Harbour Hotline"`) {
			t.Error("what was typed is lost")
		}
		form.Submit("/partners/new", "partner", "harbour", "expires", "nonsense").Wants(http.StatusBadRequest, "This day has passed")
		form.Submit("/partners/new", "partner", "harbour").Wants(http.StatusBadRequest, "This partner has no key yet")
		shown := form.Submit("/partners/new", "partner", "harbour", "name", "Harbour Hotline")
		shown.Wants(http.StatusOK, "It is shown here once")
		key := letters(shown, "code", 1)
		actor, _, err := h.Identity.PartnerOf(t.Context(), key)
		if err != nil || actor.ID != "harbour" || actor.Kind != access.Partner {
			t.Fatalf("%q opens %+v, %v", key, actor, err)
		}
		renamed := form.Submit("/partners/new", "partner", "harbour", "name", "Harbour School")
		renamed.Wants(http.StatusBadRequest, "This code belongs to a partner with another name")
		if !strings.Contains(renamed.Body, `value="Harbour School"`) || strings.Contains(renamed.Body, "amparo-partner-") {
			t.Error("what was typed is lost, or a key is shown")
		}
		list := b.Get("/partners")
		list.Wants(http.StatusOK, "1 partner", "Harbour Hotline", "In force", h.Now().UTC().Format(time.DateOnly))
		if strings.Contains(list.Body, key) || strings.Contains(h.Log(), key) {
			t.Error("the key is shown again")
		}
		id := letters(list, "code", 1)
		done := b.Post("/partners/revoke", "key", id).Follow()
		done.Wants(http.StatusOK, "The key is revoked", "Revoked")
		if _, _, err := h.Identity.PartnerOf(t.Context(), key); err == nil {
			t.Error("a revoked key opens")
		}
		if strings.Contains(done.Body, `value="`+id+`"`) {
			t.Error("it can be revoked again")
		}
		b.Post("/partners/revoke", "key", "none").Wants(http.StatusNotFound)
		for _, what := range []string{"add_key", "revoke_key"} {
			wants(h, "adam", id, what, audit.Done)
		}
		h.SignIn("aida").Get("/log").Wants(http.StatusOK, "Look at, make or revoke keys of partners")
		b.Get("/partners?l=ar").Wants(http.StatusOK, "الشركاء")
	})
}
