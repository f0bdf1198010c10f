package instrument

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"amparo/internal/fault"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// every is an instrument with each kind of question, one of them required.
const every = `id: every
version: 1.0.0
languages: [en]
reader: adult
name: {en: Every}
answers: {unknown: {en: U}, prefers_not_to_say: {en: P}}
pages:
  - id: p1
    title: {en: One}
    questions:
      - {id: one, kind: single, label: {en: A}, required: true, safety: "We must know", codes: {a: {words: {en: A}}, b: {words: {en: B}}}}
      - {id: bare, kind: single, label: {en: A}, plain: true, codes: {a: {words: {en: A}}}}
      - {id: many, kind: multi, label: {en: A}, codes: {a: {words: {en: A}}, b: {words: {en: B}}, nothing: {words: {en: N}, alone: true}}}
  - id: p2
    title: {en: Two}
    questions:
      - {id: line, kind: text, label: {en: A}, max_length: 10, privacy: identity}
      - {id: long, kind: longtext, label: {en: A}, max_length: 40, required: true, safety: "We must know"}
      - {id: names, kind: names, label: {en: A}, max_length: 20}
  - id: p3
    title: {en: Three}
    questions:
      - {id: place, kind: area, label: {en: A}}
      - {id: way, kind: contact_way, label: {en: A}, codes: {phone: {words: {en: P}}}}
      - {id: times, kind: times, label: {en: A}, codes: {a: {words: {en: A}}, b: {words: {en: B}}}}
`

func load(t testing.TB, text string) *Instrument {
	t.Helper()
	in, problems := Load("x.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return in
}

func TestNormalise(t *testing.T) {
	in := load(t, every).WithAreas([]Place{{"XD-N", map[string]string{"en": "North"}}})
	cases := []struct {
		name, page, form string
		want             Answers
		fields           string // name=code, in order
	}{
		{"nothing", "p1", "one=a", Answers{"one": {"a"}}, ""},
		{"required", "p1", "many=a", Answers{"many": {"a"}}, "one=fault.answer_required"},
		{"empty values are nothing", "p1", "one=&many=", Answers{}, "one=fault.answer_required"},
		{"not saying is an answer", "p1", "one=prefers_not_to_say", Answers{"one": {"prefers_not_to_say"}}, ""},
		{"a strange code", "p1", "one=z&many=a&many=z", Answers{"many": {"a"}}, "one=fault.answer_code many=fault.answer_code"},
		{"plain has no more codes", "p1", "one=a&bare=unknown", Answers{"one": {"a"}}, "bare=fault.answer_code"},
		{"two where one goes", "p1", "one=a&one=b", Answers{"one": {"a", "b"}}, "one=fault.answer_code"},
		{"twice the same", "p1", "one=a&one=a&many=b&many=a&many=b", Answers{"one": {"a"}, "many": {"a", "b"}}, ""},
		{"none gives way", "p1", "one=b&many=nothing&many=b&many=unknown", Answers{"one": {"b"}, "many": {"b"}}, ""},
		{"none alone stays", "p1", "one=b&many=nothing&many=unknown", Answers{"one": {"b"}, "many": {"nothing"}}, ""},
		{"other fields", "p1", "one=a&state=x&line=y", Answers{"one": {"a"}}, ""},
		{"text", "p2", "line=+a%0D%0Ab+&long=+x+%0A%0Ay%00", Answers{"line": {"a b"}, "long": {"x\n\ny"}}, ""},
		{"too long, and still there", "p2", "line=12345678901&long=x", Answers{"line": {"12345678901"}, "long": {"x"}}, "line=fault.answer_long"},
		{"characters, not bytes", "p2", "line=%D8%A3%D8%A3%D8%A3%D8%A3%D8%A3%D8%A3%D8%A3%D8%A3%D8%A3%D8%A3&long=x", Answers{"line": {strings.Repeat("أ", 10)}, "long": {"x"}}, ""},
		{"blank is nothing", "p2", "long=+%0A+", Answers{}, "long=fault.answer_required"},
		{"one name a line", "p2", "long=x&names=+uncle+%0A%0A+teacher", Answers{"long": {"x"}, "names": {"uncle", "teacher"}}, ""},
		{"names sent apart", "p2", "long=x&names=uncle&names=teacher", Answers{"long": {"x"}, "names": {"uncle", "teacher"}}, ""},
		{"names are long together", "p2", "long=x&names=1234567890&names=1234567890", Answers{"long": {"x"}, "names": {"1234567890", "1234567890"}}, "names=fault.answer_long"},
		{"a pasted file", "p2", "long=see+data:image/png%3Bbase64,AAAA+here", Answers{"long": {"see [removed] here"}}, ""},
		{"an area", "p3", "place=XD-N&way=phone&times=b&times=a", Answers{"place": {"XD-N"}, "way": {"phone"}, "times": {"a", "b"}}, ""},
		{"areas and ways that are not ours", "p3", "place=XD-Z&way=email", Answers{}, "place=fault.answer_code way=fault.answer_code"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			form, err := url.ParseQuery(c.form)
			if err != nil {
				t.Fatal(err)
			}
			page, _ := in.Page(c.page)
			got, err := in.Normalise(page, form)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if said := fields(t, err); said != c.fields {
				t.Errorf("fields %q, want %q", said, c.fields)
			}
		})
	}
}

func fields(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != CodeForm {
		t.Errorf("got %v", err)
	}
	var said []string
	for _, f := range fault.Fields(err) {
		said = append(said, f.Name+"="+string(f.Code))
		if f.Code == CodeLong && f.Params["Max"].(int) < 10 {
			t.Errorf("the most characters are %v", f.Params["Max"])
		}
	}
	return strings.Join(said, " ")
}

func TestAreasComeFromTheCountry(t *testing.T) {
	bare := load(t, every)
	with := bare.WithAreas([]Place{{"XD-N", map[string]string{"en": "North"}}, {"XD-S", map[string]string{"en": "South"}}})
	if q, _ := bare.Question("place"); len(q.Codes) != 2 {
		t.Errorf("the first instrument has changed: %v", codeNames(q))
	}
	q, _ := with.Question("place")
	if got := strings.Join(codeNames(q), " "); got != "XD-N XD-S unknown prefers_not_to_say" {
		t.Errorf("got %s", got)
	}
	rows := with.Summary(Answers{"place": {"XD-S"}}, "en")
	if !slices.ContainsFunc(rows, func(r SummaryRow) bool { return r.Question == "place" && r.Values[0] == "South" }) {
		t.Errorf("got %v", rows)
	}
}

func TestCleanText(t *testing.T) {
	file := strings.Repeat("QUJD", 60)
	lines := strings.Repeat(strings.Repeat("A", 76)+"\r\n", 3)
	cases := []struct {
		in   string
		max  int
		want string
		cut  bool
	}{
		{"", 0, "", false},
		{"  one \r\n two\t\r three  ", 0, "one\n two\n three", false},
		{"a\x00b\x1b[31mc", 0, "ab[31mc", false},
		{"a\xffb", 0, "a\ufffdb", false},
		{"e\u0301", 0, "é", false},
		{"a\u202eb\u2066c\u200bd\ufeff", 0, "abcd", false},
		{"a\U000e0062b\ufdd0c\U0001fffe", 0, "abc", false},
		{"می\u200cخواهم \u200f1", 0, "می\u200cخواهم \u200f1", false},
		{"look: " + file + " ok", 0, "look: [removed] ok", true},
		{strings.Repeat("A", 199), 0, strings.Repeat("A", 199), false},
		{strings.Repeat("A", 200), 0, Cut, true},
		{"x\n" + lines + "y", 0, "x\n[removed]", true},
		{"x " + lines + " y", 0, "x [removed]\n y", true},
		{"a DATA:image/jpeg;base64,/9j/4A b", 0, "a [removed] b", true},
		{"data:,hello", 0, "[removed]", true},
		{"my data: he wrote, twice", 0, "my data: he wrote, twice", false},
		{"https://example.com/a?b=c,d", 0, "https://example.com/a?b=c,d", false},
		{"أخبرت معلمتي", 5, "أخبرت", true},
		{"twelve letters and more", 15, "twelve[removed]", true},
		{"short", 5, "short", false},
	}
	for _, c := range cases {
		if got, cut := CleanText(c.in, c.max); got != c.want || cut != c.cut {
			t.Errorf("%.40q at most %d: got %q %t, want %q %t", c.in, c.max, got, cut, c.want, c.cut)
		}
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{" a\r\nb \u2028 c\td ": "a b c d", "\n\n": "", "one": "one"} {
		if got := OneLine(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCleanedIsMarked(t *testing.T) {
	in := load(t, every)
	a := Answers{"one": {"a"}, "long": {"x " + Cut}, "names": {"uncle"}}
	if got := in.Cleaned(a); !slices.Equal(got, []string{"long"}) {
		t.Errorf("got %v", got)
	}
	for _, row := range in.Summary(a, "en") {
		if row.Cleaned != (row.Question == "long") {
			t.Errorf("%s is cleaned: %t", row.Question, row.Cleaned)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	for _, seed := range []string{"a\r\nb", "\xff\xfe", "data:a/b;base64,xx,y", strings.Repeat("Qk", 120), strings.Repeat(strings.Repeat("x", 70)+" \n", 4),
		"data:" + strings.Repeat("q/", 120) + ",x", "e\u0301\u0301 \u202e", strings.Repeat("\u0301", 40), "[removed]data:;,"} {
		f.Add(seed, 0)
		f.Add(seed, 20)
	}
	f.Fuzz(func(t *testing.T, s string, max int) {
		clean, cut := CleanText(s, max)
		switch again, _ := CleanText(clean, max); {
		case again != clean:
			t.Errorf("once %q, twice %q", clean, again)
		case !utf8.ValidString(clean), !norm.NFC.IsNormalString(clean), strings.ContainsAny(clean, "\x00\r\t\u202e"):
			t.Errorf("not clean: %q", clean)
		case max > 0 && utf8.RuneCountInString(clean) > max:
			t.Errorf("%d characters, at most %d", utf8.RuneCountInString(clean), max)
		case cut && max <= 0 && !strings.Contains(clean, Cut):
			t.Errorf("something was taken out and not marked: %q", clean)
		}
	})
}

func FuzzNormalise(f *testing.F) {
	f.Add("one=a&many=b&bare=z")
	f.Add("long=%ff%00&names=a%0a%0ab&line=data:a/b,x")
	f.Add("names=" + strings.Repeat("A", 70) + "%0A%0A" + strings.Repeat("B", 70) + "%0A%20" + strings.Repeat("C", 70))
	f.Add("line=" + strings.Repeat("A", 70) + "%0A" + strings.Repeat("B", 70) + "%0A" + strings.Repeat("C", 70))
	f.Add("place=unknown&way=phone&times=a&times=unknown")
	in := load(f, every)
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		for _, page := range in.Pages {
			sameTwice(t, in, page, form)
		}
	})
}

// sameTwice holds that normalising what was normalised changes nothing and says the same.
func sameTwice(t interface{ Fatalf(string, ...any) }, in *Instrument, page Page, form url.Values) {
	once, first := in.Normalise(page, form)
	again, second := in.Normalise(page, url.Values(once))
	if diff := cmp.Diff(once, again); diff != "" {
		t.Fatalf("%s: twice is not once:\n%s", page.ID, diff)
	}
	if first == nil && second != nil {
		t.Fatalf("%s: what was right is wrong: %v", page.ID, second)
	}
	for id := range once {
		if !slices.ContainsFunc(page.Questions, func(q Question) bool { return q.ID == id }) {
			t.Fatalf("%s: an answer to %q, which is not asked there", page.ID, id)
		}
	}
}

func TestNormaliseTwiceIsOnce(t *testing.T) {
	for _, in := range []*Instrument{load(t, every), demo(t, "about_me"), demo(t, "worried")} {
		rapid.Check(t, func(t *rapid.T) {
			page := rapid.SampledFrom(in.Pages).Draw(t, "page")
			form := url.Values{}
			for _, q := range page.Questions {
				value := rapid.OneOf(rapid.String(), rapid.SampledFrom(append(codeNames(q), "data:a/b,c", "a\n\nb", strings.Repeat("A", 70))))
				form[q.ID] = rapid.SliceOfN(value, 0, 4).Draw(t, q.ID)
			}
			sameTwice(t, in, page, form)
		})
	}
}
