package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestSidesFollowTheWriting(t *testing.T) {
	for in, want := range map[string]string{
		"a { margin-left: 5px; }":               "a { margin-inline-start: 5px; }",
		"a { padding-right: 1em; }":             "a { padding-inline-end: 1em; }",
		"a { border-left: 10px solid red; }":    "a { border-inline-start: 10px solid red; }",
		"a { border-right-width: 2px; }":        "a { border-inline-end-width: 2px; }",
		"a { border-top-left-radius: 2px; }":    "a { border-start-start-radius: 2px; }",
		"a { left: 0; right: auto; }":           "a { inset-inline-start: 0; inset-inline-end: auto; }",
		"a { text-align: left; float: right; }": "a { text-align: start; float: inline-end; }",
		"a { text-align: center; }":             "a { text-align: center; }",
		"a { margin: 1px 2px 3px 4px; }":        "a { margin-block: 1px 3px; margin-inline: 4px 2px; }",
		"a { padding: 0 calc(1px + 2px) 0 0 !important; }": "a { padding-block: 0 0 !important; " +
			"padding-inline: 0 calc(1px + 2px) !important; }",
		"a { margin: 1px 2px 3px 2px; }":                  "a { margin: 1px 2px 3px 2px; }",
		"a { margin: 0 auto; }":                           "a { margin: 0 auto; }",
		"a { content: \"left: 1\"; }":                     "a { content: \"left: 1\"; }",
		"@media (min-width: 1px) {\n a { left: 1px; }\n}": "@media (min-width: 1px) {\n a { inset-inline-start: 1px; }\n}",
		"a { color: var(--govuk-text-colour, #16222a); }": "a { color: #16222a; }",
		// A drawn shape has no direction, but its place has.
		"a { transform: rotate(-45deg); border-left-color: red; left: 1px; }": "a { transform: rotate(-45deg); " +
			"border-left-color: red; inset-inline-start: 1px; }",
	} {
		if got := logical(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// TestNoSideIsLeft compiles the real sheets and looks for what still knows left from right.
func TestNoSideIsLeft(t *testing.T) {
	t.Chdir("../../..")
	physical := regexp.MustCompile(`[{;](?:left|right|(?:margin|padding)-(?:left|right)|(?:text-align|float):(?:left|right)):?[^;}]*`)
	for _, name := range []string{"public.css", "desk.css"} {
		css, err := sheet(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := physical.FindAllString(string(css), -1); found != nil {
			t.Errorf("%s: %q", name, found)
		}
		for _, foreign := range []string{"url(", "@import", "@font-face", "GDS"} {
			if strings.Contains(string(css), foreign) {
				t.Errorf("%s has %s: a page may load nothing from elsewhere", name, foreign)
			}
		}
	}
}
