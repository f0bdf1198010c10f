package public_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	_ "modernc.org/sqlite" // reads what the browser keeps

	"amparo/internal/education"
	"amparo/internal/page/browsertest"
)

// TestNothingStaysOnTheDevice makes a whole visit, to the receipt and through the mailbox, leaves, goes back, ends the browser, and then
// reads every file of its profile: no answer, no code, no word of the topic, no cookie, nothing stored; in the history the neutral title.
func TestNothingStaysOnTheDevice(t *testing.T) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			v := visiting(t, "en", 320, scripts)
			v.tells()
			v.press(goOn)
			code := read[string](v, `document.querySelector(".receipt").textContent`)
			v.click(`input[name=kept] + label`)
			v.press(goOn)
			v.l.replyTo(v.l.last(), otter)
			v.press(`main a[href^="/?"]`)
			v.press(`button[value=code]`)
			v.write("#code", code)
			v.press(goOn)
			v.waits(otter)
			v.write("#message", otter)
			v.press(goOn)
			v.waits("We have your message")
			v.click("[data-exit]")
			v.gone()
			if scripts {
				for range 3 {
					v.goBack(-1)
				}
			}
			v.stored()
			v.do(chromedp.Sleep(3 * time.Second)) // by now the browser has written what it writes
			browsertest.End(t, v.ctx)
			profile := browsertest.Profile(v.ctx)
			var list []trace
			for _, word := range []string{otter, "violet otter", "47113", "what=touch", code, strings.ReplaceAll(code, "-", ""), "step=ask", "Look at your answers", "Messages for you"} {
				list = append(list, traces(word)...)
			}
			for _, where := range found(t, list, profile) {
				t.Error(where)
			}
			history(t, profile, v.server.URL)
		})
	}
}

// neutralAddress is one that may stay in a history: the first page's, or that of something to read, by its code.
var neutralAddress = regexp.MustCompile(`^/(\?l=en)?$|^/read(/[a-z2-7]{6})?\?l=en(&v=easy)?$`)

// stored holds that the page has put nothing where a browser keeps things for pages.
func (v *visit) stored() {
	v.t.Helper()
	v.do(chromedp.Navigate(v.server.URL + "/"))
	const everything = `(async () => [document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
	(await navigator.serviceWorker.getRegistrations()).length, (await caches.keys()).length].join())()`
	if got := browsertest.Read(v.t, v.ctx, chromedp.Evaluate[string](everything, chromedp.EvalAwaitPromise)); got != ",0,0,0,0,0" {
		v.t.Errorf("cookies, storage, databases, workers and caches are %q", got)
	}
}

// history reads what the profile says about the place: its address and the neutral title, and no cookie.
func history(t *testing.T, profile, server string) {
	t.Helper()
	rows := query(t, filepath.Join(profile, "Default", "History"), `SELECT url || ' ' || title FROM urls`)
	visited := 0
	for _, row := range rows {
		if !strings.HasPrefix(row, server) {
			continue
		}
		visited++
		address, title, _ := strings.Cut(strings.TrimPrefix(row, server), " ")
		if !neutralAddress.MatchString(address) || title != "Help page" && !strings.HasSuffix(server+address, title) {
			t.Errorf("the history says %q %q", address, title)
		}
	}
	if visited == 0 {
		t.Errorf("the history was not written: %q", rows)
	}
	for _, path := range []string{"Cookies", "Network/Cookies"} {
		file := filepath.Join(profile, "Default", path)
		if _, err := os.Stat(file); err != nil {
			continue
		}
		for _, host := range query(t, file, `SELECT host_key FROM cookies`) {
			if strings.Contains(host, "127.0.0.1") {
				t.Errorf("there is a cookie of %s", host)
			}
		}
	}
}

func query(t *testing.T, file, statement string) (list []string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(statement)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		list = append(list, one)
	}
	return list
}

// TestNothingStaysOfWhatIsRead goes through what there is to read and looks for a word, leaves, and then reads every file of the browser's profile: no title
// of a text, no word of it, nothing of what was looked for; in the history codes, and the neutral title.
func TestNothingStaysOfWhatIsRead(t *testing.T) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			v := visiting(t, "en", 320, scripts)
			young := education.Key{Audience: education.Age10To12, Topic: education.WhatCSEAIs}
			m := v.l.pack.Education().Module("en", young)
			v.press(`main a[href^="/read"]`)
			v.press(`main a[href^="/read/` + education.Key{Audience: education.Age10To12}.Code() + `"]`)
			v.press(`main a[href^="/read/` + young.Code() + `"]`)
			v.waits(m.Title)
			v.press(`main a[href$="v=easy"]`)
			v.waits(m.Easy[0].Say)
			v.press(`main .govuk-back-link`)
			v.write("#q", otter)
			v.press(`.seek button`)
			v.waits("Nothing has these words")
			v.click("[data-exit]")
			v.gone()
			v.stored()
			v.do(chromedp.Sleep(3 * time.Second)) // by now the browser has written what it writes
			browsertest.End(t, v.ctx)
			profile := browsertest.Profile(v.ctx)
			var list []trace
			for _, word := range []string{otter, "violet otter", m.Title, m.Summary, m.Easy[0].Say, "q=violet"} {
				list = append(list, traces(word)...)
			}
			for _, where := range found(t, list, profile) {
				t.Error(where)
			}
			history(t, profile, v.server.URL)
		})
	}
}
