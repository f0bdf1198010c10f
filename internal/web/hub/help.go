package hub

import (
	"net/http"

	"amparo/internal/page"
)

// A Help is everybody of one kind who can help.
type Help struct {
	Kind string // in the reader's language
	List []Line
}

// A Line is somebody who can help. Each of Phone, Text and Web may be empty.
type Line struct{ Name, Phone, Text, Web, Note string }

// A helpView says who can help, beside the two that every page names.
type helpView struct {
	All  []Help
	Back string
	Tell page.Button
}

// help says who can help, and how they are reached: those of the pack whom people have tried not too long ago.
func (h *reader) help(w http.ResponseWriter, r *http.Request) error {
	p := h.Printer(r)
	return h.show(w, r, p, "help", func() (string, page.Frame, any) {
		return "hub_help", h.frame(p, func(tag string) string { return address("help", tag) }), helpView{h.Help(p), address("", p.Tag()), h.Tell(p, "")}
	})
}
