package casework

import (
	"time"

	"amparo/internal/jurisdiction"
	"amparo/internal/ruleset"
	"amparo/internal/task"
)

// FirstClocks gives the first tasks of a case that is opened, or reopened, at from: what the country asks for at its priority.
// What is done only if it is needed has no clock.
func FirstClocks(targets jurisdiction.Targets, p ruleset.Priority, from time.Time) (list []task.Input) {
	for _, clock := range []jurisdiction.Clock{jurisdiction.ChildContacted, jurisdiction.SafetyPlan, jurisdiction.AssessmentComplete, jurisdiction.FirstReferralSent} {
		if due := targets.Due(clock, string(p), from); !due.IsZero() {
			list = append(list, task.Input{Kind: task.Kind(clock), Due: due})
		}
	}
	return list
}
