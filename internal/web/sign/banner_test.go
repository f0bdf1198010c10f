package sign_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"amparo/internal/lang"
	"amparo/internal/page/browsertest"
	"amparo/internal/signpost"
	"amparo/internal/web/sign"
)

var tags = []string{"en", "fr", "es", "ar", "sw"}

// posts are all signposts of the fictional country in a language, for a campaign.
func (h *house) posts(tag string) []signpost.Post {
	h.t.Helper()
	all, err := lang.Load()
	must(h.t, err)
	words, err := all.Only(tags...)
	must(h.t, err)
	return sign.Posts(h.pack, words.For(tag), sign.Note, "https://help.example.org", "K7M4R", start)
}

// outside reads what of each banner leaves its box, lies over something else, or is too small to be read.
const outside = `(() => {
  const bad = [], in_ = (a, b) => a.left >= b.left - 0.6 && a.right <= b.right + 0.6 && a.top >= b.top - 0.6 && a.bottom <= b.bottom + 0.6;
  const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  for (const svg of document.querySelectorAll("svg")) {
    const name = svg.parentNode.id, box = svg.getBoundingClientRect(), paper = svg.querySelectorAll(":scope > rect")[1].getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")], pills = [...svg.querySelectorAll("g rect")], code = svg.querySelector("path");
    // letters, and not the room above and below them that a browser counts to a line
    const ink = t => { const b = t.getBoundingClientRect(), big = parseFloat(t.getAttribute("font-size")), y = box.top + parseFloat(t.getAttribute("y"));
      return { left: b.left, right: b.right, top: y - big * 0.8, bottom: y + big * 0.25 } };
    if (!texts.length) bad.push(name + " says nothing");
    for (const t of texts) {
      if (!in_(t.getBoundingClientRect(), box) || !in_(ink(t), paper)) bad.push(name + " leaves it: " + t.textContent + JSON.stringify(ink(t)) + JSON.stringify(paper));
      if (parseFloat(t.getAttribute("font-size")) < 8) bad.push(name + " is small: " + t.textContent + t.getAttribute("font-size"));
      if (code && meets(ink(t), code.getBoundingClientRect())) bad.push(name + " lies over the code: " + t.textContent);
      for (const o of texts) if (o !== t && meets(ink(t), ink(o))) bad.push(name + " lies over: " + t.textContent + " / " + o.textContent);
      const on = pills.filter(p => meets(ink(t), p.getBoundingClientRect()));
      if (t.getAttribute("fill") === "#fff" ? on.length !== 1 || !in_(ink(t), on[0].getBoundingClientRect()) : on.length) bad.push(name + " is not on its ground: " + t.textContent);
    }
    for (const p of pills) if (!in_(p.getBoundingClientRect(), paper)) bad.push(name + ": a ground leaves it");
    if (code && !in_(code.getBoundingClientRect(), paper)) bad.push(name + ": the code leaves it");
  }
  return document.querySelectorAll("svg").length + "\n" + bad.join("\n");
})()`

// TestNothingLeavesItsBanner looks at every banner of every signpost in every language in a browser.
func TestNothingLeavesItsBanner(t *testing.T) {
	h := open(t, helpURL, false)
	var page strings.Builder
	at := "http://" + listening(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page.String())
	}))
	b := browsertest.Start(t)
	for _, tag := range tags {
		page.Reset()
		page.WriteString(`<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Banners</title><link rel="icon" href="data:,">`)
		want := 0
		for _, post := range h.posts(tag) {
			for _, size := range signpost.BannerSizes {
				drawn, err := post.Banner(size)
				must(t, err)
				fmt.Fprintf(&page, `<div id="%s %s %s">%s</div>`, tag, post.Code, size, drawn)
				want++
			}
		}
		browsertest.Do(t, b, chromedp.Navigate(at))
		n, bad, _ := strings.Cut(browsertest.Read(t, b, chromedp.Evaluate[string](outside)), "\n")
		if n != strconv.Itoa(want) || want < 50 {
			t.Errorf("%s: %s of %d banners were looked at", tag, n, want)
		}
		if bad != "" {
			t.Errorf("%.4000s", bad)
		}
		first, _, _ := strings.Cut(page.String(), fmt.Sprintf(`<div id="%s %s `, tag, h.posts(tag)[1].Code))
		page.Reset()
		page.WriteString(first)
		browsertest.Do(t, b, chromedp.Navigate(at))
		browsertest.Resize(t, b, 1300, 1000)
		browsertest.Screenshot(t, b, "banners-"+tag)
	}
	browsertest.Quiet(t, b)
}

var (
	hexColor = regexp.MustCompile(`fill="#([0-9a-f]{3,6})"`)
	elements = map[string]bool{"svg": true, "rect": true, "g": true, "text": true, "path": true}
)

// TestBannersLoadNothing: nothing but shapes and text, in colours that can be told apart, with what they say in words as well.
func TestBannersLoadNothing(t *testing.T) {
	h := open(t, helpURL, false)
	for _, tag := range tags {
		for _, post := range h.posts(tag) {
			for _, size := range signpost.BannerSizes {
				drawn, err := post.Banner(size)
				must(t, err)
				d, said := xml.NewDecoder(strings.NewReader(drawn)), false
				for {
					token, err := d.Token()
					if err == io.EOF {
						break
					}
					must(t, err)
					one, ok := token.(xml.StartElement)
					if !ok {
						continue
					}
					if !elements[one.Name.Local] {
						t.Errorf("%s %s has <%s>", tag, size, one.Name.Local)
					}
					for _, a := range one.Attr {
						if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "style" || strings.Contains(a.Value, "url(") || strings.Contains(a.Value, "//") && a.Name.Local != "xmlns" {
							t.Errorf("%s %s has %s=%q", tag, size, a.Name.Local, a.Value)
						}
						said = said || a.Name.Local == "aria-label" && a.Value == post.Alt()
					}
				}
				if !said || !strings.Contains(drawn, fmt.Sprintf(`width="%d" height="%d"`, size.Width, size.Height)) || !strings.Contains(drawn, `direction="`+post.Dir+`"`) {
					t.Errorf("%s %s lacks its size, its direction or its words: %.300s", tag, size, drawn)
				}
				if scan := strings.Contains(drawn, "<path"); scan != (size.Width >= 900 || size.Height >= 600) {
					t.Errorf("%s has a code to scan: %v", size, scan)
				}
			}
		}
	}
	drawn, err := h.posts("en")[0].Banner(signpost.BannerSizes[0])
	must(t, err)
	seen := map[string]bool{}
	for _, m := range hexColor.FindAllStringSubmatch(drawn, -1) {
		seen[m[1]] = true
	}
	for _, pair := range [][2]string{{"fff", "16222a"}, {"fff", "0b5460"}, {"fff", "000"}} {
		if c := contrast(pair[0], pair[1]); c < 4.5 {
			t.Errorf("%v have a contrast of %.1f", pair, c)
		}
		delete(seen, pair[0])
		delete(seen, pair[1])
	}
	if len(seen) > 0 {
		t.Errorf("nobody has looked at the colours %v", seen)
	}
}

// contrast is that of WCAG 2.
func contrast(a, b string) float64 {
	light := func(hex string) float64 {
		if len(hex) == 3 {
			hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
		}
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
			c := float64(n) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestMessages: a post is short, whole, and leads on.
func TestMessages(t *testing.T) {
	h := open(t, helpURL, false)
	for _, tag := range tags {
		for _, post := range h.posts(tag) {
			for range 2 {
				m := post.Message()
				if n := len([]rune(strings.TrimSpace(m))); n > signpost.MostOfPost || !strings.Contains(m, post.Link) || !strings.Contains(m, "k=K7M4R") {
					t.Errorf("%s %s: %d characters: %q", tag, post.Code, n, m)
				}
				post.Headline = strings.Repeat(post.Headline, 30)
			}
		}
	}
}
