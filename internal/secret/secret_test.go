package secret_test

import (
	"bytes"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"amparo/internal/secret"
)

const canary = "blue heron at dusk"

// forms are the ways in which a canary could come out.
var forms = []string{canary, hex.EncodeToString([]byte(canary)), strings.ToUpper(hex.EncodeToString([]byte(canary))),
	"Ymx1ZSBoZXJvbi", "98 108 117", "98, 108, 117", "0x62, 0x6c"}

func leaks(t *testing.T, how, text string) {
	t.Helper()
	for _, f := range forms {
		if strings.Contains(text, f) {
			t.Errorf("%s shows the secret: %s", how, text)
		}
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	b := secret.Bytes(canary)
	type holder struct {
		Key  secret.Bytes            `json:"key"`
		List []secret.Bytes          `json:"list"`
		Map  map[string]secret.Bytes `json:"map"`
	}
	h := holder{b, []secret.Bytes{b}, map[string]secret.Bytes{"a": b}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%c", "%U", "%08b", "%t"} {
		for _, v := range []any{b, &b, h, &h, []any{b}} {
			text := fmt.Sprintf(verb, v)
			leaks(t, verb, text)
			if _, ok := v.(secret.Bytes); ok && text != secret.Shown {
				t.Errorf("%s gives %q", verb, text)
			}
		}
	}
	type deep struct{ key secret.Hidden }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		in := deep{secret.Hide(b)}
		leaks(t, verb, fmt.Sprintf(verb, in)+fmt.Sprintf(verb, &in)+fmt.Sprintf(verb, struct{ at *deep }{&in}))
		if !in.key().Equal(b) {
			t.Error("what was hidden does not come back")
		}
	}
	leaks(t, "error", fmt.Errorf("with %v", b).Error())
	leaks(t, "print", fmt.Sprintln(b, h))
}

func TestNothingEncodesASecret(t *testing.T) {
	b := secret.Bytes(canary)
	out, err := json.Marshal(map[string]any{"key": b, "in": struct{ K secret.Bytes }{b}, "at": &b})
	if err != nil || !strings.Contains(string(out), `"key":"[secret]"`) {
		t.Errorf("json: %s, %v", out, err)
	}
	leaks(t, "json", string(out))
	type named struct{ K secret.Bytes }
	if out, err = xml.Marshal(named{b}); err != nil {
		t.Error(err)
	}
	leaks(t, "xml", string(out))
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(w *bytes.Buffer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"slog json": func(w *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	} {
		var w bytes.Buffer
		slog.New(handler(&w)).Info("hello", "key", b, "in", struct{ K secret.Bytes }{b}, "list", []secret.Bytes{b})
		if !strings.Contains(w.String(), secret.Shown) {
			t.Errorf("%s wrote %s", name, w.String())
		}
		leaks(t, name, w.String())
	}
	if v, err := driver.DefaultParameterConverter.ConvertValue(b); err == nil {
		t.Errorf("a secret went to the database as %v", v)
	}
}

func TestCreateThenRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.key")
	made, err := secret.CreateFile(path, 32)
	if err != nil {
		t.Fatal(err)
	}
	got, err := secret.ReadFile(path)
	if err != nil || !got.Equal(made) || len(got) != 32 {
		t.Fatalf("read %d bytes, equal %v, %v", len(got), got.Equal(made), err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	text, _ := os.ReadFile(path)
	if !strings.HasPrefix(string(text), "# ") || !strings.HasSuffix(string(text), hex.EncodeToString(made)+"\n") {
		t.Errorf("the file has another shape: %d bytes", len(text))
	}
	if _, err := secret.CreateFile(path, 32); !errors.Is(err, fs.ErrExist) {
		t.Errorf("creating twice gives %v", err)
	}
	if again, _ := secret.ReadFile(path); !again.Equal(made) {
		t.Error("creating twice changed the key")
	}
	left, _ := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 {
		t.Errorf("%d files are left beside the key", len(left)-1)
	}
}

func TestWhatOthersCanReadIsRefused(t *testing.T) {
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777} {
		path := filepath.Join(t.TempDir(), "a.key")
		if _, err := secret.CreateFile(path, 32); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		for name, read := range map[string]func(string) (secret.Bytes, error){"ReadFile": secret.ReadFile, "ReadText": secret.ReadText,
			"ReadOrCreate": func(p string) (secret.Bytes, error) { return secret.ReadOrCreate(p, 32) }} {
			key, err := read(path)
			if err == nil || key != nil || !strings.Contains(err.Error(), "chmod 600 "+path) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s of mode %04o: %d bytes, %v", name, mode, len(key), err)
			}
		}
	}
	for _, mode := range []fs.FileMode{0o600, 0o400, 0o700} {
		path := filepath.Join(t.TempDir(), "a.key")
		if _, err := secret.CreateFile(path, 32); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.ReadFile(path); err != nil {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	full := strings.Repeat("0a", 32)
	for name, content := range map[string]string{
		"empty": "", "only a comment": "# hello\n", "not hex": "# x\n" + strings.Repeat("zq", 32) + "\n", "cut in half": full[:31],
		"too short": full[:30], "two keys": full + "\n" + full + "\n", "too long": strings.Repeat("0a", 64<<10),
	} {
		path := filepath.Join(t.TempDir(), "a.key")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := secret.ReadFile(path)
		if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "0a0a") || strings.Contains(err.Error(), "zq") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := secret.ReadFile(t.TempDir()); err == nil {
		t.Error("read a folder")
	}
	if _, err := secret.ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	path := filepath.Join(t.TempDir(), "a.key")
	if err := os.WriteFile(path, []byte("  # mine\n\n"+strings.ToUpper(full)+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if key, err := secret.ReadFile(path); err != nil || len(key) != 32 {
		t.Errorf("a file edited by hand: %v", err)
	}
	if _, err := secret.ReadOrCreate(path, 64); err == nil || !strings.Contains(err.Error(), "32 bytes where 64") {
		t.Errorf("a key of another length: %v", err)
	}
	if err := secret.WriteFile(path+"2", secret.Random(4)); err == nil {
		t.Error("wrote a key of 4 bytes")
	}
}

func TestReadText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(path, []byte(" two words \r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := secret.ReadText(path); err != nil || string([]byte(got)) != " two words " {
		t.Errorf("%q, %v", []byte(got), err)
	}
}

func TestManyMakersGetOneKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.key")
	keys := make([]secret.Bytes, 32)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			var err error
			if keys[i], err = secret.ReadOrCreate(path, 32); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, k := range keys {
		if !k.Equal(keys[0]) {
			t.Fatal("two makers have two keys")
		}
	}
}
