package main

import (
	"regexp"
	"strings"
)

// logical turns left and right into start and end in a compiled sheet, so that it serves both directions of writing:
// margin-left becomes margin-inline-start, four-sided margins are split, floats and alignment follow. It also puts the
// colours in place of custom properties that nobody sets.
//
// A rule that draws a shape (with clip-path or a rotation) keeps its borders as they are: the shape itself has no
// direction, or is mirrored as a whole by a rule of its own.
func logical(css string) string {
	css = unset.ReplaceAllString(css, "$1")
	return rule.ReplaceAllStringFunc(css, func(body string) string {
		shape := drawn.MatchString(body)
		return declaration.ReplaceAllStringFunc(body, func(line string) string {
			part := declaration.FindStringSubmatch(line)
			return part[1] + turn(part[2], part[3], shape) + ";"
		})
	})
}

var (
	unset       = regexp.MustCompile(`var\(--govuk-[a-z-]+-colour, (#[0-9a-f]{3,8})\)`)
	rule        = regexp.MustCompile(`\{[^{}]*\}`)
	drawn       = regexp.MustCompile(`clip-path: polygon|transform: rotate`)
	declaration = regexp.MustCompile(`([{\s;])([a-z-]+):\s*([^;{}]+);`)
	side        = map[string]string{"left": "start", "right": "end"}
	corner      = map[string]string{
		"border-top-left-radius": "border-start-start-radius", "border-top-right-radius": "border-start-end-radius",
		"border-bottom-left-radius": "border-end-start-radius", "border-bottom-right-radius": "border-end-end-radius",
	}
	sided = regexp.MustCompile(`^(margin|padding|border)-(left|right)(-width|-color|-style)?$`)
)

// turn gives one declaration with its sides named by the direction of writing.
func turn(property, value string, shape bool) string {
	value = strings.TrimSpace(value)
	same := property + ": " + value
	if to, ok := corner[property]; ok {
		return to + ": " + value
	}
	if m := sided.FindStringSubmatch(property); m != nil {
		if shape && m[1] == "border" {
			return same
		}
		return m[1] + "-inline-" + side[m[2]] + m[3] + ": " + value
	}
	switch property {
	case "left", "right":
		return "inset-inline-" + side[property] + ": " + value
	case "text-align":
		return property + ": " + swap(value, side)
	case "float", "clear":
		return property + ": " + swap(value, map[string]string{"left": "inline-start", "right": "inline-end"})
	case "margin", "padding":
		return split(property, value)
	}
	return same
}

func swap(value string, words map[string]string) string {
	if to, ok := words[value]; ok {
		return to
	}
	return value
}

// split takes a four-sided value apart when its left and right differ.
func split(property, value string) string {
	parts := sides(strings.TrimSuffix(value, " !important"))
	if len(parts) != 4 || parts[1] == parts[3] {
		return property + ": " + value
	}
	end := ""
	if strings.HasSuffix(value, " !important") {
		end = " !important"
	}
	return property + "-block: " + parts[0] + " " + parts[2] + end + "; " +
		property + "-inline: " + parts[3] + " " + parts[1] + end
}

// sides cuts a value at its spaces, but not inside brackets.
func sides(value string) (parts []string) {
	depth, from := 0, 0
	for i, c := range value {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ' ' && depth == 0:
			parts, from = append(parts, value[from:i]), i+1
		}
	}
	return append(parts, value[from:])
}
