package app

import (
	"net/http"
	"path/filepath"

	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/vault/seal"
	"amparo/internal/web/public"
	"amparo/internal/web/staff"
)

// publicSide makes all pages for whoever reports.
func (a *App) publicSide() (http.Handler, error) {
	keys, err := seal.ReadOrCreatePublicKey(filepath.Join(a.config.Keys(), seal.PublicKeyFile))
	if err != nil {
		return nil, err
	}
	form, err := keys.Form()
	if err != nil {
		return nil, err
	}
	engine, err := a.page()
	if err != nil {
		return nil, err
	}
	room := intake.New(intake.Config{Store: a.stores.main, Pepper: keys.Pepper(), Wake: a.runner.Wake})
	return public.New(public.Config{Page: engine, Lang: a.words, Pack: a.pack, Intake: room, Form: form,
		Log: a.log, Clock: clock.System{}, Demo: a.config.Demo})
}

// staffSide makes all pages for staff.
func (a *App) staffSide() (http.Handler, error) {
	engine, err := a.page()
	if err != nil {
		return nil, err
	}
	site, err := staff.New(staff.Config{Page: engine, Lang: a.words, Identity: a.rooms.people, Log: a.log, Clock: clock.System{},
		Name: "Amparo " + a.pack.Name(a.pack.Default()), Default: a.pack.Default(), Demo: a.config.Demo, Secure: a.config.Secure()})
	if err != nil {
		return nil, err
	}
	return site.Handler(), nil
}
