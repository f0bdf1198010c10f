package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// StepTime is how long one call of Do may take.
const StepTime = 60 * time.Second

// state is what a browser's context carries.
type state struct {
	profile string
	end     func() error // ends the process, once
	mu      sync.Mutex
	heard   []string // guarded by mu; console messages, refusals and exceptions
}

type stateKey struct{}

// Start opens a browser with an empty profile and one blank tab. It ends, and the profile goes, with the test. languages is
// what it asks pages for, as in "ar"; English when none is given.
func Start(t testing.TB, languages ...string) context.Context {
	t.Helper()
	return start(t, &state{profile: t.TempDir()}, languages)
}

// StartKeeping opens a browser whose owner lets the pages of one host keep something, as in "127.0.0.1", and those of every other nothing: no cookie and no storage,
// also in frames.
func StartKeeping(t testing.TB, host string) context.Context {
	t.Helper()
	s := &state{profile: t.TempDir()}
	settings := fmt.Sprintf(`{"profile":{"default_content_setting_values":{"cookies":2},"content_settings":{"exceptions":{"cookies":{"http://%s:*,*":{"setting":1}}}}}}`, host)
	err := errors.Join(os.Mkdir(filepath.Join(s.profile, "Default"), 0o700), os.WriteFile(filepath.Join(s.profile, "Default", "Preferences"), []byte(settings), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return start(t, s, nil)
}

func start(t testing.TB, s *state, languages []string) context.Context {
	t.Helper()
	language := strings.Join(append(languages, "en"), ",")
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(executable(t)), chromedp.UserDataDir(s.profile), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("accept-lang", language), chromedp.Flag("lang", strings.Split(language, ",")[0]),
		chromedp.WSURLReadTimeout(StepTime),
	}
	base := context.WithValue(context.Background(), stateKey{}, s)
	allocated, release := chromedp.NewExecAllocator(base, options...)
	ctx, leave := chromedp.NewContext(allocated, chromedp.WithListener(s.listen))
	s.end = sync.OnceValue(func() error {
		limited, stop := context.WithTimeout(ctx, StepTime)
		defer stop()
		return chromedp.Cancel(limited) // waits until the process is gone
	})
	t.Cleanup(func() {
		_ = s.end()
		leave()
		release()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return ctx
}

// End ends the browser before the test ends, so that its profile can be read as it is left.
func End(t testing.TB, ctx context.Context) {
	t.Helper()
	if err := ctx.Value(stateKey{}).(*state).end(); err != nil {
		t.Fatalf("ending Chromium: %v", err)
	}
}

// Profile is the folder in which the browser keeps what it keeps.
func Profile(ctx context.Context) string { return ctx.Value(stateKey{}).(*state).profile }

// An Action is a step that gives no value.
type Action = chromedp.Action[chromedp.Void]

// Do runs actions in the browser and ends the test when one fails.
func Do(t testing.TB, ctx context.Context, actions ...Action) {
	t.Helper()
	limited, stop := context.WithTimeout(ctx, StepTime)
	defer stop()
	if err := chromedp.Do(limited, actions...); err != nil {
		t.Fatalf("in the browser: %v", err)
	}
}

// Read runs an action that gives a value, and ends the test when it fails.
func Read[T any](t testing.TB, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	limited, stop := context.WithTimeout(ctx, StepTime)
	defer stop()
	value, err := chromedp.Run(limited, action)
	if err != nil {
		t.Fatalf("in the browser: %v", err)
	}
	return value
}

// Glance gives what an expression of JavaScript, a text, is now; empty while the page is on its way to another one.
func Glance(t testing.TB, ctx context.Context, expression string) string {
	t.Helper()
	limited, stop := context.WithTimeout(ctx, StepTime)
	defer stop()
	text, err := chromedp.Run(limited, chromedp.Evaluate[string](expression))
	if left := (&cdproto.Error{}); errors.As(err, &left) && left.Code == leftCode {
		return ""
	}
	if err != nil {
		t.Fatalf("in the browser: %v", err)
	}
	return text
}

// leftCode is the code of the error of whoever asks a page that has just been left.
const leftCode = -32000

// InFrame gives what an expression of JavaScript, a text, is in the frame of another site whose address begins so.
func InFrame(t testing.TB, ctx context.Context, address, expression string) string {
	t.Helper()
	limited, stop := context.WithTimeout(ctx, StepTime)
	defer stop()
	all, err := chromedp.Targets(limited)
	if err != nil {
		t.Fatalf("in the browser: %v", err)
	}
	for _, one := range all {
		if one.Type == "iframe" && strings.HasPrefix(one.URL, address) {
			frame, leave := chromedp.NewContext(ctx, chromedp.WithTargetID(one.TargetID))
			defer leave()
			return Read(t, frame, chromedp.Evaluate[string](expression))
		}
	}
	t.Fatalf("the page has no frame from %s", address)
	return ""
}

// Resize makes the window so many CSS pixels wide and high; a narrow one behaves as a telephone does.
func Resize(t testing.TB, ctx context.Context, width, height int64) {
	t.Helper()
	if width < 600 {
		Do(t, ctx, chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulatePortrait))
		return
	}
	Do(t, ctx, chromedp.EmulateViewport(width, height))
}

// Medium shows pages as a medium does ("print"; empty is the screen), with the colours of the reader's own where forced is true.
func Medium(t testing.TB, ctx context.Context, medium string, forced bool) {
	t.Helper()
	value := "none"
	if forced {
		value = "active"
	}
	command(t, ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium,
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: value}}})
}

// Scripts lets pages that are opened from now on run scripts, or not.
func Scripts(t testing.TB, ctx context.Context, run bool) {
	t.Helper()
	command(t, ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run})
}

func command[P, R any](t testing.TB, ctx context.Context, c cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(ctx, c, params); err != nil {
		t.Fatalf("in the browser: %s: %v", c.Method, err)
	}
}

// Screenshot writes the whole page to name.png in the folder that AMPARO_SHOTS names, for a person to look at. It does
// nothing where that is not set.
func Screenshot(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("AMPARO_SHOTS")
	if dir == "" {
		return
	}
	png := Read(t, ctx, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// listen keeps what the console says.
func (s *state) listen(event any) {
	line := ""
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		for _, arg := range e.Args {
			line += " " + string(arg.Value)
		}
		line = fmt.Sprintf("console.%s:%s", e.Type, line)
	case *runtime.EventExceptionThrown:
		line = "exception: " + e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		line = fmt.Sprintf("%s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
	default:
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, line)
}

// Heard gives all that the console said since the start: messages, exceptions, failed loads, refusals of the
// content security policy.
func Heard(ctx context.Context) []string {
	s := ctx.Value(stateKey{}).(*state)
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.heard...)
}

// Quiet fails the test when the console said anything.
func Quiet(t testing.TB, ctx context.Context) {
	t.Helper()
	for _, line := range Heard(ctx) {
		t.Errorf("the console says %s", line)
	}
}

// executable finds Chromium. A machine without it fails the test: the pages are not shown to work.
func executable(t testing.TB) string {
	t.Helper()
	for _, path := range []string{"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium; run scripts/setup")
	return ""
}
