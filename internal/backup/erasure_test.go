package backup_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/backup"
)

// a listed is the erasure list of a house: what it writes, and what it was given to erase again.
type listed struct {
	text  string
	given []string
}

func (l *listed) Write(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, l.text)
	return err
}

func (l *listed) Check(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err == nil && !strings.HasSuffix(string(text), "end\n") {
		err = errors.New("it is cut")
	}
	return err
}

func (l *listed) Again(_ context.Context, _ access.Proof, lists []io.Reader) (int, error) {
	for _, r := range lists {
		text, err := io.ReadAll(r)
		if err != nil {
			return 0, err
		}
		l.given = append(l.given, string(text))
	}
	return len(l.given), nil
}

// TestTheErasureListGoesAlong: it lies beside every backup, the newest in place of the one before; a restore takes those beside its files and the one that it is
// given, and none that is not whole.
func TestTheErasureListGoesAlong(t *testing.T) {
	each(t, func(h *house) {
		list := &listed{text: "a end\n"}
		h.config.Erasures = list
		first := h.make(backup.Matters)
		h.must(os.Rename(first, first+".before")) // of the same second
		list.text = "a b end\n"
		matters, keys := h.make(backup.Matters), h.make(backup.Keys)
		beside := filepath.Join(filepath.Dir(matters), backup.ErasureFile)
		if text, err := os.ReadFile(beside); err != nil || string(text) != "a b end\n" {
			t.Errorf("beside it lies %q, %v", text, err)
		}
		h.holds(filepath.Dir(matters), ".making*", 0)
		newest := filepath.Join(t.TempDir(), "newest")
		h.must(os.WriteFile(newest, []byte("a b c"), 0o600))
		n := h.beside()
		in := backup.RestoreInput{Matters: matters, Keys: keys, Passphrase: passphrase, Erasures: newest}
		_, err := backup.New(n.config).Restore(t.Context(), in)
		h.refused(err, newest, "it is cut")
		h.must(n.main.Empty(t.Context()))
		h.must(os.WriteFile(newest, []byte("a b c end\n"), 0o600))
		done, err := backup.New(n.config).Restore(t.Context(), in)
		if err != nil || done.Erased != 3 || done.ErasuresAt.IsZero() {
			t.Errorf("%+v, %v", done, err)
		}
		if all := strings.Join(list.given, ""); len(list.given) != 3 || !strings.Contains(all, "a b c end\n") || !strings.Contains(all, "a b end\n") {
			t.Errorf("it was given %q", list.given)
		}
		_, err = backup.New(h.beside().config).Restore(t.Context(), backup.RestoreInput{Matters: matters, Keys: keys, Passphrase: passphrase, Erasures: newest + "none"})
		h.refused(err, "newestnone")
	})
}
