package identity

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"

	"amparo/internal/fault"
)

func TestPasswordCheck(t *testing.T) {
	for password, want := range map[string]fault.Code{
		goodPassword: "", "ميناء أخضر هادئ": "", "ひみつのみなとのみどりいろ": "", "🐢 swims at noon": "", "noor likes 9 lemons": "",
		"elevenchars": "fault.password_short", "": "fault.password_characters", "tab\tinside password": "fault.password_characters",
		"\xff\xfe not text at all": "fault.password_characters", strings.Repeat("long word ", 26): "fault.password_long",
		strings.Repeat("x", 1<<20): "fault.password_long", "Noor.Hassan-2030": "fault.password_name", "noorhassan!!!!": "fault.password_name",
		"123456789012": "fault.password_common", "Password2030!": "fault.password_common", "PASS WORD PASS WORD": "fault.password_common",
		"qwertyuiop[]12": "fault.password_common", "abababababab": "fault.password_common", "correct horse battery staple": "fault.password_common",
	} {
		err := PasswordCheck(password, "noor.hassan", "Noor Hassan", "")
		if want == "" && err != nil || want != "" && (fault.CodeOf(err) != want || fault.KindOf(err) != fault.Invalid) {
			t.Errorf("%.40q: want %q, have %v", password, want, err)
		}
	}
}

// TestSameCharactersSamePassword has one password typed on two keyboards (RFC 8265, OpaqueString).
func TestSameCharactersSamePassword(t *testing.T) {
	h := newHasher(Cost{Memory: 8, Passes: 1, Threads: 1}, 1)
	composed, err := prepare("caf\u00e9 au lait noir")
	if err != nil {
		t.Fatal(err)
	}
	apart, err := prepare("cafe\u0301\u00a0au\u3000lait noir")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.make(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.check(t.Context(), stored, apart); !ok || err != nil {
		t.Errorf("not the same: %v", err)
	}
	if ok, err := h.check(t.Context(), stored, strings.ToUpper(apart)); ok || err != nil {
		t.Errorf("capitals make no difference: %v", err)
	}
	if ok, err := h.check(t.Context(), "", ""); ok || err != nil {
		t.Errorf("nobody has a password: %v", err)
	}
}

func TestDefaultCost(t *testing.T) {
	h := New(Config{}).hash
	stored, err := h.make(t.Context(), goodPassword)
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=65536,t=2,p=1$") {
		t.Fatalf("%s %v", stored, err)
	}
	p, err := parsePHC(stored)
	if err != nil || !slices.Equal(p.hash, argon2.IDKey([]byte(goodPassword), p.salt, 2, 65536, 1, 32)) {
		t.Errorf("not the Argon2id of the password: %v", err)
	}
}

func TestOneTimePasswords(t *testing.T) {
	one, two := oneTimePassword(), oneTimePassword()
	if one == two || len(one) != 23 || PasswordCheck(one) != nil {
		t.Errorf("drew %s and %s", one, two)
	}
}

func TestDigitsOfAnyScript(t *testing.T) {
	for code, want := range map[string]string{"123 456": "123456", "١٢٣٤٥٦": "123456", "۱۲۳-۴۵۶": "123456", "12345x": "", "": "", "１２": ""} {
		if got := digits(code); got != want {
			t.Errorf("%q gives %q", code, got)
		}
	}
}

func FuzzPHC(f *testing.F) {
	f.Add(newHasher(DefaultCost, 1).dummy)
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Add("$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		if p.String() != s || p.cost.Memory > 1<<20 || p.cost.Passes == 0 || p.cost.Threads == 0 {
			t.Errorf("%q was read as %+v", s, p)
		}
	})
}

func FuzzPasswordCheck(f *testing.F) {
	f.Add(goodPassword, "noor")
	f.Add("\xff", "")
	f.Fuzz(func(t *testing.T, password, name string) {
		if PasswordCheck(password, name) != nil {
			return
		}
		once, err := prepare(password)
		if err != nil {
			t.Fatalf("%q passed and cannot be prepared: %v", password, err)
		}
		if twice, err := prepare(once); err != nil || twice != once {
			t.Errorf("%q is prepared as %q and then %q: %v", password, once, twice, err)
		}
	})
}
