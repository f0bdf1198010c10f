package jurisdiction_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/jurisdiction"
	"amparo/packs"
)

// TestRepliesMayBeLeftOut loads the demo pack with its words to begin a reply with, without them, and with a code that is there twice.
func TestRepliesMayBeLeftOut(t *testing.T) {
	files := demoFiles(t)
	pack, problems := jurisdiction.Load(files, time.Now())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	child, adult := pack.Replies(jurisdiction.Reader("child"), "ar", "en"), pack.Replies(jurisdiction.Reader("adult"), "ar", "en")
	if len(child) == 0 || len(child) != len(adult) || child[0].Name != "We have read it" || child[0].Words == adult[0].Words ||
		len(pack.Replies(jurisdiction.Reader("child"), "pt", "en")) != 0 {
		t.Errorf("the replies are %+v and %+v", child, adult)
	}
	whole := string(files["replies.yaml"].Data)
	files["replies.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(whole, "code: ask_safe", "code: heard", 1))}
	if _, problems := jurisdiction.Load(files, time.Now()); len(problems) != 1 || problems[0].File != "replies.yaml" {
		t.Errorf("a code that is there twice gives %v", problems)
	}
	delete(files, "replies.yaml")
	if pack, problems := jurisdiction.Load(files, time.Now()); len(problems) > 0 || len(pack.Replies("child", "en", "en")) != 0 {
		t.Errorf("without the file: %v", problems)
	}
}

// demoFiles are the files of the demo pack, to be changed.
func demoFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	demo, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	err = fs.WalkDir(demo, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(demo, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
