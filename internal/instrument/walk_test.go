package instrument

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func ids(pages []Page) string {
	var list []string
	for _, p := range pages {
		list = append(list, p.ID)
	}
	return strings.Join(list, " ")
}

func TestSkipLogic(t *testing.T) {
	child, adult, young, past := demo(t, "about_me"), demo(t, "worried"), demo(t, "under_13"), demo(t, "past")
	first := "danger what when who reach pressure age place others helper feel words must_not_know contact"
	always := "danger what when who reach pressure pictures you around feel words contact"
	cases := []struct {
		in   *Instrument
		a    Answers
		want string
	}{
		{child, nil, always},
		{child, Answers{"what": {"touch"}}, "danger what when doctor who reach pressure pictures you around feel words contact"},
		{child, Answers{"what": {"touch"}, "when": {"longer"}}, always},
		{child, Answers{"pressure": {"demand"}}, "danger what when who reach pressure deadline pictures you around feel words contact"},
		{child, Answers{"who": {"online_only"}}, "danger what when who reach pressure pictures you around feel online words contact"},
		{child, Answers{"contact_way": {"phone"}}, always + " contact_how"},
		{child, Answers{"contact_way": {"mailbox_only"}}, always},
		{adult, Answers{"what": {"found_page"}}, "danger what online found words contact"},
		{young, nil, first},
		{young, Answers{"what": {"touch"}, "when": {"year"}, "reach": {"same_home"}}, first},
		{young, Answers{"what": {"touch"}}, strings.NewReplacer("when", "when doctor", "reach", "reach alone").Replace(first)},
		{young, Answers{"contact_way": {"via_trusted_adult"}}, first + " contact_how times say"},
		{past, nil, "wish danger children what when who reach pressure pictures you feel words contact"},
		{past, Answers{"wish": {"nothing_now"}}, "wish danger children feel words contact"},
		{past, Answers{"wish": {"nothing_now"}, "danger": {"held"}, "what": {"touch"}, "when": {"now"}}, "wish danger children child feel words contact"},
		{demo(t, "professional"), Answers{"what": {"found_page"}}, "danger work what online found words duty contact"},
		{adult, Answers{"what": {"found_page"}, "pressure": {"demand"}}, "danger what online found words contact"},
	}
	for _, c := range cases {
		if got := ids(c.in.Shown(c.a)); got != c.want {
			t.Errorf("%v:\ngot  %s\nwant %s", c.a, got, c.want)
		}
	}
}

func TestDangerIsAskedFirst(t *testing.T) {
	for _, name := range ways {
		in := demo(t, name)
		page, ok := in.First(nil)
		if name == "past" && page.ID == "wish" { // what they want comes before it
			page, ok = in.Next(nil, page.ID)
		}
		if !ok || page.ID != "danger" || len(page.Questions) != 1 {
			t.Fatalf("%s starts with %s", name, page.ID)
		}
		if got := strings.Join(codeNames(page.Questions[0]), " "); strings.Replace(got, " held", "", 1) != "yes no unknown prefers_not_to_say" {
			t.Errorf("%s: the codes are %s", name, got)
		}
	}
}

// A hidden page hides what depends on its answers, too.
func TestPruneFollowsTheChain(t *testing.T) {
	in := demo(t, "worried")
	a := Answers{"what": {"found_page"}, "pressure": {"demand"}, "deadline": {"soon"}, "words": {"x"}, "no_such": {"x"}}
	if diff := cmp.Diff(Answers{"what": {"found_page"}, "words": {"x"}}, in.Prune(a)); diff != "" {
		t.Error(diff)
	}
	if f := in.Facts(a); len(f.Values)+len(f.Triggers)+len(f.Floors) > 0 {
		t.Errorf("hidden answers give %v", f)
	}
	if len(a) != 5 {
		t.Error("the answers themselves have changed")
	}
}

func TestNextAndPrevious(t *testing.T) {
	in := demo(t, "about_me")
	a := Answers{"pressure": {"none"}}
	for _, c := range [][2]string{{"pressure", "pictures"}, {"deadline", "pictures"}, {"contact", ""}, {"no_such", ""}} {
		if page, ok := in.Next(a, c[0]); page.ID != c[1] || ok != (c[1] != "") {
			t.Errorf("after %s comes %q", c[0], page.ID)
		}
	}
	for _, c := range [][2]string{{"pictures", "pressure"}, {"deadline", "pressure"}, {"danger", ""}, {"no_such", ""}} {
		if page, ok := in.Previous(a, c[0]); page.ID != c[1] || ok != (c[1] != "") {
			t.Errorf("before %s comes %q", c[0], page.ID)
		}
	}
	if n, of := in.Progress(a, "what"); n != 2 || of != 12 {
		t.Errorf("got %d of %d", n, of)
	}
	if n, _ := in.Progress(a, "deadline"); n != 0 {
		t.Errorf("a hidden page is number %d", n)
	}
}

func TestWithReplacesOnePage(t *testing.T) {
	in := demo(t, "about_me")
	page, _ := in.Page("you")
	before := Answers{"age": {"0_7"}, "place": {"unknown"}, "what": {"touch"}}
	after := before.With(page, Answers{"age": {"8_12"}, "danger": {"yes"}})
	if diff := cmp.Diff(Answers{"age": {"8_12"}, "what": {"touch"}}, after); diff != "" || len(before) != 3 {
		t.Error(diff, before)
	}
	if got := Answers(nil).With(page, Answers{"age": {"8_12"}}); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestSplitSealsIdentityApart(t *testing.T) {
	in := demo(t, "about_me")
	a := Answers{"number": {"555"}, "must_not_know": {"uncle"}, "accounts": {"someone"}, "times": {"morning"}, "say": {"x"}, "words": {"x"}, "age": {"0_7"}, "no_such": {"x"}}
	content, identity := in.Split(a)
	if diff := cmp.Diff(Answers{"words": {"x"}, "age": {"0_7"}}, content); diff != "" {
		t.Error(diff)
	}
	if len(identity) != 5 {
		t.Errorf("got %v", identity)
	}
}

func TestSummary(t *testing.T) {
	in := demo(t, "about_me")
	rows := in.Summary(Answers{"danger": {"no"}, "what": {"trust", "asked"}, "words": {"كلماتي"}, "deadline": {"soon"}, "must_not_know": {"my uncle", "my aunt"}}, "ar")
	want := map[string]SummaryRow{
		"danger":        {Page: "danger", Question: "danger", Label: "هل أنت في خطر الآن؟", Values: []string{"لا، ليس الآن"}, Coded: true, Shown: Inline},
		"what":          {Page: "what", Question: "what", Label: "ما الذي يحدث؟", Values: []string{"شخص يريد مني أن أكتم أسرارًا أو أن ألتقي به", "شخص يطلب مني صورًا خاصة"}, Coded: true, Shown: List},
		"words":         {Page: "words", Question: "words", Label: "يمكن إخبارنا بكلماتك", Values: []string{"كلماتي"}, Shown: Quote},
		"must_not_know": {Page: "contact", Question: "must_not_know", Label: "من يجب ألا يعرف أنك أخبرتنا؟", Values: []string{"my uncle", "my aunt"}, Identity: true, Shown: List},
	}
	for _, row := range rows {
		if row.Question == "deadline" {
			t.Error("a hidden page is in the summary")
		}
		if w, ok := want[row.Question]; ok {
			if diff := cmp.Diff(w, row); diff != "" {
				t.Error(diff)
			}
		} else if len(row.Values) > 0 {
			t.Errorf("%s was not answered: %v", row.Question, row.Values)
		}
	}
	if len(rows) < len(want) || rows[0].Question != "danger" {
		t.Errorf("%d rows, first %s", len(rows), rows[0].Question)
	}
}

func TestWordsFallBack(t *testing.T) {
	text := newText([]string{"en", "ar"}, map[string]string{"en": "one", "ar": "واحد"})
	for lang, want := range map[string]string{"en": "one", "ar": "واحد", "ar-EG": "واحد", "fr": "one", "": "one"} {
		if got := text.Words(lang); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if (Text{}).Words("en") != "" || !(Text{}).Empty() || text.Empty() || !slices.Equal(text.Languages(), []string{"ar", "en"}) {
		t.Error("no words are not empty")
	}
}

// anyAnswers draws answers to any questions, codes and words, right and strange.
func anyAnswers(t *rapid.T, in *Instrument) Answers {
	a := Answers{}
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			if rapid.Bool().Draw(t, q.ID+" answered") {
				values := append(codeNames(q), "strange")
				a[q.ID] = rapid.SliceOfN(rapid.SampledFrom(values), 1, 3).Draw(t, q.ID)
			}
		}
	}
	return a
}

func TestAnyWalkEndsAndOnlyGoesOn(t *testing.T) {
	for _, name := range ways {
		in := demo(t, name)
		rapid.Check(t, func(t *rapid.T) {
			given, a := anyAnswers(t, in), Answers{}
			before, steps := 0, 0
			last := ""
			for page, ok := in.First(a); ok; page, ok = in.Next(a, page.ID) {
				a = a.With(page, given)
				n, of := in.Progress(a, page.ID)
				if n != before+1 || n > of {
					t.Fatalf("%s is %d of %d after %d", page.ID, n, of, before)
				}
				if back, ok := in.Previous(a, page.ID); ok != (n > 1) || back.ID != last {
					t.Fatalf("before %s comes %q, not %q", page.ID, back.ID, last)
				}
				if before, last, steps = n, page.ID, steps+1; steps > len(in.Pages) {
					t.Fatal("the way does not end")
				}
			}
			if steps != len(in.Shown(given)) {
				t.Fatalf("%d steps, %d pages shown", steps, len(in.Shown(given)))
			}
			if diff := cmp.Diff(in.Prune(given), a); diff != "" {
				t.Fatalf("the walk and Prune do not agree:\n%s", diff)
			}
		})
	}
}

func TestPruneTwiceIsOnce(t *testing.T) {
	for _, name := range ways {
		in := demo(t, name)
		rapid.Check(t, func(t *rapid.T) {
			a := anyAnswers(t, in)
			once := in.Prune(a)
			if diff := cmp.Diff(once, in.Prune(once)); diff != "" {
				t.Fatal(diff)
			}
			if diff := cmp.Diff(in.Facts(a), in.Facts(once)); diff != "" {
				t.Fatalf("hidden answers give facts:\n%s", diff)
			}
		})
	}
}
