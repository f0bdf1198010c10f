package archtest

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// kits are the rooms whose types are tools and not words of the field.
var kits = []string{"fault", "lang", "ident", "clock", "secret", "store", "store/storetest", "jobs", "notify", "httpx", "page",
	"page/build", "page/browsertest", "config", "metrics", "front", "app", "api", "cli", "archtest"}

// plumbing are names of types that say nothing about the field: a room, what it needs, what it is given.
var plumbing = regexp.MustCompile(`^(Config|Room|Sealer|Input|.+Input|Added.+)$`)

// TestGlossary holds that every exported domain type and every table is in docs/glossary.md.
func TestGlossary(t *testing.T) {
	text, err := os.ReadFile(root + "/docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile("`([A-Za-z_.]+)`").FindAllStringSubmatch(string(text), -1) {
		known[m[1]] = true
	}
	for _, word := range append(domainTypes(t), tables(t)...) {
		if !known[word] {
			t.Errorf("docs/glossary.md has no entry that names `%s`: add the term, its meaning and its source", word)
		}
		delete(known, word)
	}
	for word := range known {
		if strings.Contains(word, ".") {
			t.Errorf("docs/glossary.md names `%s`, which is not there", word)
		}
	}
}

func domainTypes(t *testing.T) (list []string) {
	t.Helper()
	for name, r := range house(t) {
		if slices.Contains(kits, name) || strings.HasPrefix(name, "web/") || !strings.HasPrefix(name, "vault/") && strings.Contains(name, "/") || name == "packs" {
			continue
		}
		for _, f := range r.files {
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.TYPE {
					continue
				}
				for _, s := range g.Specs {
					if n := s.(*ast.TypeSpec).Name.Name; ast.IsExported(n) && !plumbing.MatchString(n) {
						list = append(list, filepath.Base(name)+"."+n)
					}
				}
			}
		}
	}
	return list
}

func tables(t *testing.T) (list []string) {
	t.Helper()
	files, err := filepath.Glob(root + "/internal/store/migration/*/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations found: %v", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`CREATE TABLE (\w+) \(`).FindAllStringSubmatch(string(text), -1) {
			list = append(list, m[1])
		}
	}
	slices.Sort(list)
	return slices.Compact(list) // a table may be made anew
}
