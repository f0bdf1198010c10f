package page

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:static
var built embed.FS

// Path is where sheets and scripts are served; its name tells nothing.
const Path = "/s/"

// types are said here and not asked of the machine, which may know others.
var types = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

// manifest reads which file has which name. It says what to do when the files were not built.
func manifest(files fs.FS) (map[string]string, error) {
	text, err := fs.ReadFile(files, "static/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the style sheets and scripts are not built in; run make build")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the list of style sheets and scripts: %w", err)
	}
	var list map[string]string
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("reading the list of style sheets and scripts: %w", err)
	}
	for _, kind := range []Kind{Public, Desk} {
		for _, ext := range []string{".css", ".js"} {
			if list[string(kind)+ext] == "" {
				return nil, fmt.Errorf("%s%s is not built in; run make build", kind, ext)
			}
		}
	}
	return list, nil
}

// Static serves the sheet and the script of one kind, and no other file, below Path. Those of the public are kept by no
// cache; those of the desk may be kept for a year, for their names change with their content. Whoever wants a page of their own
// for what is not there handles "/" of it.
func (e *Engine) Static(kind Kind) *http.ServeMux {
	mux := http.NewServeMux()
	for name, file := range e.files {
		if strings.HasPrefix(name, string(kind)+".") {
			mux.Handle("GET "+Path+file, asset(file, kind == Desk))
		}
	}
	return mux
}

// asset serves one built file, compressed when the reader takes that.
func asset(file string, keep bool) http.Handler {
	plain, err := built.ReadFile("static/" + file)
	small, errSmall := built.ReadFile("static/" + file + ".gz")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, body := w.Header(), plain
		if err != nil || errSmall != nil {
			http.NotFound(w, r)
			return
		}
		h.Set("Content-Type", types[path.Ext(file)])
		h.Set("Vary", "Accept-Encoding")
		if keep {
			h.Set("Cache-Control", "private, max-age=31536000, immutable")
		}
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body = small
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
}

// Favicon serves a plain grey square as "/favicon.ico", so that no browser shows a mark and none logs a miss.
func Favicon() http.Handler {
	icon := square()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/x-icon")
		w.Header().Set("Content-Length", strconv.Itoa(len(icon)))
		_, _ = w.Write(icon)
	})
}

// square draws the icon: 16 by 16 points, one bit each, all of the one colour.
func square() []byte {
	const header, palette, rows = 40, 2 * 4, 16 * 4
	b := []byte{0, 0, 1, 0, 1, 0, 16, 16, 2, 0, 1, 0, 1, 0, header + palette + 2*rows, 0, 0, 0, 22, 0, 0, 0}
	b = append(b, header, 0, 0, 0, 16, 0, 0, 0, 32, 0, 0, 0, 1, 0, 1, 0) // twice as high: the mask follows
	b = append(b, make([]byte, header-16)...)
	b = append(b, 0x99, 0x99, 0x99, 0, 0x99, 0x99, 0x99, 0)
	return append(b, make([]byte, 2*rows)...)
}
