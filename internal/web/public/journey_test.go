package public_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/intake"
)

// childTells answers every question that a child can be asked, so that every page is shown.
var childTells = url.Values{
	"danger": {"no"}, "what": {"passed_on", "pictures", "touch"}, "when": {"ongoing"}, "doctor": {"no"},
	"who": {"online_only", "family_adult"}, "group": {"some"}, "reach": {"same_home"}, "alone": {"yes"}, "pressure": {"demand"},
	"deadline": {"later"}, "pictures": {"online"}, "age": {"13_15"}, "place": {"XD-N-01"}, "others": {"maybe"}, "helper": {"nobody"},
	"life": {"disability", "before"}, "feel": {"sometimes"}, "accounts": {"user_one", "https://chat.example/u/1"}, "gone_soon": {"yes"},
	"words": {"I want it to stop.\n\nPlease help."}, "must_not_know": {"my uncle", "Sara at the desk"}, "contact_way": {"phone"},
	"number": {"555 0199"}, "times": {"evening", "weekend"}, "say": {"say you are from the library"},
}

// childTellsArabic is the same with the words of a child who writes Arabic.
var childTellsArabic = with(childTells, url.Values{
	"words": {"أريد أن يتوقف هذا.\n\nساعدوني من فضلكم."}, "must_not_know": {"عمي", "سارة في المكتب"}, "number": {"٥٥٥ ٠١٩٩"},
	"say": {"قولوا إنكم من المكتبة"}, "accounts": {"اسم_مستخدم"},
})

// adultTells answers every question that somebody who is worried can be asked.
var adultTells = url.Values{
	"danger": {"unknown"}, "what": {"trust", "gifts", "touch"}, "when": {"month"}, "doctor": {"yes"}, "who": {"works_with_children"},
	"group": {"one"}, "reach": {"often"}, "alone": {"no"}, "pressure": {"threats"}, "deadline": {"none"}, "pictures": {"someone_has"},
	"age": {"8_12"}, "place": {"XD-C"}, "find": {"Sami, class 4", "Hill School"}, "others": {"yes"}, "helper": {"helping"}, "life": {"care"},
	"feel": {"no"}, "accounts": {"coach_77"}, "gone_soon": {"no"}, "words": {"He was afraid to go to practice."}, "you": {"relative"},
	"must_not_know": {"the coach"}, "contact_way": {"sms_plain"}, "number": {"555-0198"}, "times": {"any_time"}, "say": {"a friend"},
}

var adultTellsArabic = with(adultTells, url.Values{
	"find": {"سامي، الصف الرابع", "مدرسة التل"}, "words": {"كان يخاف من الذهاب إلى التدريب."}, "must_not_know": {"المدرب"}, "say": {"صديق"},
})

// youngTells answers every question that a young child can be asked.
var youngTells = url.Values{
	"danger": {"no"}, "what": {"trust", "pictures", "live", "touch"}, "when": {"ongoing"}, "doctor": {"no"}, "who": {"online_only", "family_adult"},
	"reach": {"often"}, "alone": {"yes"}, "pressure": {"demand"}, "deadline": {"later"}, "age": {"8_12"}, "place": {"XD-N-01"},
	"others": {"maybe"}, "helper": {"nobody"}, "feel": {"sometimes"}, "accounts": {"blue_bird in the block game"}, "words": {"I am scared of him."},
	"must_not_know": {"my big cousin"}, "contact_way": {"via_trusted_adult"}, "number": {"555 0197"}, "times": {"afternoon"}, "say": {"say it is about books"},
}

// pastTells answers every question that an adult can be asked about their own childhood.
var pastTells = url.Values{
	"wish": {"talk", "know_more"}, "danger": {"unknown"}, "others": {"maybe"}, "alone": {"no"}, "find": {"Lina, his niece"},
	"what": {"trust", "pictures", "touch"}, "when": {"month"}, "doctor": {"no"}, "who": {"works_with_children"}, "group": {"one"},
	"reach": {"online_ongoing"}, "pressure": {"threats"}, "deadline": {"none"}, "pictures": {"online"}, "age": {"adult"}, "place": {"XD-C"},
	"helper": {"not_told"}, "feel": {"sometimes"}, "accounts": {"old_trainer_9"}, "gone_soon": {"no"}, "words": {"I never told anybody."},
	"must_not_know": {"my former trainer"}, "contact_way": {"phone"}, "number": {"555-0196"}, "times": {"evening"}, "say": {"an old friend"},
}

// professionalTells answers every question that somebody who works with children can be asked.
var professionalTells = func() url.Values {
	answers := with(adultTells, url.Values{"work": {"teacher"}, "source": {"child_told", "noticed"}, "done": {"lead", "notes"}, "knows": {"not_yet"},
		"duty": {"here"}, "must_not_know": {"the headmaster"}, "number": {"555-0195"}})
	answers.Del("you")
	return answers
}()

// tells are answers to every question, by the way in.
var tells = map[string]url.Values{"under_13": youngTells, "about_me": childTells, "worried": adultTells, "past": pastTells, "professional": professionalTells}

// ways are the ways in, in the order in which they are offered.
var ways = []string{"under_13", "about_me", "worried", "past", "professional"}

func with(answers, more url.Values) url.Values {
	out := url.Values{}
	for _, list := range []url.Values{answers, more} {
		for name, values := range list {
			out[name] = values
		}
	}
	return out
}

// posted is what a browser sends: the lines of one field are one value.
func posted(answers url.Values) url.Values {
	out := with(answers, nil)
	for _, name := range []string{"accounts", "must_not_know", "find"} {
		if values, ok := out[name]; ok {
			out[name] = []string{strings.Join(values, "\r\n")}
		}
	}
	return out
}

// TestWholeJourneys goes every way, and in every language, from the first page to an answer in the mailbox, and compares what the
// case side finds in the envelope with what was answered.
func TestWholeJourneys(t *testing.T) {
	for _, way := range []struct {
		tag, way string
		reader   intake.Reader
		answers  url.Values
		area     string
	}{
		{"en", "about_me", intake.Child, childTells, "XD-N-01"}, {"ar", "about_me", intake.Child, childTellsArabic, "XD-N-01"},
		{"fr", "about_me", intake.Child, with(childTells, url.Values{"words": {"J’ai besoin d’aide.\nÀ bientôt ?"}}), "XD-N-01"},
		{"sw", "about_me", intake.Child, with(childTells, url.Values{"words": {"Ninahitaji msaada."}}), "XD-N-01"},
		{"es", "worried", intake.Adult, with(adultTells, url.Values{"words": {"La niña me contó algo en la escuela."}}), "XD-C"},
		{"en", "worried", intake.Adult, adultTells, "XD-C"}, {"ar", "worried", intake.Adult, adultTellsArabic, "XD-C"},
		{"sw", "under_13", intake.Child, youngTells, "XD-N-01"}, {"ar", "under_13", intake.Child, youngTells, "XD-N-01"},
		{"fr", "past", intake.Adult, pastTells, "XD-C"}, {"es", "professional", intake.Adult, professionalTells, "XD-C"},
	} {
		t.Run(way.tag+"-"+way.way, func(t *testing.T) {
			each(t, func(l *place) {
				check := l.start(way.tag, way.way).tell(posted(way.answers))
				for _, words := range [][]string{way.answers["words"], way.answers["must_not_know"], way.answers["say"]} {
					check.want(http.StatusOK, strings.Fields(strings.Join(words, " "))...)
				}
				receipt := check.post().receipt()
				list := l.told()
				if len(list) != 1 {
					l.t.Fatalf("%d reports", len(list))
				}
				got := list[0]
				if got.Instrument != way.way || got.Language != way.tag || got.Reader != way.reader || got.Area != way.area ||
					got.Channel != intake.WebForm || !got.At.Equal(l.now) || got.Version == "" || !strings.HasPrefix(got.Pack, "demo ") {
					l.t.Errorf("the envelope says %+v", got)
				}
				if diff := cmp.Diff(map[string][]string(way.answers), got.Answers); diff != "" {
					l.t.Errorf("what arrived is not what was answered:\n%s", diff)
				}
				l.mailbox(way.tag, receipt, got)
			})
		})
	}
}

// mailbox opens the mailbox, is answered, and says something more; nothing told is ever readable in it.
func (l *place) mailbox(tag, receipt string, told intake.Told) {
	l.t.Helper()
	empty := l.get("/?l="+tag).post("way", "code").post("code", receipt).want(http.StatusOK)
	l.now = l.now.Add(time.Minute)
	l.replyTo(l.last(), "We read it. Do you have a quiet time on Friday?")
	box := l.get("/?l="+tag).post("way", "code").post("code", receipt).want(http.StatusOK, "Do you have a quiet time on Friday?")
	quiet := map[string]string{"en": "Somebody is reading it.", "ar": "أحدنا يقرؤها الآن.",
		"fr": "Quelqu’un est en train de le lire.", "es": "Alguien lo está leyendo.", "sw": "Kuna mtu anayeusoma."}[tag]
	if !box.says(quiet) || empty.says(quiet) {
		l.t.Errorf("the progress is not said: %s", box.text)
	}
	after := box.post("message", "Friday is good").want(http.StatusOK, map[string]string{"en": "We have your message", "ar": "وصلتنا رسالتك",
		"fr": "Nous avons bien reçu le message", "es": "Recibimos el mensaje", "sw": "Tumepokea ujumbe wako"}[tag])
	for _, page := range []answer{empty, box, after} {
		if page.tag() != tag {
			l.t.Errorf("the mailbox of somebody who reads %s is in %s", tag, page.tag())
		}
		for name, values := range told.Answers {
			for _, v := range values {
				if in, ok := l.pack.Instrument(told.Instrument).Question(name); ok && !in.Kind.Coded() && page.says(v) {
					l.t.Errorf("the mailbox shows %q", v)
				}
			}
		}
		if page.says("Friday is good") {
			l.t.Error("the mailbox shows what the reporter wrote")
		}
	}
	if list := l.told(); len(list) != 2 || list[1].Answers["message"][0] != "Friday is good" {
		l.t.Errorf("the message arrived as %+v", list[1:])
	}
}

// TestBeforeTheFirstQuestion holds what must be read before anything is asked, and that danger is asked first.
func TestBeforeTheFirstQuestion(t *testing.T) {
	l := one(t, t.TempDir())
	for way, words := range map[string][]string{
		"about_me": {"A trained helper from the child safety team reads this", "The next time a helper reads here: now.", "555-0116", "day or night",
			"You do not need to give your name", "We must get help if your life", "You can skip a question"},
		"worried": {"A trained duty officer", "The desk next reads reports: now.", "555-0100", "555-0116", "You need not give your name",
			"The law of this country", "We must tell the police", "you can stop at any time"},
	} {
		page := l.get("/?l=en").post("way", way).want(http.StatusOK, words...)
		if page.step() != "before" || len(page.find("input", "name")) != 2 {
			t.Errorf("%s: something is asked before it is said who reads it", way)
		}
		if first := page.post(); !first.asks("danger") || !first.says("Step 1 of") {
			t.Errorf("%s: danger is not asked first: %s", way, first.text)
		}
	}
	l.now = start.AddDate(0, 0, -1) // a Sunday
	for _, way := range ways {
		l.get("/?l=en").post("way", way).want(http.StatusOK, "Nobody is at the desk right now.", ": 3 March 2031, 08:00.", "555-0116")
		l.get("/?l=ar").post("way", way).want(http.StatusOK, "لا يوجد أحد في المكتب الآن.", "08:00", "555-0116")
	}
}

// TestDangerIsAnsweredAtOnce holds that whoever may die or be hurt now sees the number before any other question, and can go
// on, or back.
func TestDangerIsAnsweredAtOnce(t *testing.T) {
	l := one(t, t.TempDir())
	for _, way := range ways {
		first := l.start("en", way)
		if way == "past" { // what they want comes first
			first = first.post()
		}
		alarm := first.post("danger", "yes").want(http.StatusOK, "Get help right now", "555-0100", "555-0101", "555-0116", "555-0117")
		if next := alarm.post(); !alarm.post("go", "back").asks("danger") || next.asks("danger") || next.step() != "ask" {
			t.Error("from the page with the number there is no way on, or none back")
		}
		low := alarm.post()
		for !low.asks("feel") {
			low = low.post()
		}
		if page := low.post("feel", "may_act").want(http.StatusOK, "Get help right now", "555-0100"); page.post().asks("feel") {
			t.Error("the question comes again")
		}
		if low.post("feel", "sometimes").says("Get help right now") {
			t.Error("everybody is sent to the emergency services")
		}
	}
}

// TestBackAndChange goes back through the form and changes answers: nothing is lost, and what an answer hides is not sent.
func TestBackAndChange(t *testing.T) {
	each(t, func(l *place) {
		page := l.start("en", "about_me").post("danger", "no").post("what", "touch", "what", "gifts").post("when", "ongoing")
		page = page.post("doctor", "yes", "go", "back") // what was just chosen is kept on the way back
		if !page.asks("when") || !chosen(page, "when", "ongoing") {
			l.t.Fatalf("back shows: %s", page.text)
		}
		page = page.post("when", "ongoing")
		if !chosen(page, "doctor", "yes") {
			l.t.Error("going back has lost what was just chosen")
		}
		check := page.tell(url.Values{"words": {"first words"}, "doctor": {"yes"}})
		again := check.post("change", "words").post("words", "second words")
		if again.step() != "check" || !again.says("second words") || again.says("first words") {
			l.t.Errorf("a changed answer leads to: %s", again.text)
		}
		more := again.post("change", "pressure").post("pressure", "demand")
		if !more.asks("deadline") {
			l.t.Fatalf("a page that a changed answer makes appear is not asked: %s", more.text)
		}
		check = more.post("deadline", "soon").want(http.StatusOK, "Today or tomorrow")
		check = check.post("change", "what").post("what", "other").want(http.StatusOK)
		if check.says("Could a doctor") {
			l.t.Error("a page that a changed answer hides is still there")
		}
		if last := check.post("go", "back"); !last.asks("contact_way") {
			l.t.Errorf("back from all answers leads to: %s", last.text)
		}
		check.post()
		got := l.told()[0].Answers
		want := map[string][]string{"danger": {"no"}, "what": {"other"}, "when": {"ongoing"}, "pressure": {"demand"}, "deadline": {"soon"}, "words": {"second words"}}
		if diff := cmp.Diff(want, got); diff != "" {
			l.t.Error(diff)
		}
	})
}

func chosen(a answer, name, value string) bool {
	return slices.ContainsFunc(a.find("input", "checked"), func(n *node) bool { return attr(n, "name") == name && attr(n, "value") == value })
}

// TestNothingHasToBeAnswered sends a report with no answer at all.
func TestNothingHasToBeAnswered(t *testing.T) {
	each(t, func(l *place) {
		for _, way := range ways {
			l.start("en", way).tell(nil).post().receipt()
		}
		if list := l.told(); len(list) != len(ways) || len(list[0].Answers) != 0 || list[0].Area != "" {
			l.t.Errorf("got %+v", list)
		}
	})
}

// TestTheWaysIn holds that each way in stands on the first page with a picture that nobody has to see, leads to questions of its own, and
// that whoever chose the wrong one comes back to choose another.
func TestTheWaysIn(t *testing.T) {
	l := one(t, t.TempDir())
	for _, tag := range spoken {
		first, seen := l.get("/?l="+tag), []string{}
		for _, b := range first.find("button", "value") {
			if drawing := b.FirstChild; slices.Contains(ways, attr(b, "value")) {
				seen = append(seen, attr(b, "value"))
				if drawing.Data != "svg" || attr(drawing, "aria-hidden") != "true" || content(b) != l.pack.Instrument(attr(b, "value")).Name.Words(tag) {
					t.Errorf("%s: a way looks like %q with a <%s>", tag, content(b), drawing.Data)
				}
			}
		}
		if !slices.Equal(seen, ways) {
			t.Errorf("%s: the ways are %v", tag, seen)
		}
	}
	wrong := l.get("/?l=sw").post("way", "professional")
	if back := wrong.find("a", "class"); !slices.ContainsFunc(back, func(n *node) bool {
		return strings.Contains(attr(n, "class"), "back-link") && attr(n, "href") == "/?l=sw"
	}) {
		t.Errorf("from the wrong way nothing leads back: %s", wrong.text)
	}
	told := wrong.post().post("danger", "no", "go", "back")
	if told.step() != "before" || strings.Contains(told.text, "back-link") {
		t.Errorf("a link would lose what was told: %s", told.text)
	}
}

// TestWorriedAboutOneself holds that whoever is worried about their own thoughts or behaviour is shown who helps, is asked nothing, and leaves
// nothing behind.
func TestWorriedAboutOneself(t *testing.T) {
	each(t, func(l *place) {
		for _, tag := range spoken {
			own, _ := l.pack.Contact("turning_line", tag)
			page := l.get("/?l="+tag).post("way", "own").want(http.StatusOK, own.Name, "555-0170", "555-0171", own.Hours, "555-0100", "555-0116")
			if page.tag() != tag || len(page.find("form", ""))+len(page.find("input", ""))+len(page.find("button", "")) > 0 {
				l.t.Errorf("%s: something is asked: %s", tag, page.text)
			}
		}
		l.get("/?l=en").post("way", "own").want(http.StatusOK, "do not judge", "as far as the law here allows", "This is not a report",
			"Are you under 18?", "Call 555-0100 now")
		if list := l.told(); len(list) > 0 {
			l.t.Errorf("kept are %+v", list)
		}
		if strings.Contains(l.log.String(), "\"own\"") {
			l.t.Errorf("the log tells who was there: %s", l.log.String())
		}
		l.now = start.AddDate(1, 0, 0)
		if late := l.get("/?l=en"); late.says("my own thoughts") {
			l.t.Error("a number that nobody has tried for a year is offered")
		}
	})
}

// TestWhatIsAskedAboutAPage asks somebody who only found a page nothing about a child.
func TestWhatIsAskedAboutAPage(t *testing.T) {
	l := one(t, t.TempDir())
	page := l.start("en", "worried").post("danger", "no").post("what", "found_page")
	asked := 0
	for ; page.step() == "ask"; page = page.post("accounts", "https://bad.example/x") {
		for _, n := range page.find("", "name") {
			if slices.Contains([]string{"age", "find", "reach", "life", "feel", "pictures"}, attr(n, "name")) {
				t.Errorf("asks for %s", attr(n, "name"))
			}
		}
		asked++
	}
	if asked == 0 || asked > 4 || !page.says("https://bad.example/x") {
		t.Errorf("%d pages, then %s", asked, page.text)
	}
}

// TestLanguageStays holds that the language chosen on the first page stays through every form, also where the browser asks for another
// and where the form is refused unread.
func TestLanguageStays(t *testing.T) {
	l := one(t, t.TempDir())
	if l.get("/").tag() != "en" || l.get("/", "Accept-Language", "ar-EG,en;q=0.5").tag() != "ar" || l.get("/", "Accept-Language", "fi").tag() != "en" {
		t.Error("the first page does not follow the browser")
	}
	first := l.get("/", "Accept-Language", "en")
	offered := 0
	for _, n := range first.find("a", "hreflang") {
		offered++
		if page := l.get(attr(n, "href"), "Accept-Language", "en"); page.tag() != attr(n, "hreflang") {
			t.Errorf("%s leads to a page in %s", attr(n, "href"), page.tag())
		}
	}
	if offered != len(spoken)-1 || !first.says("English", "Français", "Español", "العربية", "Kiswahili") {
		t.Errorf("%d languages are offered", offered)
	}
	for _, tag := range spoken[1:] {
		l.staysIn(tag)
	}
}

// TestTheChoiceOfLanguages: each names itself in its own language and direction, in the pack's order, by a link without a script.
func TestTheChoiceOfLanguages(t *testing.T) {
	l := one(t, t.TempDir())
	for _, tag := range spoken {
		page, list := l.get("/?l="+tag), []string{}
		for _, n := range page.find("", "lang") {
			if n.Data == "a" || attr(n, "aria-current") == "true" {
				list = append(list, attr(n, "lang"))
				if current := attr(n, "aria-current") == "true"; current != (attr(n, "lang") == tag) || !current && attr(n, "href") != "/?l="+attr(n, "lang") {
					t.Errorf("%s: the choice of %s leads to %q", tag, attr(n, "lang"), attr(n, "href"))
				}
				if attr(n, "dir") != map[bool]string{true: "rtl", false: "ltr"}[attr(n, "lang") == "ar"] || neutral[attr(n, "lang")] == "" {
					t.Errorf("%s: %s is written %s", tag, content(n), attr(n, "dir"))
				}
			}
		}
		if !slices.Equal(list, spoken) {
			t.Errorf("%s: the choice is %v", tag, list)
		}
	}
}

// staysIn goes from the first page to the last in a language, from a browser that asks for English.
func (l *place) staysIn(tag string) {
	t := l.t
	t.Helper()
	page := l.get("/?l="+tag, "Accept-Language", "en")
	for page.step() != "" {
		form := page.find("form", "action")[0]
		values := page.form()
		if page.step() == "start" {
			values.Set("way", "about_me")
		}
		if page.step() == "kept" {
			values.Set("kept", "yes")
		}
		r := posting(attr(form, "action"), values)
		r.Header.Set("Accept-Language", "en")
		if page = l.do(r); page.tag() != tag {
			t.Fatalf("%s: after %s the page is in %s", tag, values.Get("step"), page.tag())
		}
	}
	for _, kind := range []string{"multipart/form-data; boundary=x", "application/x-www-form-urlencoded"} {
		r := posting("/?l="+tag, url.Values{"words": {strings.Repeat("x", 300<<10)}})
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Accept-Language", "en")
		if page := l.do(r); page.tag() != tag {
			t.Errorf("%s: a refusal is in %s", tag, page.tag())
		}
	}
}
