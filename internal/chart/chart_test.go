package chart_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"amparo/internal/chart"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

func minutes(d time.Duration) string { return strconv.Itoa(int(d.Minutes())) + " min" }

func bars(rtl bool) chart.Bars {
	b := chart.Bars{Head: chart.Head{ID: "load", Title: "Load", Text: "Mona carries the most: 12 points.", RTL: rtl}, Mark: 15, MarkText: "from 15 on heavy",
		Rows: []chart.Bar{
			{Label: "Mona <Khoury> & co", Value: 20, Said: "20", Tone: "urgent"}, {Label: "Karim", Value: 5, Said: "5"}, {Label: "Lina", Said: "0"}}}
	if rtl {
		b.Title, b.Text, b.MarkText = "العبء", "منى تحمل أكثر من غيرها.", "كثير ابتداءً من ٢٠"
		b.Rows[0].Label, b.Rows[0].Said = "منى", "٢٠"
	}
	return b
}

func columns(rtl bool) chart.Columns {
	c := chart.Columns{Head: chart.Head{ID: "hours", Title: "Wait by hour", Text: "Most wait at 22:00.", RTL: rtl}, Half: "half wait so long", Most: "one in ten", Say: minutes}
	for hour := range 24 {
		one := chart.Column{Half: time.Duration(hour) * time.Minute, Most: time.Duration(2*hour) * time.Minute, Known: hour != 3}
		if hour%4 == 0 {
			one.Label = fmt.Sprintf("%02d:00", hour)
		}
		c.Columns = append(c.Columns, one)
	}
	return c
}

func TestGoldenPictures(t *testing.T) {
	for name, got := range map[string]string{"bars.ltr": string(bars(false).SVG()), "bars.rtl": string(bars(true).SVG()),
		"columns.ltr": string(columns(false).SVG()), "columns.rtl": string(columns(true).SVG())} {
		path := "testdata/" + name + ".svg"
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s has changed; if that is meant, run the test with -update:\n%s", name, got)
		}
	}
}

// TestThePolicyLetsThePictureBe holds that a picture is well formed and has nothing that the pages' policy refuses.
func TestThePolicyLetsThePictureBe(t *testing.T) {
	hostile := bars(false)
	hostile.Rows[0].Label, hostile.Title, hostile.Rows[0].Tone = `</text><script>x</script>`, `"><style>`, `" onload="x`
	for name, picture := range map[string]string{"bars": string(bars(false).SVG()), "columns": string(columns(true).SVG()), "hostile": string(hostile.SVG())} {
		d := xml.NewDecoder(strings.NewReader(picture))
		title, desc := 0, 0
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, picture)
			}
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			switch e.Name.Local {
			case "title":
				title++
			case "desc":
				desc++
			case "svg", "rect", "text", "line":
			default:
				t.Errorf("%s has a %s", name, e.Name.Local)
			}
			for _, a := range e.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Name.Local, "href") {
					t.Errorf("%s: %s has the attribute %s", name, e.Name.Local, a.Name.Local)
				}
			}
		}
		if title != 1 || desc != 1 {
			t.Errorf("%s: %d titles and %d descriptions", name, title, desc)
		}
	}
}

// TestMirrored holds that every bar and column of a picture from right to left stands where its mirror image does.
func TestMirrored(t *testing.T) {
	rect := regexp.MustCompile(`<rect class="(?:bar|half|most)"[^>]* x="([0-9.]+)%"[^>]* width="([0-9.]+)%"`)
	for name, pair := range map[string][2]string{"bars": {string(bars(false).SVG()), string(bars(true).SVG())},
		"columns": {string(columns(false).SVG()), string(columns(true).SVG())}} {
		ltr, rtl := rect.FindAllStringSubmatch(pair[0], -1), rect.FindAllStringSubmatch(pair[1], -1)
		if len(ltr) != len(rtl) || len(ltr) < 3 {
			t.Fatalf("%s: %d and %d rectangles", name, len(ltr), len(rtl))
		}
		for i := range ltr {
			x, wide, mirror := number(t, ltr[i][1]), number(t, ltr[i][2]), number(t, rtl[i][1])
			if sum := x + wide + mirror; sum < 99.98 || sum > 100.02 || ltr[i][2] != rtl[i][2] {
				t.Errorf("%s: %v is not the mirror of %v", name, rtl[i], ltr[i])
			}
		}
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestEveryColumnFits holds that a scale reaches the tallest column, with few lines, whatever it is.
func TestEveryColumnFits(t *testing.T) {
	high := regexp.MustCompile(`height="([0-9.]+)"/>`)
	line := regexp.MustCompile(`class="grid"`)
	for _, most := range []time.Duration{0, time.Second, time.Minute, 14 * time.Minute, 3 * time.Hour, 50 * time.Hour, 93 * 24 * time.Hour, 4000 * 24 * time.Hour} {
		c := chart.Columns{Say: minutes, Columns: []chart.Column{{Half: most / 2, Most: most, Known: true}}}
		picture := string(c.SVG())
		if n := len(line.FindAllString(picture, -1)); n < 1 || n > 3 {
			t.Errorf("%v: %d lines", most, n)
		}
		for _, m := range high.FindAllStringSubmatch(picture, -1) {
			if h := number(t, m[1]); h > 150 || most > 0 && h == 0 && most > time.Minute {
				t.Errorf("%v is drawn %v high", most, h)
			}
		}
	}
	if (chart.Bars{}).SVG() != "" || (chart.Columns{}).SVG() != "" {
		t.Error("nothing is drawn all the same")
	}
	if picture := string(chart.Bars{Rows: []chart.Bar{{Label: "none", Said: "0"}}}.SVG()); !strings.Contains(picture, `width="0.00%"`) {
		t.Errorf("a bar of nothing: %s", picture)
	}
}
