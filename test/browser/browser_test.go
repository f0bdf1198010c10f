package browser

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"amparo/internal/page/browsertest"
	"amparo/internal/store/storetest"
	"amparo/test/program"
)

// binary is the program as operators get it, built by TestMain.
var binary string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "amparo-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "amparo")
	command := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "amparo/cmd/amparo")
	command.Env, command.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the program cannot be built:", err)
		return 1
	}
	return m.Run()
}

// ownPassword is what everybody chooses at the first sign-in.
const ownPassword = "seven quiet herons by the lake"

// A world is one demonstration that serves, and how the people in it sign in.
type world struct {
	*program.Program
	house   program.House
	secrets map[string]string // of the apps with the codes, by sign-in name
}

// each runs f against the program on each engine.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { f(t, serve(t, "")) })
	t.Run("postgres", func(t *testing.T) {
		address, drop, err := program.NewDatabase(t.Context(), storetest.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := drop(); err != nil {
				t.Error(err)
			}
		})
		f(t, serve(t, address))
	})
}

func serve(t *testing.T, database string) *world {
	t.Helper()
	house := program.House{Dir: filepath.Join(t.TempDir(), "data"), Database: database}
	ctx, stop := context.WithCancel(context.Background())
	p, err := program.Start(ctx, program.Config{Binary: binary, Log: filepath.Join(t.TempDir(), "log"),
		Args: append([]string{"serve", "--json", "--demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, house.Args()...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("the program did not end well: %v", err)
		}
		stop()
	})
	return &world{Program: p, house: house, secrets: map[string]string{}}
}

// oneTime gives somebody a new one-time password, as an operator does.
func (w *world) oneTime(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), binary, append([]string{"user", "password", name, "--json"}, w.house.Args()...)...).Output()
	if err != nil {
		t.Fatalf("no new password for %s: %v", name, err)
	}
	return passwordIn(t, out)
}

// A person is a browser and who sits in front of it.
type person struct {
	t       *testing.T
	ctx     context.Context
	scripts bool // the browser runs them
}

// child is somebody with an old telephone, without scripts, who reads Arabic.
func child(t *testing.T) person {
	t.Helper()
	p := person{t, browsertest.Start(t, "ar"), false}
	browsertest.Resize(t, p.ctx, 320, 568)
	browsertest.Do(t, p.ctx, chromedp.Navigate("about:blank"))
	browsertest.Scripts(t, p.ctx, false)
	return p
}

// visit opens an address.
func (p person) visit(address string) {
	p.t.Helper()
	browsertest.Do(p.t, p.ctx, chromedp.Navigate(address))
}

// press presses something that leads to another page, and waits until that is there.
func (p person) press(css string) {
	p.t.Helper()
	browsertest.Do(p.t, p.ctx, chromedp.Evaluate[chromedp.Void](`void (document.documentElement.dataset.left = "yes")`), chromedp.Click(chromedp.CSS(css)))
	p.arrive(css)
}

func (p person) arrive(after string) {
	p.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		there, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !document.documentElement.dataset.left`))
		if err == nil && there {
			return
		}
	}
	p.t.Fatalf("no page came after %s; the browser shows: %s", after, p.text())
}

// text is what can be read on the page.
func (p person) text() string {
	p.t.Helper()
	return browsertest.Read(p.t, p.ctx, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
}

// has tells whether something is on the page.
func (p person) has(css string) bool {
	p.t.Helper()
	return browsertest.Read(p.t, p.ctx, chromedp.Evaluate[bool](fmt.Sprintf("!!document.querySelector(%q)", css)))
}

// tick presses what stays on the page: a radio, a box.
func (p person) tick(css string) {
	p.t.Helper()
	browsertest.Do(p.t, p.ctx, chromedp.Click(chromedp.CSS(css)))
}

// choose chooses from a list.
func (p person) choose(css, value string) {
	p.t.Helper()
	browsertest.Do(p.t, p.ctx, chromedp.SetValue(chromedp.CSS(css), value))
}

// write types into a field, in place of what is there.
func (p person) write(css, words string) {
	p.t.Helper()
	browsertest.Do(p.t, p.ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void (document.querySelector(%q).value = "")`, css)),
		chromedp.SendKeys(chromedp.CSS(css), words))
}

// look checks what is true of every page, and takes a picture. Axe needs scripts; the pages of the public side are looked
// at by it in their own room's tests.
func (p person) look(name string) {
	p.t.Helper()
	browsertest.NoSideways(p.t, p.ctx)
	if p.scripts {
		browsertest.Axe(p.t, p.ctx)
	}
	browsertest.Screenshot(p.t, p.ctx, name)
}

// signIn goes the whole way of somebody who signs in, the first time with a one-time password and a new app.
func (w *world) signIn(t *testing.T, name, language string) person {
	t.Helper()
	p := person{t, browsertest.Start(t, language), true}
	browsertest.Resize(t, p.ctx, 1200, 900)
	p.visit(w.Desk)
	password := ownPassword
	if w.secrets[name] == "" {
		password = w.oneTime(t, name)
	}
	p.write("#name", name)
	p.write("#password", password)
	p.press("main form .govuk-button")
	if p.has("#again") {
		p.write("#password", ownPassword)
		p.write("#again", ownPassword)
		p.press("main form .govuk-button")
		w.secrets[name] = browsertest.Read(t, p.ctx, chromedp.Evaluate[string](`document.querySelector("[translate=no]").innerText.replaceAll(" ", "")`))
	}
	code, err := totp.GenerateCode(w.secrets[name], time.Now())
	if err != nil {
		t.Fatal(err)
	}
	p.write("#code", code)
	p.press("main form .govuk-button")
	return p
}

// ok asks a listener for its health.
func ok(t *testing.T, address string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("%s: %v", address, err)
		return
	}
	answer.Body.Close()
}
