package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/canary"
	"amparo/internal/jobs"
	"amparo/internal/notify"
	"amparo/internal/store"
)

// lookEvery is how often it is looked whether a canary was opened.
const lookEvery = time.Minute

// oneAnswer is how long the public side may take for one page of a canary's walk.
const oneAnswer = time.Minute

// canaryWay is the way in that canaries go: one that every pack has.
const canaryWay = "worried"

// newCanary makes the room of canaries.
func (r *rooms) newCanary(g ground) *canary.Room {
	c := canary.Config{Store: g.stores.main, Client: g.walker, Address: g.door, Way: canaryWay, Failed: r.notices.doorShut}
	if c.Address == nil {
		c.Address = func() string { return "" }
	}
	return canary.New(c)
}

// door is where the public side is reached, for the canary; empty while this process does not serve it and is not told where it is.
func (a *App) door() string {
	if a.config.PublicURL != "" || a.public.Listener == nil {
		return a.config.PublicURL
	}
	scheme := "http://"
	if a.config.TLSCert != "" {
		scheme = "https://"
	}
	return scheme + reachable(a.public.Listener.Addr()) + "/"
}

// reachable is an address that can be asked from here: this machine where a listener takes from everywhere.
func reachable(at net.Addr) string {
	tcp, ok := at.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return at.String()
	}
	return (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: tcp.Port}).String()
}

// walker is the client of canaries. Its own listener it knows by its certificate, which may be for another name than the address that it
// is reached by here; every other it holds to the usual rules.
func (a *App) walker() (*http.Client, error) {
	t := &http.Transport{TLSHandshakeTimeout: oneAnswer}
	if a.config.PublicURL != "" {
		t.Proxy = http.ProxyFromEnvironment
	} else if a.config.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(a.config.TLSCert, a.config.TLSKey)
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12,
			InsecureSkipVerify: true, //nolint:gosec // what is verified instead is that it is this very certificate
			VerifyConnection: func(s tls.ConnectionState) error {
				if len(s.PeerCertificates) == 0 || !bytes.Equal(s.PeerCertificates[0].Raw, pair.Certificate[0]) {
					return errors.New("another certificate than that of --tls-cert answers")
				}
				return nil
			}}
	}
	return &http.Client{Transport: t, Timeout: oneAnswer}, nil
}

// handleCanary gives the jobs of canaries their workers. A canary that fails is not sent again before its hour: what failed was noted, and
// is told.
func (a *App) handleCanary() {
	a.runner.Every("canary.send", canary.Every, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		err := a.rooms.canary.Send(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Error("the hourly test report did not come through", "cause", err.Error())
			return nil
		}
		return err
	})
	a.runner.Every("canary.look", lookEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		return a.rooms.canary.Look(ctx)
	})
}

// doorState is what the canaries say of the door.
func (a *App) doorState(ctx context.Context) (s canary.State, err error) {
	err = a.stores.main.Read(ctx, func(tx store.Tx) error {
		s, err = canary.Now(ctx, tx)
		return err
	})
	return s, err
}

// doorShut has those told who answer for the service.
func (n *notices) doorShut(ctx context.Context, tx store.Tx) error {
	if n.sender == nil {
		return nil
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: noticeDoor, Key: string(noticeDoor)})
}

// tellDoor is the work of noticeDoor.
func (n *notices) tellDoor(ctx context.Context, tx store.Tx, _ json.RawMessage) error {
	all, err := n.people.Colleagues(ctx, tx, "")
	if err != nil {
		return err
	}
	for _, u := range having(all, access.Administrator, access.Supervisor, access.ServiceLead) {
		if err := n.letter(ctx, tx, letter{User: u.ID, Kind: notify.Door, Lang: tongueOf(u)}, string(noticeDoor)); err != nil {
			return err
		}
	}
	return nil
}

// door looks at what the canaries say.
func (d *doctor) door(ctx context.Context, s stores) error {
	return s.main.Read(ctx, func(tx store.Tx) error {
		state, err := canary.Now(ctx, tx)
		if err != nil || state.Sent.IsZero() || state.Open(time.Now()) {
			return err
		}
		last := "None has come through yet"
		if !state.Passed.IsZero() {
			last = "The last one came through at " + state.Passed.UTC().Format("15:04 on 2 January 2006") + " UTC"
		}
		mend := map[canary.Failure]string{
			"":               "See that amparo serve is running: it sends one every hour.",
			canary.NotSent:   "Open the public side as anybody does, see that it answers, and look for its error in the log; see that --public-url is right.",
			canary.NotOpened: "See that the jobs run, and look for errors in the log: what is sent is not opened.",
		}[state.Failing]
		d.find("door", true, "The hourly test report did not come through: reports may not arrive. "+last+".", mend)
		return nil
	})
}
