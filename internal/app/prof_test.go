package app

import (
	"path/filepath"
	"testing"
	"time"
	"fmt"

	"amparo/internal/config"
)

func TestProf(t *testing.T) {
	for range 5 {
		log, _ := logger()
		at := time.Now()
		a, err := Open(t.Context(), demonstration(config.Data{Dir: filepath.Join(t.TempDir(), "data")}), log)
		must(t, err)
		fmt.Println(time.Since(at))
		must(t, a.Close())
	}
}
