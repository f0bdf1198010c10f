// Command build makes the style sheets and scripts that the program embeds.
//
// It compiles assets/*.scss with the pinned sass and govuk-frontend, turns left and right into start and end so that
// one sheet serves both directions of writing, bundles assets/*.js, makes everything small, and writes it under a name
// that holds its hash to static/, each file also compressed, with manifest.json saying which name is which.
// It fails when a file grows over its budget: the first public page must come in one round trip.
//
// scripts/assets runs it from the root of the tree, after node_modules is there.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	assets  = "internal/page/assets"
	static  = "internal/page/static"
	modules = "node_modules"
)

// An asset is one file to make and the most bytes that it may have when compressed.
type asset struct {
	name   string // as in the manifest: public.css
	budget int
	make   func(name string) ([]byte, error)
}

var all = []asset{
	{"public.css", 9 << 10, sheet},
	{"desk.css", 16 << 10, sheet},
	{"public.js", 3 << 10, script},
	{"desk.js", 3 << 10, script},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := empty(static); err != nil {
		return err
	}
	manifest := map[string]string{}
	for _, a := range all {
		text, err := a.make(a.name)
		if err != nil {
			return fmt.Errorf("making %s: %w", a.name, err)
		}
		file, err := write(a, text)
		if err != nil {
			return err
		}
		manifest[a.name] = file
	}
	list, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return os.WriteFile(filepath.Join(static, "manifest.json"), append(list, '\n'), 0o644)
}

// empty takes away what an earlier run left; README stays.
func empty(dir string) error {
	old, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading %s (run from the root of the tree): %w", dir, err)
	}
	for _, entry := range old {
		if entry.Name() != "README" {
			if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// write puts the text and its compressed form into static and gives the name, as in public-1a2b3c4d5e.css.
func write(a asset, text []byte) (string, error) {
	sum := sha256.Sum256(text)
	ext := filepath.Ext(a.name)
	file := strings.TrimSuffix(a.name, ext) + "-" + hex.EncodeToString(sum[:5]) + ext
	small, err := compress(text)
	if err != nil {
		return "", err
	}
	fmt.Printf("%-12s %6d bytes, %5d compressed\n", a.name, len(text), len(small))
	if len(small) > a.budget {
		return "", fmt.Errorf("%s has %d compressed bytes; its budget is %d", a.name, len(small), a.budget)
	}
	if err := os.WriteFile(filepath.Join(static, file), text, 0o644); err != nil {
		return "", err
	}
	return file, os.WriteFile(filepath.Join(static, file+".gz"), small, 0o644)
}

func compress(text []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(text); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil { // writes what is left
		return nil, err
	}
	return b.Bytes(), nil
}

// sheet compiles name's .scss file.
func sheet(name string) ([]byte, error) {
	source := filepath.Join(assets, strings.TrimSuffix(name, ".css")+".scss")
	sass := exec.Command(filepath.Join(modules, ".bin", "sass"), "--no-source-map", "--style=expanded",
		"--quiet-deps", "--fatal-deprecation=import", "--load-path="+modules, source)
	sass.Stderr = os.Stderr
	css, err := sass.Output()
	if err != nil {
		return nil, fmt.Errorf("sass %s (is node_modules complete? npm ci): %w", source, err)
	}
	return minify(logical(string(css)), api.LoaderCSS)
}

func minify(text string, loader api.Loader) ([]byte, error) {
	made := api.Transform(text, api.TransformOptions{
		Loader: loader, MinifyWhitespace: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		Charset: api.CharsetUTF8,
	})
	return made.Code, said(made.Errors)
}

// script bundles name and what it imports into one file without a global name.
func script(name string) ([]byte, error) {
	made := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(assets, name)}, Bundle: true, Format: api.FormatIIFE, Target: api.ES2017,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, LegalComments: api.LegalCommentsNone,
		Charset: api.CharsetUTF8,
	})
	if err := said(made.Errors); err != nil {
		return nil, err
	}
	return made.OutputFiles[0].Contents, nil
}

func said(messages []api.Message) error {
	switch {
	case len(messages) == 0:
		return nil
	case messages[0].Location == nil:
		return errors.New(messages[0].Text)
	}
	at := messages[0].Location
	return fmt.Errorf("%s:%d: %s", at.File, at.Line, messages[0].Text)
}
