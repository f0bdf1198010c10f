package cases

import (
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/page"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// holdForm lets a clock stand still, for a reason and for some days.
var holdForm = form{name: "hold", action: access.CasePause, state: casework.Open, done: "case_held", ask: askHold,
	take: func(s *pages, v *staff.Visit, id casework.ID, version int64) error {
		days, _ := strconv.Atoi(v.Field("until")) // unreadable is none, which the use case names
		return s.Casework.Hold(v.Context(), v.Actor, casework.HoldInput{Case: id, Task: task.ID(v.Field("task")),
			Reason: task.Reason(v.Field("reason")), Until: s.Clock.Now().Add(time.Duration(days) * 24 * time.Hour), Version: version})
	}}

func askHold(s *pages, a *asking) error {
	var tasks []page.Choice
	for _, step := range due(a.page.Tasks) {
		if step.Kind != task.ReadReply {
			tasks = append(tasks, page.Choice{Value: string(step.ID), Text: what(a.Visit, step), Hint: a.T("cases.until", "When", a.Words.Date(step.Due, s.Pack.Zone()))})
		}
	}
	a.view.Intro = []string{a.T("cases.hold_intro")}
	a.Radios("task", "cases.hold_task", tasks)
	a.Radios("reason", "task.pause_why", s.listed(a.Visit, "pause_reason"))
	a.Radios("until", "task.pause_until", a.HoldDays()).Inline = true
	return nil
}

// goOn lets a clock go on.
func (s *pages) goOn(v *staff.Visit) error {
	id := caseOf(v)
	err := s.Casework.GoOn(v.Context(), v.Actor, id, task.ID(v.Field("task")), v.Version("version"))
	if mendable(err) {
		return s.show(v, err, draft{})
	}
	if err != nil {
		return err
	}
	return v.Done(pathOf(id), "case_went_on")
}

// standing says that a clock stands still, why and until when; empty when it runs.
func (s *pages) standing(v *staff.Visit, t task.Task) string {
	if !t.Paused(s.Clock.Now()) {
		return ""
	}
	return v.Standing(s.word(v, "pause_reason", string(t.Pause.Reason)), t.Pause.Until, s.Pack.Zone())
}

// held says in the timeline why a clock was stopped.
func (s *pages) held(v *staff.Visit, out *staff.Event, e casework.Event) {
	until, err := time.Parse(time.RFC3339, e.Said["until"])
	if err != nil {
		return
	}
	out.Wrote("", v.Standing(s.word(v, "pause_reason", e.Said["reason"]), until, s.Pack.Zone()))
}
