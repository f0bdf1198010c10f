package archtest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// matter are the tables whose rows belong to a matter.
var matter = regexp.MustCompile(`\b(?:FROM|JOIN)\s+(report|assessment|standing|task|task_queue|mailbox_message|mailbox_follow|posted_reply|` +
	`case_file|case_report|case_child|case_contact|case_event|load_override|access_grant|conflict_of_interest|conflict_copy|envelope|match_mark|report_join|report_split|receipt_part|referral|referral_event|notice|notice_event|story|story_consent)\b`)

// one is a condition that names the one thing that is read: who may read it is decided at the door.
var one = regexp.MustCompile(`\b(?:id|subject|report|case_id|referral|notice|draft|story) = \$\d`)

// unscoped are the statements that read many matters' rows without an actor, each with its reason.
var unscoped = map[string]string{
	"grant.VisibleSQL":              "it is the scope itself",
	"audit.listSQL":                 "it reads the log, without what the reader must not know of",
	"task.PlacesSQL":                "it is the beginning of statements whose end, task.OnwardSQL, has the scope",
	"store/storetest.misplacedSQL":  "a house for tests is told one number",
	"match.knownSQL":                "only that an address was told before comes of it, for the program's own reckoning",
	"match.rareSQL":                 "only which word of a name is the rarest comes of it",
	"grant.KeptFromSQL":             "it is what must not be known, to be left out",
	"grant.HandedSQL":               "it is the scope itself, of what was handed to an agency",
	"grant.TiedSQL":                 "it is what the scope asks of a grant",
	"grant.holdersOfSQL":            "it is asked for subjects that a scoped list gave",
	"grant.excludedOfSQL":           "as grant.holdersOfSQL; it tells whether somebody may translate, and nobody is shown it",
	"mailbox.unreadOfSQL":           "as grant.holdersOfSQL",
	"mailbox.unreadFollowedOfSQL":   "as grant.holdersOfSQL",
	"report.someSQL":                "as grant.holdersOfSQL",
	"report.sealedOfSQL":            "as grant.holdersOfSQL; the content is sealed",
	"task.nextOfSQL":                "as grant.holdersOfSQL",
	"triage.latestOfSQL":            "as grant.holdersOfSQL",
	"casework.ownedSQL":             "a load that is shown leaves out what its reader must not know of; one that decides counts all, and no more than numbers come of it",
	"report.joinsSQL":               "it names the one matter on either side; what is shown of the other side is decided one by one",
	"report.splitsSQL":              "as report.joinsSQL",
	"intake.sealedToSQL":            "it tells only whether a key is still needed, and no matter",
	"backup.waitingSQL":             "a restore is told how much no key opens, and no matter",
	"intake.partsSQL":               "it names the one receipt that others are behind",
	"report.joinedToSQL":            "it names the one matter that others are joined to",
	"match.sinceSQL":                "a search begins by it; nobody is told the time",
	"match.sinceLabelSQL":           "the same, along cases",
	"match.sinceThroughSQL":         "the same, along the reports of cases",
	"referral.overSQL":              "a job takes back what ended long ago; nobody reads it",
	"referral.takersSQL":            "a job looks who is a specialist no more; nobody reads it",
	"referral.takenSQL":             "the job gives back what they had",
	"report.latestPackSQL":          "the console is told the code of a country",
	"report.walkOpenSQL":            "a job or the simulation of a rule set goes over all; who asks is shown counts, and of what may be read the rest",
	"report.walkResolvedSQL":        "as report.walkOpenSQL",
	"grant.coWorkersSQL":            "a job looks after what it has given itself; nobody reads it",
	"task.lookAtSQL":                "a job looks for clocks that have run out; nobody reads it",
	"story.publishedSQL":            "a restore puts aside what is public; nobody reads it",
	"task.aheadSQL":                 "a job puts right what a clock that was ahead wrote; nobody reads it",
	"task.oldestSQL":                "the doctor is told one number",
	"triage.standingsSQL":           "it is asked for subjects that a scoped list gave",
	"triage.keptFromSQL":            "it is what must not be known, to be left out of a note",
	"triage.lapsedSQL":              "a job looks for triggers whose time has passed; nobody reads it",
	"triage.toBePagedSQL":           "a job looks for reports that people must be called for; nobody reads it",
	"report.coursesSQL":             "the program counts a year; nobody is shown a count below insight.Least",
	"mailbox.answeredSQL":           "as report.coursesSQL",
	"task.keptSQL":                  "as report.coursesSQL",
	"casework.openedSQL":            "as report.coursesSQL",
	"story.begunSQL":                "counts what the asker has begun themselves; it shows nothing of it",
	"story.overSQL":                 "a job looks for stories whose time is over; nobody reads it",
	"story.tiedSQL":                 "a job looks for stories of cases that are open again or held; nobody reads it",
	"story.keylessSQL":              "a job destroys the keys of what is gone; nobody reads it",
	"web/staff/stafftest.newestSQL": "a house for tests finds what it has just sent",
}

// each gives the pattern of the scope where it is asked for every row by itself: the row's own subject, and what the scope asks of
// a grant.
func each(tied string) *regexp.Regexp {
	return regexp.MustCompile(`EXISTS \(SELECT 1 FROM access_grant g WHERE g\.subject = [a-fh-z]\.(?:id|subject|report|case_id) AND ` + regexp.QuoteMeta(tied) + `\)`)
}

// TestEveryListIsScoped holds that what lists many matters carries the grants of who asks, in the statement itself.
func TestEveryListIsScoped(t *testing.T) {
	list := statements(t, house(t))
	scope := strings.Join(strings.Fields(list["grant.VisibleSQL"]), " ")
	if scope == "" {
		t.Fatal("grant.VisibleSQL is not there")
	}
	tied := strings.Join(strings.Fields(list["grant.TiedSQL"]), " ")
	if scope != "IN (SELECT g.subject FROM access_grant g WHERE "+tied+")" {
		t.Fatal("grant.VisibleSQL asks something else of a grant than grant.TiedSQL")
	}
	handed := strings.Join(strings.Fields(list["grant.HandedSQL"]), " ")
	row, used := each(tied), map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		text := strings.Join(strings.Fields(list[name]), " ")
		scoped := strings.Contains(text, scope) && name != "grant.VisibleSQL" || row.MatchString(text) || strings.Contains(text, handed) && name != "grant.HandedSQL"
		if !matter.MatchString(text) || scoped || one.MatchString(text) {
			continue
		}
		used[name] = true
		if unscoped[name] == "" {
			t.Errorf("%s reads many matters without the grants of who asks; carry grant.VisibleSQL or grant.HandedSQL, or say here why not:\n%s", name, text)
		}
	}
	for name := range unscoped {
		if !used[name] {
			t.Errorf("%s is excused and need not be", name)
		}
	}
}
