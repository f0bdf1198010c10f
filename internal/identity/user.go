package identity

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"amparo/internal/access"
	"amparo/internal/fault"
)

// A UserID names one user, for ever.
type UserID string

// A User is a person of an agency who may sign in.
type User struct {
	ID             UserID
	Name           string   // the sign-in name: lower-case ASCII, as in "noor.hassan"
	DisplayName    string   // what colleagues read
	KnownNames     []string // other names that somebody may know the person by; only for conflicts of interest
	Agency         AgencyID
	Roles          []access.Role // in the order of access.Roles
	Languages      []string      // BCP 47, the preferred first; may be empty
	Qualifications []Qualification
	Active         bool
	Enrolled       bool      // has a second factor
	OneTime        bool      // the password must be changed at the next sign-in
	Version        int64     // what SetRoles must be given back
	CreatedAt      time.Time // UTC
	SignedInAt     time.Time // the last completed sign-in; zero when there was none
}

// Names are all names that the person is known by, the display name first. None of them is empty.
func (u User) Names() []string { return append([]string{u.DisplayName}, u.KnownNames...) }

// Actor is the user as an actor.
func (u User) Actor() access.Actor {
	return access.Actor{Kind: access.Staff, ID: string(u.ID), Agency: string(u.Agency), Roles: u.Roles}
}

// A Qualification is a recorded competence or check of a user, with its expiry.
type Qualification struct {
	Code      string    // as the pack spells it, for example "child_safeguarding"
	IssuedAt  time.Time // UTC; from when it counts
	ExpiresAt time.Time // from when it no longer counts; zero when it does not expire
}

// Holds tells whether the qualification counts at the time given.
func (q Qualification) Holds(at time.Time) bool {
	return !at.Before(q.IssuedAt) && (q.ExpiresAt.IsZero() || at.Before(q.ExpiresAt))
}

// Short compares what the user holds with what work asks for, in the order asked: the codes that they do not have, or not yet; those
// that have ended; and those held that end within so long.
func (u User) Short(codes []string, at time.Time, soon time.Duration) (missing, expired []string, ending []Qualification) {
	for _, code := range codes {
		i := slices.IndexFunc(u.Qualifications, func(q Qualification) bool { return q.Code == code })
		switch {
		case i < 0 || at.Before(u.Qualifications[i].IssuedAt):
			missing = append(missing, code)
		case !u.Qualifications[i].Holds(at):
			expired = append(expired, code)
		case !u.Qualifications[i].Holds(at.Add(soon)):
			ending = append(ending, u.Qualifications[i])
		}
	}
	return missing, expired, ending
}

// The limits of what a user may be given.
const (
	mostNames     = 20
	mostLanguages = 20
	longestName   = 100
)

var (
	nameShape = regexp.MustCompile(`^[a-z][a-z0-9.-]{1,39}$`)
	codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]{1,63}$`)
)

// foldName gives a sign-in name as it is stored: people type capitals and blanks around it.
func foldName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// personName trims a name and tells whether it can be one: 1 to 100 printable characters.
func personName(s string) (string, bool) {
	s = strings.Join(strings.Fields(s), " ")
	n := utf8.RuneCountInString(s)
	bad := strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || c == utf8.RuneError })
	return s, n > 0 && n <= longestName && !bad
}

// validRoles gives the roles once each, in the order of access.Roles.
func validRoles(roles []access.Role) ([]access.Role, bool) {
	var sorted []access.Role
	for _, role := range access.Roles {
		if slices.Contains(roles, role) {
			sorted = append(sorted, role)
		}
	}
	unknown := slices.ContainsFunc(roles, func(r access.Role) bool { return !slices.Contains(access.Roles, r) })
	return sorted, len(sorted) > 0 && !unknown
}

// valid checks all of the input at once and gives it in its stored form.
func (in AddUserInput) valid() (AddUserInput, error) {
	wrong := fault.New(fault.Invalid, "fault.user")
	var ok bool
	if in.Name = foldName(in.Name); !nameShape.MatchString(in.Name) {
		wrong.With("name", "fault.sign_in_name")
	}
	if in.DisplayName, ok = personName(in.DisplayName); !ok {
		wrong.With("display_name", "fault.name")
	}
	if in.KnownNames, ok = personNames(in.KnownNames); !ok {
		wrong.With("known_names", "fault.name")
	}
	if !agencyShape.MatchString(string(in.Agency)) {
		wrong.With("agency", "fault.agency_unknown")
	}
	if in.Roles, ok = validRoles(in.Roles); !ok {
		wrong.With("roles", "fault.roles")
	}
	if in.Languages, ok = validLanguages(in.Languages); !ok {
		wrong.With("languages", "fault.languages")
	}
	if in.Email = strings.TrimSpace(in.Email); !validEmail(in.Email) {
		wrong.With("email", "fault.email")
	}
	for _, q := range in.Qualifications {
		if !q.valid() {
			wrong.With("qualifications", "fault.qualification")
		}
	}
	if in.SecondFactor, ok = validSecret(in.SecondFactor); !ok && in.SecondFactor != "" {
		wrong.With("second_factor", "fault.second_factor")
	}
	if wrong.Wrong() {
		return in, wrong
	}
	return in, nil
}

func (q Qualification) valid() bool {
	return codeShape.MatchString(q.Code) && !q.IssuedAt.IsZero() && (q.ExpiresAt.IsZero() || q.ExpiresAt.After(q.IssuedAt))
}

func personNames(names []string) ([]string, bool) {
	var good []string
	for _, name := range names {
		name, ok := personName(name)
		if !ok {
			return nil, false
		}
		good = append(good, name)
	}
	return good, len(good) <= mostNames
}

func validLanguages(tags []string) ([]string, bool) {
	var good []string
	for _, tag := range tags {
		parsed, err := language.Parse(tag)
		if err != nil {
			return nil, false
		}
		good = append(good, parsed.String())
	}
	return good, len(good) <= mostLanguages
}

// validEmail accepts a bare address, or none.
func validEmail(s string) bool {
	if s == "" {
		return true
	}
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s && len(s) <= 254
}
