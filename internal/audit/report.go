package audit

import (
	"cmp"
	"crypto/ed25519"
	"fmt"
	"time"

	"amparo/internal/store"
)

// A Wrong says what sort of thing is not as it was signed.
type Wrong string

// What can be wrong.
const (
	Altered     Wrong = "altered"      // an entry's content, its number or its stored hash is not what was signed
	Removed     Wrong = "removed"      // something that was signed, or waited to be, is not there
	Inserted    Wrong = "inserted"     // something is there that no checkpoint covers and that does not wait to be numbered
	Reordered   Wrong = "reordered"    // an entry stands at another entry's number
	Rewritten   Wrong = "rewritten"    // a range of entries agrees with itself but not with its checkpoint
	Forged      Wrong = "forged"       // a checkpoint that our key did not sign
	RolledBack  Wrong = "rolled_back"  // the database is older than the checkpoint file
	Unsequenced Wrong = "unsequenced"  // an entry has waited too long to be numbered
	FileMissing Wrong = "file_missing" // there is no checkpoint file, so a rolled-back database would not be noticed
)

// None is the number of a problem that is not about a number.
const None int64 = -1

// A Problem is one thing that is wrong.
type Problem struct {
	Kind Wrong `json:"kind"`
	// Number is the number of the entry, the first of the range, or the size of the checkpoint; None for neither.
	Number int64 `json:"number"`
	// To is the first number after the range; 0 when it is no range.
	To int64 `json:"to,omitempty"`
	// Entry is the id of the entry; empty where it is not known.
	Entry EntryID `json:"entry,omitempty"`
	// Words say it in English.
	Words string `json:"words"`
}

// A Report is what Verify found.
type Report struct {
	// OK is true when nothing is wrong.
	OK bool `json:"ok"`
	// Size is how many entries the newest checkpoint of the database covers.
	Size int64 `json:"size"`
	// Root is the root that was recomputed from those entries, in base64; empty for none.
	Root string `json:"root"`
	// Checkpoints is how many signed checkpoints were compared, in the database and in the file.
	Checkpoints int64 `json:"checkpoints"`
	// Tail is how many entries wait to be numbered. Those that came within the last five seconds are no problem.
	Tail int64 `json:"tail"`
	// Problems are at most a thousand, by number; those without one come last.
	Problems []Problem `json:"problems"`
	// More is how many further problems there are.
	More int64 `json:"more,omitempty"`
}

const (
	mostProblems = 1000
	// patience is how long an entry may wait to be numbered.
	patience = 5 * time.Second
)

// Check says what to verify against. All but File is required.
type Check struct {
	Store *store.Store
	// Key is the public half of the key that signs the log.
	Key ed25519.PublicKey
	// Name is the name of the log, as it was given to the sequencer.
	Name string
	// File is the checkpoint file outside the database; empty to do without.
	File string
}

func (r *Report) say(p Problem, format string, args ...any) {
	if len(r.Problems) == mostProblems {
		r.More++
		return
	}
	p.Words = fmt.Sprintf(format, args...)
	r.Problems = append(r.Problems, p)
}

// byNumber sorts problems by number, those without one last, then by kind and entry.
func byNumber(a, b Problem) int {
	if (a.Number == None) != (b.Number == None) {
		return -cmp.Compare(a.Number, b.Number)
	}
	return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Entry, b.Entry))
}
