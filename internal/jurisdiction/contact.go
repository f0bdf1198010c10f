package jurisdiction

import (
	"slices"
	"time"
)

// A ContactKind says what a contact is for.
type ContactKind string

// The kinds of contact.
const (
	EmergencyKind ContactKind = "emergency"
	HelplineKind  ContactKind = "child_helpline"
	HotlineKind   ContactKind = "hotline" // takes addresses of content
	AgencyKind    ContactKind = "agency"

	PreventionKind ContactKind = "prevention_helpline" // for people who are worried about their own thoughts or behaviour
)

// A Contact is a number or address that people are shown, in one language.
type Contact struct {
	Code       string
	Kind       ContactKind
	Agency     string // the code of the agency, for AgencyKind
	Name       string
	Phone      string // as it is dialled in the country; may be empty
	Text       string // number for text messages; may be empty
	Web        string // https address; may be empty
	Always     bool   // answers day and night
	Hours      string // when it answers, in words
	Languages  []string
	Free       bool
	Domestic   bool // works only inside the country
	VerifiedAt time.Time
	ExpiresAt  time.Time // by then two people must have tried it again

	open *Calendar // nil when Always
}

// Overdue tells whether the contact is past its check date at now. An emergency number or a child helpline that is
// overdue is still shown, and somebody must be given the task to check it.
func (c Contact) Overdue(now time.Time) bool { return !now.Before(c.ExpiresAt) }

// OpenAt tells whether somebody answers at that time. Holidays are the country's.
func (c Contact) OpenAt(at time.Time) bool {
	if c.open == nil {
		return true
	}
	_, open := c.open.NextStaffed(at)
	return open
}

// Number is what to dial: the telephone number, else the number for text messages.
func (c Contact) Number() string {
	if c.Phone != "" {
		return c.Phone
	}
	return c.Text
}

// Emergency is the country's emergency number. It is always there, and answers day and night.
func (p *Pack) Emergency(lang string) Contact {
	c, _ := p.Contact(p.profile.Emergency, lang)
	return c
}

// Helpline is the country's child helpline. It is always there, and answers day and night.
func (p *Pack) Helpline(lang string) Contact {
	c, _ := p.Contact(p.profile.Helpline, lang)
	return c
}

// Contact finds a contact by its code, overdue or not.
func (p *Pack) Contact(code, lang string) (Contact, bool) {
	for _, c := range p.contacts.Contacts {
		if c.Code == code {
			return p.contact(c, lang), true
		}
	}
	return Contact{}, false
}

// Contacts gives what may be shown at that time: emergency numbers and helplines always, others only while they are not
// overdue.
func (p *Pack) Contacts(lang string, at time.Time) []Contact {
	return p.contactsThat(lang, func(c Contact) bool {
		return c.Kind == EmergencyKind || c.Kind == HelplineKind || !c.Overdue(at)
	})
}

// OverdueContacts gives the contacts that somebody must check.
func (p *Pack) OverdueContacts(lang string, at time.Time) []Contact {
	return p.contactsThat(lang, func(c Contact) bool { return c.Overdue(at) })
}

func (p *Pack) contactsThat(lang string, may func(Contact) bool) []Contact {
	var list []Contact
	for _, c := range p.contacts.Contacts {
		if said := p.contact(c, lang); may(said) {
			list = append(list, said)
		}
	}
	return list
}

func (p *Pack) contact(c contactWords, lang string) Contact {
	verified, expires := c.dates(p.start)
	return Contact{Code: c.Code, Kind: c.Kind, Agency: c.Agency, Name: p.say(c.Names, lang), Phone: c.Phone, Text: c.Text,
		Web: c.Web, Always: c.Always, Hours: p.say(c.HoursInWords, lang), Languages: slices.Clone(c.Languages), Free: c.Free,
		Domestic: c.DomesticOnly, VerifiedAt: verified, ExpiresAt: expires, open: p.open[c.Code]}
}

// A Hotline is who takes notices of content, and how. A person sends them, by its form or by mail.
type Hotline struct {
	Contact
	Form          string // https address; may be empty when there is Email
	Email         string
	Accepts       string        // what it takes, in words
	OutcomeWithin time.Duration // after a notice was sent, it is asked what came of it
}

// NoticeHotline is the hotline that takes the country's notices; false when the pack names none.
func (p *Pack) NoticeHotline(lang string) (Hotline, bool) {
	for _, c := range p.contacts.Contacts {
		if c.Code == p.profile.NoticeHotline && c.Notices != nil {
			within, _ := parseWithin(c.Notices.OutcomeWithin)
			return Hotline{p.contact(c, lang), c.Notices.Form, c.Notices.Email, p.say(c.Notices.Accepts, lang), within}, true
		}
	}
	return Hotline{}, false
}

type noticeWords struct {
	Form          string `yaml:"form"`
	Email         string `yaml:"email"`
	Accepts       Words  `yaml:"accepts"`
	OutcomeWithin string `yaml:"outcome_within"`
}

// contactFile is contacts.yaml.
type contactFile struct {
	ReviewedBy Words          `yaml:"reviewed_by"`
	Contacts   []contactWords `yaml:"contacts"`
}

type contactWords struct {
	Code            string       `yaml:"code"`
	Kind            ContactKind  `yaml:"kind"`
	Agency          string       `yaml:"agency"`
	Names           Words        `yaml:"names"`
	Phone           string       `yaml:"phone"`
	Text            string       `yaml:"text"`
	Web             string       `yaml:"web"`
	Notices         *noticeWords `yaml:"notices"`
	Always          bool         `yaml:"always"`
	Hours           *Hours       `yaml:"hours"`
	HoursInWords    Words        `yaml:"hours_in_words"`
	Languages       []string     `yaml:"languages"`
	Free            bool         `yaml:"free"`
	DomesticOnly    bool         `yaml:"domestic_only"`
	VerifiedDaysAgo *int         `yaml:"verified_days_ago"`
	ExpiresInDays   *int         `yaml:"expires_in_days"`
	VerifiedAt      string       `yaml:"verified_at"`
	ExpiresAt       string       `yaml:"expires_at"`
	VerifiedBy      []string     `yaml:"verified_by"`
}

// relative tells whether the dates count from the start of the program, which only a demonstration may do.
func (c contactWords) relative() bool { return c.VerifiedDaysAgo != nil && c.ExpiresInDays != nil }

// dates gives when the contact was verified and when that expires; the zero time where a date is wrong.
func (c contactWords) dates(start time.Time) (verified, expires time.Time) {
	if c.relative() {
		return start.AddDate(0, 0, -*c.VerifiedDaysAgo).UTC(), start.AddDate(0, 0, *c.ExpiresInDays).UTC()
	}
	verified, _ = time.Parse(time.DateOnly, c.VerifiedAt)
	expires, _ = time.Parse(time.DateOnly, c.ExpiresAt)
	return verified, expires
}
