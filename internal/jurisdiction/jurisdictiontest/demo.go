// Package jurisdictiontest gives tests the fictional country that the program ships.
package jurisdictiontest

import (
	"io/fs"
	"sync"
	"testing"
	"time"

	"amparo/internal/jurisdiction"
	"amparo/packs"
)

var loaded = struct {
	sync.Mutex
	packs map[time.Time]*jurisdiction.Pack // guarded by the mutex; by start, in UTC
}{packs: map[time.Time]*jurisdiction.Pack{}}

// Demo gives the country as a program knows it that started at start. It never changes, and is loaded once for all tests of a package.
func Demo(t testing.TB, start time.Time) *jurisdiction.Pack {
	t.Helper()
	start = start.UTC()
	loaded.Lock()
	defer loaded.Unlock()
	if pack := loaded.packs[start]; pack != nil {
		return pack
	}
	files, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		t.Fatal(err)
	}
	pack, problems := jurisdiction.Load(files, start)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	loaded.packs[start] = pack
	return pack
}
