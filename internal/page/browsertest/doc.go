// Package browsertest drives a real Chromium in tests: pages and whole journeys are looked at as a person meets them.
//
// [Start] gives a browser with an empty profile of its own, as a chromedp context; the other functions take that context.
// The browser ends with the test, and nothing of it is left.
package browsertest
