package match

import (
	"slices"
	"strings"
	"testing"
)

// texts shows clues as "kind:text".
func texts(list []Clue) string {
	var out []string
	for _, c := range list {
		out = append(out, string(c.Kind)+":"+c.Text)
	}
	return strings.Join(out, " ")
}

func TestOnline(t *testing.T) {
	for line, want := range map[string]string{
		"https://www.Chat.example/Ghost_99/?utm=1": "page:chat.example/ghost_99 page:chat.example/ghost_99?utm=1 account:ghost_99",
		"chat.example/ghost_99":                    "page:chat.example/ghost_99 account:ghost_99",
		"hxxps://chat[.]example/u/ghost_99":        "page:chat.example/u/ghost_99 account:ghost_99",
		"@Ghost_99":                                "account:ghost_99",
		"ghost99 on PicTalk":                       "account:ghost99",
		"his name there is @ghost.n, be careful":   "account:ghost.n",
		"Ghostly":                                  "account:ghostly",
		"https://chat.example/":                    "",
		"I do not know it any more":                "",
		"ab1":                                      "",
		"write to Ghost@mail.example":              "mail:ghost@mail.example",
		"video.example/watch/long/way/12":          "page:video.example/watch/long/way/12",
		"192.0.2.7/room":                           "page:192.0.2.7/room account:room",
	} {
		if got := texts(Online(line)); got != want {
			t.Errorf("%q gives %q, want %q", line, got, want)
		}
	}
}

func TestExact(t *testing.T) {
	for line, want := range map[string]string{
		"https://a.example/topic?id=1":                              "page:a.example/topic?id=1",
		"a.example/topic?id=1 a.example/topic?id=2 b.example/p/q/r": "page:a.example/topic?id=1 page:a.example/topic?id=2 page:b.example/p/q/r",
		"hxxps://a[.]example/album/17":                              "page:a.example/album/17",
		"https://a.example/":                                        "",
		"@ghost_99":                                                 "",
	} {
		if got := texts(Exact(line)); got != want {
			t.Errorf("%q gives %q, want %q", line, got, want)
		}
	}
}

func TestReach(t *testing.T) {
	for line, want := range map[string]string{
		"+999 (0)55 123-4567":    "phone:551234567",
		"055 1234567":            "phone:551234567",
		"٠٥٥ ١٢٣ ٤٥٦٧":           "phone:551234567",
		"Lina@Mail.example":      "mail:lina@mail.example",
		"after school, room 12":  "",
		"call 1234567 at night":  "phone:1234567",
		"lina@mail.example 5551": "mail:lina@mail.example",
	} {
		if got := texts(Reach(line)); got != want {
			t.Errorf("%q gives %q, want %q", line, got, want)
		}
	}
}

func TestPerson(t *testing.T) {
	one, two := Person("Dalia Farouk"), Person("داليا فاروق")
	shared := 0
	for _, c := range one {
		if slices.Contains(two, c) {
			shared++
		}
	}
	if shared == 0 || !slices.Contains(one, Clue{Name, "dalia farouk"}) {
		t.Errorf("%s and %s share nothing", texts(one), texts(two))
	}
	if got := Person("A"); len(got) != 0 {
		t.Errorf("too little to go by gives %s", texts(got))
	}
}

func FuzzClues(f *testing.F) {
	for _, seed := range []string{"", "https://a.example/b", "@x_y_z", "\x00\xff", "٠٥٥", "ahmad علي", "http://[::1]/a", strings.Repeat("a", 5000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, list := range [][]Clue{Online(line), Reach(line), Person(line)} {
			for _, c := range list {
				if c.Text == "" || c.Kind == "" {
					t.Errorf("%q gives an empty clue", line)
				}
			}
		}
	})
}
