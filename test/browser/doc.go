// Package browser holds journeys of several people through the real program in a real browser.
package browser
