package jurisdiction

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An avoided word is one that the field no longer uses, with what it uses instead.
type avoided struct {
	lang string // in which texts it is looked for; English words travel, and are looked for in all
	word *regexp.Regexp
	use  string

	needles []string // one is in every text with the word
}

// mayBe tells whether a text, folded, needs to be searched for the word.
func (a avoided) mayBe(text string) bool {
	return len(a.needles) == 0 || slices.ContainsFunc(a.needles, func(n string) bool { return strings.Contains(text, n) })
}

func avoid(lang, word, use string) avoided {
	return avoided{lang, regexp.MustCompile(word), use, needles(word)}
}

// denied is the deny-list of the terminology guidelines, in the languages that it exists in. It never changes.
var denied = []avoided{
	avoid("", `(?i)\bsex(ual)? tourism\b`, "sexual exploitation of children in travel and tourism"),
	avoid("", `(?i)\b(kiddie |revenge |child )?porn(ography|ographic)?\b`, "child sexual abuse material, or sharing images without consent"),
	avoid("", `(?i)\b(child|teen|juvenile) (prostitut\w*|sex workers?)\b`, "child exploited in prostitution"),
	avoid("", `(?i)\b(customers?|clients?)\b`, "perpetrator, or the person who exploits; for people who seek help: child, person"),
	avoid("", `(?i)\bsextortion\b`, "sexual extortion of a child"),
	avoid("", `(?i)\b(sexting|self-generated)\b`, "image of themselves"),
	avoid("", `(?i)\b(paedophiles?|pedophiles?|predators?|monsters?)\b`, "alleged perpetrator, or person suspected"),
	avoid("", `(?i)\b(child abusers?|young offenders?|juvenile offenders?)\b`, "child who displayed harmful sexual behaviour"),
	avoid("", `(?i)\babuse victims?\b`, "victim/survivor, or person affected"),
	avoid("", `(?i)\b(disclosed late|failed to disclose)\b`, "told us when they could"),
	avoid("", `(?i)\bconsensual\b`, "the facts alone"),
	avoid("ar", `إباحي|الإباحية`, "مواد الاعتداء الجنسي على الأطفال"),
	avoid("ar", `دعارة الأطفال|بغاء الأطفال|عاهر`, "طفل مستغَل في البغاء"),
	avoid("ar", `السياحة الجنسية`, "الاستغلال الجنسي للأطفال في السفر والسياحة"),
	avoid("ar", `وحش|وحوش|مفترس`, "المشتبه به"),
	avoid("fr", `(?i)\b(p[ée]do)?pornograph(ie|ique)|\bporno\b`, "matériel d’abus sexuels d’enfants"),
	avoid("fr", `(?i)\bprostitution (enfantine|infantile|d.enfants|des mineurs)|\benfants? prostitu`, "enfant exploité dans la prostitution"),
	avoid("fr", `(?i)\btourisme sexuel`, "exploitation sexuelle d’enfants dans le cadre des voyages et du tourisme"),
	avoid("fr", `(?i)\b(p[ée]dophiles?|pr[ée]dateurs?|pr[ée]datrices?|monstres?)\b`, "personne soupçonnée"),
	avoid("fr", `(?i)\b(sextorsion|chantage à la webcam)\b`, "extorsion sexuelle d’un enfant"),
	avoid("fr", `(?i)\b(d[ée]linquants? (juv|mineur)|relations? consenti)`, "les faits seuls"),
	avoid("es", `(?i)\bpornograf[íi]|\bpornográfic`, "material de abuso sexual de niñas, niños y adolescentes"),
	avoid("es", `(?i)\bprostituci[óo]n infantil|\bni[ñn][oa]s? prostitu`, "niña, niño o adolescente en explotación sexual"),
	avoid("es", `(?i)\bturismo sexual`, "explotación sexual de niñas, niños y adolescentes en los viajes y el turismo"),
	avoid("es", `(?i)\b(ped[óo]fil[oa]s?|pederastas?|depredador(a|es|as)?|monstruos?)\b`, "persona sospechosa"),
	avoid("es", `(?i)\bclientes\b`, "quien explota; quien pide ayuda"),
	avoid("es", `(?i)\bsextorsi[óo]n|\bsexteo\b`, "extorsión sexual de una niña, un niño o adolescente"),
	avoid("es", `(?i)\b(delincuentes? juvenil|menor(es)? infractor|relaci[óo]n(es)? (consentid|consensuad))`, "los hechos solos"),
	avoid("sw", `(?i)\bponografia\b|\bpicha za (ngono|uchi) za watoto`, "nyenzo za unyanyasaji wa kingono dhidi ya watoto"),
	avoid("sw", `(?i)\bukahaba wa watoto|\bwatoto makahaba|\bmalaya\b`, "mtoto anayetumikishwa kingono"),
	avoid("sw", `(?i)\butalii wa (ngono|kingono)`, "utumikishaji wa watoto kingono katika safari na utalii"),
	avoid("sw", `(?i)\b(mteja|wateja)\b`, "anayetumikisha; mtu anayeomba msaada"),
}

// otherDigits are those that telephones do not show. Digits are 0 to 9 in every language, as lang has them.
var otherDigits = regexp.MustCompile(`[٠-٩۰-۹]`)

// loud finds words that say what was told. They have no place where a mailbox speaks.
var loud = regexp.MustCompile(`(?i)\b(abus|sex|harm|hurt|rape|touch|pictur|photo|image|video|blackmail|extort|threat|police|victim|perpetrat|suicid)` +
	`|اعتد|جنس|استغل|ابتز|تهديد|شرطة|ضحي|انتحار|صورة|صور ` +
	`|(?i)\b(agress|viol|menac|chantage|polic|bless|attouch|intim|agres|amenaz|chantaj|imagen|desnud|lastim)|íntim|daño|víctima` +
	`|(?i)\b(unyanyas|ukatili|dhulum|ngono|kingono|picha|polisi|vitisho|kutishi|kujiua|kugus|kuguswa|kuumiz|faragha)`)

var (
	place    = regexp.MustCompile(`\{\{.*?\}\}|\{\{|\}\}`)
	sentence = regexp.MustCompile(`[.!?؟…]+(\s|$)|\n+`)
)

// longest is how many words a sentence for a child may have.
const longest = 15

// places are which places a text may have, by file and first name.
func places(file, top string) []string {
	switch file + " " + top {
	case messagesYAML + " acknowledgements":
		return []string{"{{.Due}}", "{{.Agency}}", "{{.Emergency}}", "{{.Helpline}}"}
	case messagesYAML + " outcomes":
		return []string{"{{.Emergency}}", "{{.Helpline}}"}
	case beforeYAML + " readers":
		return []string{"{{.NextStaffed}}", "{{.Agency}}", "{{.Emergency}}", "{{.Helpline}}"}
	}
	return nil
}

// checkWords walks all texts of all files: languages complete, words fit for people, places known.
func (l *loader) checkWords() {
	for _, d := range l.docs {
		w := wordCheck{l: l, d: d, spoken: languageOf(d.file)}
		if l.sound[profileYAML] {
			w.languages = l.pack.profile.Languages.offered()
		}
		w.walk(d.root, nil)
	}
}

// A wordCheck is the walk through one document.
type wordCheck struct {
	l         *loader
	d         *document
	languages []string // all that are offered; empty when the profile cannot be used
	spoken    string   // of a file in one language, which; else the names on the way to a text say it
}

// proper looks for words that the field does not use, and for digits that telephones do not show.
func (l *loader) proper(file string, line int, where, text string, spoken ...string) {
	plain := folded(text)
	for _, a := range denied {
		if a.lang != "" && !slices.Contains(spoken, a.lang) || !a.mayBe(plain) {
			continue
		}
		if found := a.word.FindString(text); found != "" {
			l.report(file, line, "%s: %q is a word that we do not use; expected instead: %s", where, found, a.use)
		}
	}
	if found := otherDigits.FindString(text); found != "" {
		l.report(file, line, "%s: %q is a digit that telephones do not show; expected 0 to 9", where, found)
	}
}

func (w *wordCheck) walk(n *yaml.Node, path []string) {
	switch n.Kind {
	case yaml.MappingNode:
		if len(path) > 0 && strings.HasSuffix(path[len(path)-1], "reviewed_by") {
			return
		}
		if w.spoken == "" && w.d.file != limitsYAML { // a module is in one language, and limits are by language where there are any
			w.complete(n, path)
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			w.walk(n.Content[i+1], append(slices.Clone(path), n.Content[i].Value))
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			w.walk(item, append(slices.Clone(path), strconv.Itoa(i)))
		}
	case yaml.ScalarNode:
		w.text(n, path)
	}
}

var twoLetters = regexp.MustCompile(`^[a-z]{2}$`)

// complete asks a mapping by language for exactly the languages that its words must be in. A mapping is one by language when a name in it
// is a language of the pack, or when all look like languages.
func (w *wordCheck) complete(n *yaml.Node, path []string) {
	var names []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		names = append(names, n.Content[i].Value)
	}
	offered := func(s string) bool { return slices.Contains(w.languages, s) }
	foreign := func(s string) bool { return !twoLetters.MatchString(s) }
	if len(names) == 0 || len(w.languages) == 0 || !slices.ContainsFunc(names, offered) && slices.ContainsFunc(names, foreign) {
		return
	}
	needed := w.l.languagesOf(w.d.file, path)
	want := strings.Join(needed, ", ")
	for _, lang := range needed {
		if !slices.Contains(names, lang) {
			w.l.at(w.d, path, "%s: the words in %q are missing; expected words in each language that profile.yaml has for them: %s", label(path), lang, want)
		}
	}
	for _, name := range names {
		if !slices.Contains(needed, name) {
			w.l.at(w.d, append(slices.Clone(path), name), "%s: %q is not wanted; expected only the languages that profile.yaml has for them: %s", label(path), clip(name), want)
		}
	}
}

func (w *wordCheck) text(n *yaml.Node, path []string) {
	w.l.proper(w.d.file, n.Line, label(path), n.Value, append(slices.Clone(path), w.spoken)...)
	w.places(n, path)
	if w.d.file == messagesYAML && len(path) > 0 && (path[0] == "progress" || path[0] == "outcomes") {
		if found := loud.FindString(n.Value); found != "" {
			w.l.report(w.d.file, n.Line, "%s: %q says what was told; expected quiet words", label(path), found)
		}
	}
	if slices.Contains(path, string(Child)) && w.d.file != wordsYAML {
		w.short(n, path)
	}
}

func (w *wordCheck) places(n *yaml.Node, path []string) {
	var allowed []string
	if len(path) > 0 {
		allowed = places(w.d.file, path[0])
	}
	for _, found := range place.FindAllString(n.Value, -1) {
		if !slices.Contains(allowed, found) {
			want := "no {{ here"
			if len(allowed) > 0 {
				want = "one of " + strings.Join(allowed, ", ")
			}
			w.l.report(w.d.file, n.Line, "%s: the place %s is not known; expected %s", label(path), clip(found), want)
		}
	}
}

func (w *wordCheck) short(n *yaml.Node, path []string) {
	for _, s := range sentence.Split(n.Value, -1) {
		if count := len(strings.Fields(s)); count > longest {
			w.l.report(w.d.file, n.Line, "%s: a sentence for a child has %d words; expected at most %d", label(path), count, longest)
		}
	}
}

// An Avoided is a word that the field does not use, as it was found in a text, with what is said instead; empty for a digit that telephones do not show.
type Avoided struct{ Word, Use string }

// Avoids gives the words of a text in a language that the field does not use.
func Avoids(language, text string) (list []Avoided) {
	plain := folded(text)
	for _, a := range denied {
		if a.lang != "" && a.lang != language || !a.mayBe(plain) {
			continue
		}
		if found := a.word.FindString(text); found != "" {
			list = append(list, Avoided{found, a.use})
		}
	}
	if found := otherDigits.FindString(text); found != "" {
		list = append(list, Avoided{found, ""})
	}
	return list
}
