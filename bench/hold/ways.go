package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

const (
	chromium = "/usr/bin/chromium"
	stepTime = time.Minute
)

// walks are ways through the form in a browser, of one kind: each figure is the median.
type walks struct {
	name, scripts     string
	pages             int
	took, waited, cpu time.Duration
	bytes             int64
}

// ways goes through the form of each house, with scripts and without, in turn.
func (b *bench) ways(ctx context.Context, houses []*house, p *page) error {
	if b.journeys == 0 {
		return nil
	}
	for _, h := range houses {
		all := map[bool][]walks{}
		for range b.journeys {
			for _, scripts := range []bool{true, false} {
				w, err := b.walk(ctx, h, scripts)
				if err != nil {
					return fmt.Errorf("%s, scripts %t: %w", h.name, scripts, err)
				}
				all[scripts] = append(all[scripts], w)
			}
		}
		for _, scripts := range []bool{true, false} {
			w := walks{name: h.name, scripts: map[bool]string{true: "on", false: "off"}[scripts], pages: all[scripts][0].pages}
			w.took = middle(all[scripts], func(w walks) time.Duration { return w.took })
			w.waited = middle(all[scripts], func(w walks) time.Duration { return w.waited })
			w.cpu = middle(all[scripts], func(w walks) time.Duration { return w.cpu })
			w.bytes = int64(middle(all[scripts], func(w walks) time.Duration { return time.Duration(w.bytes) }))
			p.walks = append(p.walks, &w)
		}
	}
	return nil
}

func middle(all []walks, of func(walks) time.Duration) time.Duration {
	list := make([]time.Duration, len(all))
	for i, w := range all {
		list[i] = of(w)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

const (
	// goOn answers a page as somebody does who says nothing but a few words, and says what it pressed; "" when there is nothing to press.
	goOn = `(() => {
		const area = document.querySelector("main form textarea");
		if (area) area.value = %q;
		const press = document.querySelector("main form button[name=way][value=about_me]") || document.querySelector("main form .govuk-button");
		if (!press) return "";
		press.form.dataset.left = "yes";
		press.click();
		return press.textContent.trim();
	})()`
	arrived = `document.readyState === "complete" && !document.querySelector("form[data-left]")`
	ended   = `!!document.querySelector("bdi.receipt")`
	// spent is what the page took: the time that was waited for the first byte of each answer, and the bytes of all. With scripts the pages come in place of
	// each other (decision 7), and the document stays.
	spent = `(() => {
		const all = (window.counted ? [] : performance.getEntriesByType("navigation")).concat(performance.getEntriesByType("resource"));
		window.counted = true;
		performance.clearResourceTimings();
		return JSON.stringify({Waited: all.reduce((sum, e) => sum + e.responseStart - e.requestStart, 0), Bytes: all.reduce((sum, e) => sum + e.transferSize, 0)});
	})()`
)

// walk goes one way with a new browser.
func (b *bench) walk(ctx context.Context, h *house, scripts bool) (w walks, err error) {
	profile, err := os.MkdirTemp(b.dir, "profile-")
	if err != nil {
		return w, err
	}
	allocated, release := chromedp.NewExecAllocator(ctx, chromedp.ExecPath(chromium), chromedp.UserDataDir(profile), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "en"), chromedp.WSURLReadTimeout(stepTime))
	defer release()
	tab, leave := chromedp.NewContext(allocated)
	defer leave()
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		return w, err
	}
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
		return w, err
	}
	before, err := h.server.CPU()
	if err != nil {
		return w, err
	}
	begun := time.Now()
	if err := chromedp.Do(tab, chromedp.Navigate(h.server.Public+"?l=en")); err != nil {
		return w, err
	}
	for w.pages = 1; w.pages < 60; w.pages++ {
		done, err := b.page(tab, &w)
		if err != nil {
			return w, err
		}
		if done {
			w.took = time.Since(begun)
			after, err := h.server.CPU()
			w.cpu = after - before
			return w, errors.Join(err, chromedp.Cancel(tab))
		}
	}
	return w, errors.New("the questions do not end")
}

// page waits for a page, counts what it took, and answers it; true when it is the last.
func (b *bench) page(tab context.Context, w *walks) (last bool, err error) {
	for end := time.Now().Add(stepTime); ; time.Sleep(2 * time.Millisecond) {
		there, err := chromedp.Run(tab, chromedp.Evaluate[bool](arrived))
		if err == nil && there {
			break
		}
		if time.Now().After(end) {
			shown, _ := chromedp.Run(tab, chromedp.Evaluate[string](`document.readyState + " " + (document.querySelector("main") || document.body).innerText`))
			return false, errors.Join(err, fmt.Errorf("page %d does not come; the browser shows: %s", w.pages, shown))
		}
	}
	said, err := chromedp.Run(tab, chromedp.Evaluate[string](spent))
	if err != nil {
		return false, err
	}
	var took struct {
		Waited float64
		Bytes  int64
	}
	if err := json.Unmarshal([]byte(said), &took); err != nil {
		return false, err
	}
	w.waited += time.Duration(took.Waited * float64(time.Millisecond))
	w.bytes += took.Bytes
	if last, err := chromedp.Run(tab, chromedp.Evaluate[bool](ended)); err != nil || last {
		return last, err
	}
	pressed, err := chromedp.Run(tab, chromedp.Evaluate[string](fmt.Sprintf(goOn, words)))
	if err == nil && pressed == "" {
		err = errors.New("a page has nothing to press")
	}
	return false, err
}
