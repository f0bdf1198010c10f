package access

import "slices"

// A Role is a named bundle of permissions that a user can hold. A user may hold several.
type Role string

// The starting roles.
const (
	DutyOfficer        Role = "duty_officer"        // works the reports that come in
	HelplineCounsellor Role = "helpline_counsellor" // listens to whoever calls or walks in, and writes down what they say; sees no report and no case
	CaseManager        Role = "case_manager"        // answers for cases
	Supervisor         Role = "supervisor"          // sees the agency's load, lowers priorities, moves work
	ServiceLead        Role = "service_lead"        // the supervisors' supervisor: may do what they may, and hears of what is late by half
	Specialist         Role = "specialist"          // of whichever agency: answers the parts of cases that are handed to it, and sees nothing else of them
	Administrator      Role = "administrator"       // sets up people and, with a supervisor, the rules; reads no report and no case
	Auditor            Role = "auditor"             // sees who did what; reads no content
)

// Roles are all roles, in the order in which people read them.
var Roles = []Role{DutyOfficer, HelplineCounsellor, CaseManager, Supervisor, ServiceLead, Specialist, Administrator, Auditor}

// A Kind says what sort of actor it is.
type Kind string

// The kinds of actor.
const (
	Staff    Kind = "staff"    // a signed-in user
	Job      Kind = "job"      // the program itself, later
	Public   Kind = "public"   // somebody who reports or reads a mailbox; never named
	Operator Kind = "operator" // who runs commands on the machine
	Partner  Kind = "partner"  // a program of an organization outside, that has shown its key
)

// An Actor is who asks for something to be done. The zero Actor may do nothing.
type Actor struct {
	Kind   Kind
	ID     string // the user's id, the name of the job, or the partner's code; empty for the public
	Agency string // the user's agency; empty otherwise
	Roles  []Role
}

// System is the actor of a job, named by the job's kind.
func System(job string) Actor { return Actor{Kind: Job, ID: job} }

// Anyone is the actor of the public side: nobody in particular.
var Anyone = Actor{Kind: Public}

// Console is the actor of a command typed on the machine.
var Console = Actor{Kind: Operator, ID: "console"}

// Has tells whether the actor holds the role.
func (a Actor) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// Supervises tells whether the actor answers for the work of others: a supervisor, or who supervises supervisors.
func (a Actor) Supervises() bool { return a.Has(Supervisor) || a.Has(ServiceLead) }
