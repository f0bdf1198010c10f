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
}

// denied is the deny-list of the terminology guidelines, in the languages that it exists in. It never changes.
var denied = []avoided{
	{"", regexp.MustCompile(`(?i)\bsex(ual)? tourism\b`), "sexual exploitation of children in travel and tourism"},
	{"", regexp.MustCompile(`(?i)\b(kiddie |revenge |child )?porn(ography|ographic)?\b`), "child sexual abuse material, or sharing images without consent"},
	{"", regexp.MustCompile(`(?i)\b(child|teen|juvenile) (prostitut\w*|sex workers?)\b`), "child exploited in prostitution"},
	{"", regexp.MustCompile(`(?i)\b(customers?|clients?)\b`), "perpetrator, or the person who exploits; for people who seek help: child, person"},
	{"", regexp.MustCompile(`(?i)\bsextortion\b`), "sexual extortion of a child"},
	{"", regexp.MustCompile(`(?i)\b(sexting|self-generated)\b`), "image of themselves"},
	{"", regexp.MustCompile(`(?i)\b(paedophiles?|pedophiles?|predators?|monsters?)\b`), "alleged perpetrator, or person suspected"},
	{"", regexp.MustCompile(`(?i)\b(child abusers?|young offenders?|juvenile offenders?)\b`), "child who displayed harmful sexual behaviour"},
	{"", regexp.MustCompile(`(?i)\babuse victims?\b`), "victim/survivor, or person affected"},
	{"", regexp.MustCompile(`(?i)\b(disclosed late|failed to disclose)\b`), "told us when they could"},
	{"", regexp.MustCompile(`(?i)\bconsensual\b`), "the facts alone"},
	{"ar", regexp.MustCompile(`إباحي|الإباحية`), "مواد الاعتداء الجنسي على الأطفال"},
	{"ar", regexp.MustCompile(`دعارة الأطفال|بغاء الأطفال|عاهر`), "طفل مستغَل في البغاء"},
	{"ar", regexp.MustCompile(`السياحة الجنسية`), "الاستغلال الجنسي للأطفال في السفر والسياحة"},
	{"ar", regexp.MustCompile(`وحش|وحوش|مفترس`), "المشتبه به"},
	{"fr", regexp.MustCompile(`(?i)\b(p[ée]do)?pornograph(ie|ique)|\bporno\b`), "matériel d’abus sexuels d’enfants"},
	{"fr", regexp.MustCompile(`(?i)\bprostitution (enfantine|infantile|d.enfants|des mineurs)|\benfants? prostitu`), "enfant exploité dans la prostitution"},
	{"fr", regexp.MustCompile(`(?i)\btourisme sexuel`), "exploitation sexuelle d’enfants dans le cadre des voyages et du tourisme"},
	{"fr", regexp.MustCompile(`(?i)\b(p[ée]dophiles?|pr[ée]dateurs?|pr[ée]datrices?|monstres?)\b`), "personne soupçonnée"},
	{"fr", regexp.MustCompile(`(?i)\b(sextorsion|chantage à la webcam)\b`), "extorsion sexuelle d’un enfant"},
	{"fr", regexp.MustCompile(`(?i)\b(d[ée]linquants? (juv|mineur)|relations? consenti)`), "les faits seuls"},
	{"es", regexp.MustCompile(`(?i)\bpornograf[íi]|\bpornográfic`), "material de abuso sexual de niñas, niños y adolescentes"},
	{"es", regexp.MustCompile(`(?i)\bprostituci[óo]n infantil|\bni[ñn][oa]s? prostitu`), "niña, niño o adolescente en explotación sexual"},
	{"es", regexp.MustCompile(`(?i)\bturismo sexual`), "explotación sexual de niñas, niños y adolescentes en los viajes y el turismo"},
	{"es", regexp.MustCompile(`(?i)\b(ped[óo]fil[oa]s?|pederastas?|depredador(a|es|as)?|monstruos?)\b`), "persona sospechosa"},
	{"es", regexp.MustCompile(`(?i)\bclientes\b`), "quien explota; quien pide ayuda"},
	{"es", regexp.MustCompile(`(?i)\bsextorsi[óo]n|\bsexteo\b`), "extorsión sexual de una niña, un niño o adolescente"},
	{"es", regexp.MustCompile(`(?i)\b(delincuentes? juvenil|menor(es)? infractor|relaci[óo]n(es)? (consentid|consensuad))`), "los hechos solos"},
	{"sw", regexp.MustCompile(`(?i)\bponografia\b|\bpicha za (ngono|uchi) za watoto`), "nyenzo za unyanyasaji wa kingono dhidi ya watoto"},
	{"sw", regexp.MustCompile(`(?i)\bukahaba wa watoto|\bwatoto makahaba|\bmalaya\b`), "mtoto anayetumikishwa kingono"},
	{"sw", regexp.MustCompile(`(?i)\butalii wa (ngono|kingono)`), "utumikishaji wa watoto kingono katika safari na utalii"},
	{"sw", regexp.MustCompile(`(?i)\b(mteja|wateja)\b`), "anayetumikisha; mtu anayeomba msaada"},
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
	for _, a := range denied {
		if a.lang != "" && !slices.Contains(spoken, a.lang) {
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
