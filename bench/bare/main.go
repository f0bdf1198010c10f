// Command bare is what the measures are compared with: a server of the standard library that reads each form and answers
// with a page out of its memory, and does nothing else. It is given a folder; the file NAME in it is the page /NAME.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

func main() {
	err := serve(os.Args[1])
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func serve(dir string) error {
	pages, err := read(dir)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("{\"public\":\"http://%s/\"}\n", l.Addr())
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, known := pages[r.URL.Path]
		if err := r.ParseForm(); err != nil || !known && r.URL.Path != "/readyz" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		if _, err := w.Write(page); err != nil {
			return // who left cannot be told
		}
	}))
}

// read reads the pages, which are compressed already.
func read(dir string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	pages := map[string][]byte{}
	for _, e := range entries {
		if pages["/"+e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return nil, err
		}
	}
	return pages, nil
}
