package jurisdiction

import (
	"slices"
	"strconv"
	"time"
)

// A Clock names something that must happen in time.
type Clock string

// The clocks. All but Forwarded run for the priorities P1 to P4; Forwarded for the content levels C1 to C3.
const (
	HumanTriageStarted    Clock = "human_triage_started"    // a person has begun to read the report
	ManagerAssigned       Clock = "manager_assigned"        // the case has its case manager
	HandOff               Clock = "hand_off"                // handed to emergency services or an authority, if needed
	ChildContacted        Clock = "child_contacted"         // the child was contacted safely, or seen
	SafetyPlan            Clock = "safety_plan"             // a safety plan is there
	AssessmentComplete    Clock = "assessment_complete"     // the assessment is complete
	PlanApproved          Clock = "plan_approved"           // the plan is approved
	Review                Clock = "review"                  // the case was reviewed
	FirstReferralSent     Clock = "first_referral_sent"     // the first referral was sent
	FirstReferralAnswered Clock = "first_referral_answered" // it was accepted or declined
	MessageRead           Clock = "message_read"            // a person has read a new message in the mailbox
	Forwarded             Clock = "forwarded"               // content was forwarded to the hotline
)

// A Target is how soon something must happen.
type Target struct {
	Within  time.Duration // from the start of the clock
	Service bool          // counts service hours only; otherwise every hour
}

// A Step is one step of escalation: who is told, at how many per cent of the target's time.
type Step struct {
	Percent int    `yaml:"percent"`
	Tell    string `yaml:"tell"` // one of those below
}

// Who is told of a clock, in the order of a pack's steps.
const (
	TellOwner       = "owner"
	TellSupervisor  = "supervisor"
	TellServiceLead = "service_lead"
)

// An Escalation is a Step with its time.
type Escalation struct {
	Step
	At time.Time
}

// Targets are the clocks of the pack together with the calendar that service time counts by.
type Targets struct {
	calendar *Calendar
	clocks   map[Clock]map[string]Target
	steps    []Step
}

// Target finds what the clock asks for a priority ("P1" to "P4") or a content level ("C1" to "C3"). There is none when
// the pack says that it is done only if needed. A clock of priorities asks of content what it asks of the priority whose time is
// nearest to that of its level.
func (t Targets) Target(clock Clock, p string) (Target, bool) {
	if clock != Forwarded && nearest[p] != "" {
		p = nearest[p]
	}
	target, ok := t.clocks[clock][p]
	return target, ok
}

// nearest are the priorities that content keeps pace with: C1 goes to the hotline within the hour, and so is read as soon as P1 is.
var nearest = map[string]string{"C1": "P1", "C2": "P3", "C3": "P4"}

// Due is when the clock that started at from runs out, in UTC. It is the zero time when there is no target.
func (t Targets) Due(clock Clock, p string, from time.Time) time.Time {
	target, ok := t.Target(clock, p)
	if !ok {
		return time.Time{}
	}
	return t.after(target, from, 100)
}

func (t Targets) after(target Target, from time.Time, percent int) time.Time {
	d := target.Within/100*time.Duration(percent) + target.Within%100*time.Duration(percent)/100
	if target.Service {
		return t.calendar.AddServiceTime(from, d)
	}
	return from.Add(d).UTC()
}

// Escalations gives who is told when, earliest first, of something that was started and is due at these times. Per cents
// are of the time between: of service time when the clock counts by that for the priority, else of every hour, as they are
// for what is no clock of the pack.
func (t Targets) Escalations(clock Clock, p string, start, due time.Time) []Escalation {
	target, _ := t.Target(clock, p)
	whole := due.Sub(start)
	if target.Service {
		whole = t.calendar.ServiceTime(start, due)
	}
	list := make([]Escalation, len(t.steps))
	for i, s := range t.steps {
		list[i] = Escalation{s, t.after(Target{whole, target.Service}, start, s.Percent)}
	}
	return list
}

// Steps gives the steps of escalation, lowest first.
func (t Targets) Steps() []Step { return slices.Clone(t.steps) }

// targetFile is targets.yaml.
type targetFile struct {
	ReviewedBy Words                            `yaml:"reviewed_by"`
	Escalation []Step                           `yaml:"escalation"`
	Clocks     map[Clock]map[string]targetWords `yaml:"clocks"`
}

type targetWords struct {
	Within string `yaml:"within"`
	Runs   string `yaml:"runs"`
}

// none is a target that is met only if it is needed.
const none = "none"

func (w targetWords) target() (Target, bool) {
	d, ok := parseWithin(w.Within)
	return Target{d, w.Runs == "service"}, ok
}

// parseWithin reads "15m", "2h" or "7d"; a day is 24 hours, and the most is 400 days. There is no time in "none".
func parseWithin(s string) (time.Duration, bool) {
	if len(s) < 2 || s == none {
		return 0, false
	}
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[s[len(s)-1]]
	n, err := strconv.Atoi(s[:len(s)-1])
	d := time.Duration(n) * unit
	return d, err == nil && n > 0 && n < 10_000 && d > 0 && d <= 400*24*time.Hour
}
