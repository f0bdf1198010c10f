package admin_test

import (
	"context"
	"slices"
	"testing"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/identity"
	"amparo/internal/store"
	"amparo/internal/web/admin"
	"amparo/internal/web/staff/stafftest"
)

// each runs f on each engine, in a house with the pages under test.
func each(t *testing.T, f func(t *testing.T, h *stafftest.House)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		furnish(h, h.Vault.Exported)
		f(t, h)
	})
}

// furnish adds the pages to the house and gives their patterns.
func furnish(h *stafftest.House, copied func(ctx context.Context) (bool, error)) []string {
	h.T.Helper()
	before := len(h.Site.Routes())
	err := admin.Add(h.Site, admin.Config{Identity: h.Identity, Store: h.Main, Pack: h.Pack, Triage: h.Triage, Clock: h.Clock(),
		KeysCopied: copied, Name: func(_ context.Context, user string) string {
			u, _ := h.Identity.User(h.T.Context(), access.Console, identity.UserID(user))
			return u.DisplayName
		}})
	if err != nil {
		h.T.Fatal(err)
	}
	return h.Site.Routes()[before:]
}

// entries are those of the log that fit the filter, the newest first. Looking leaves no entry.
func entries(h *stafftest.House, f audit.Filter) (list []audit.Listed) {
	h.T.Helper()
	proof, err := access.Decide(h.Actor("aida"), access.AuditRead)
	if err != nil {
		h.T.Fatal(err)
	}
	h.Read(func(ctx context.Context, tx store.Tx) (err error) {
		list, err = audit.List(ctx, tx, proof, f)
		return err
	})
	return list
}

// wants fails the test unless somebody has left an entry on a subject that says what was done, with the outcome.
func wants(h *stafftest.House, who, subject, what string, outcome audit.Outcome) {
	h.T.Helper()
	list := entries(h, audit.Filter{Actor: h.ID(who), Subject: subject, Outcome: outcome})
	if !slices.ContainsFunc(list, func(e audit.Listed) bool { return e.Detail["what"] == what }) {
		h.T.Errorf("no entry says %s %s: %+v", what, outcome, list)
	}
}

// sessions are the open ones of somebody.
func sessions(h *stafftest.House, who string) int {
	h.T.Helper()
	list, err := h.Identity.Sessions(h.T.Context(), access.Console, identity.UserID(h.ID(who)))
	if err != nil {
		h.T.Fatal(err)
	}
	return len(list)
}

// path is the address of somebody's page.
func path(h *stafftest.House, who string) string { return "/people/" + h.ID(who) }

// letters are what stands on a page to be copied letter by letter, the nth time.
func letters(p stafftest.Page, element string, nth int) string {
	for _, n := range p.Find(element) {
		if stafftest.Attr(n, "translate") != "no" {
			continue
		}
		if nth--; nth < 0 {
			return stafftest.Content(n)
		}
	}
	return ""
}

// roles are those of somebody now.
func roles(h *stafftest.House, who string) []access.Role { return slices.Clone(h.User(who).Roles) }
