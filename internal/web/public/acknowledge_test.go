package public_test

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/url"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/intake"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/packs"
)

// Times at which people tell: all in the zone of the demonstration, which is two hours ahead of UTC in March.
var (
	monday  = start                                         // 11:00, staffed
	sunday  = time.Date(2031, 3, 2, 1, 0, 0, 0, time.UTC)   // 03:00, nobody is there all day
	evening = time.Date(2031, 3, 7, 15, 30, 0, 0, time.UTC) // Friday 17:30, half an hour before the desk closes
)

// TestAcknowledgement says to each reader, for each situation, what happens next, by whom, by when, and what there is at any hour.
// What is promised is always a time at which somebody is there, but for P1, for which somebody is called at any hour.
func TestAcknowledgement(t *testing.T) {
	touch := func(more url.Values) url.Values {
		return with(url.Values{"what": {"touch"}, "when": {"ongoing"}}, more)
	}
	p4 := url.Values{"what": {"shown"}, "when": {"longer"}, "who": {"stranger"}, "group": {"one"}, "reach": {"none"}, "pressure": {"none"}, "pictures": {"none"},
		"age": {"13_15"}, "others": {"no"}, "helper": {"helping"}, "life": {"none"}, "feel": {"no"}, "gone_soon": {"no"}}
	const closed, called = "Nobody is at the desk right now.", "We call the helper who is on duty."
	const national, north = "Demoland Child Protection Service", "North Coast Child Protection Office"
	for name, c := range map[string]struct {
		way  string
		at   time.Time
		said url.Values
		want []string
		not  []string
	}{
		"child in danger": {"about_me", monday, url.Values{"danger": {"yes"}, "place": {"XD-N-01"}},
			[]string{"Get to a safe place if you can", "call 555-0100", north, "by 3 March 2031, 11:15", "child helpline on 555-0116, day or night"}, []string{closed}},
		"child in danger at night": {"about_me", sunday, url.Values{"danger": {"yes"}, "place": {"XD-N-01"}},
			[]string{"Get to a safe place if you can", closed, called, national, "by 2 March 2031, 03:15"}, []string{north}},
		"adult, danger": {"worried", monday, url.Values{"danger": {"yes"}},
			[]string{"If a child is in danger now, call 555-0100", "do not wait for us", national, "by 3 March 2031, 11:15", "day and night, on 555-0116"}, nil},
		"child P1": {"about_me", monday, touch(url.Values{"reach": {"same_home"}}),
			[]string{"We have it, and we read it first", "It is not your fault", "by 3 March 2031, 11:15", "555-0116"}, nil},
		"child P1 at night": {"about_me", sunday, url.Values{"feel": {"may_act"}},
			[]string{"We have it, and we read it first", closed, called, "by 2 March 2031, 03:15", "555-0100"}, nil},
		"child P2": {"about_me", monday, touch(nil),
			[]string{"we will read it soon", "by 3 March 2031, 13:00", "555-0116"}, []string{closed}},
		"child P2 at night": {"about_me", sunday, touch(nil),
			[]string{"we will read it soon", closed, "by 3 March 2031, 08:00", "555-0116"}, []string{called}},
		"adult P2 before closing": {"worried", evening, url.Values{"pressure": {"demand"}, "deadline": {"later"}},
			[]string{"Your report arrived and will be read soon", "by 8 March 2031, 10:00", "decides what protects the child"}, []string{closed}},
		"child P3, nothing said": {"about_me", monday, nil,
			[]string{"Thank you for telling us", "by 4 March 2031, 11:00"}, nil},
		"adult P3 for the weekend": {"worried", evening.Add(18 * time.Hour), nil, // Saturday 11:30; a day later is Sunday
			[]string{"Your report arrived", "by 10 March 2031, 08:00"}, []string{closed}},
		"child P4": {"about_me", monday, p4,
			[]string{"It was good to ask", "by 6 March 2031, 11:00", "555-0116"}, nil},
		"adult P4": {"worried", monday, p4,
			[]string{"It was right to tell us early", "by 6 March 2031, 11:00", "555-0116"}, nil},
		"adult, a page": {"worried", monday, url.Values{"what": {"found_page"}, "accounts": {"https://bad.example/x"}},
			[]string{"We pass the address on", "Please do not open it again", "by 4 March 2031, 11:00", "555-0116"}, nil},
		"adult, a page at the weekend": {"worried", evening.Add(18 * time.Hour), url.Values{"what": {"found_page"}},
			[]string{"We pass the address on", "by 10 March 2031, 08:00"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			l := one(t, t.TempDir())
			l.now = c.at
			page := l.start("en", c.way).tell(c.said).post().want(http.StatusOK, append(c.want, "Your code")...)
			for _, words := range c.not {
				if page.says(words) {
					t.Errorf("says %q", words)
				}
			}
			l.now = c.at
			for _, tag := range spoken[1:] {
				if other := l.start(tag, c.way).tell(c.said).post(); other.tag() != tag || other.receipt() == "" {
					t.Errorf("in %s: %s", tag, other.text)
				}
			}
		})
	}
}

// TestThePromiseGoesByTheRulesInUse: an adopted rule set that puts something higher promises it sooner.
func TestThePromiseGoesByTheRulesInUse(t *testing.T) {
	l := one(t, t.TempDir())
	l.start("en", "about_me").tell(nil).post().want(http.StatusOK, "by 4 March 2031, 11:00")
	raw, err := fs.ReadFile(packs.FS, "demo/ruleset.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, problems := ruleset.LoadOver(l.pack.RuleSet(), "rules.yaml", bytes.Replace(raw, []byte("nothing_answered: P3"), []byte("nothing_answered: P2"), 1))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	l.adopted = set
	l.start("en", "about_me").tell(nil).post().want(http.StatusOK, "by 3 March 2031, 13:00")
}

// TestThePromiseFollowsTheRota tells a desk that has planned its shifts, and another that has not.
func TestThePromiseFollowsTheRota(t *testing.T) {
	each(t, func(l *place) {
		by, err := access.Own(access.System("test"), access.RotaPlan)
		if err != nil {
			t.Fatal(err)
		}
		hour := func(h int) time.Time { return monday.Truncate(24 * time.Hour).Add(time.Duration(h-2) * time.Hour) } // of the country, on Monday
		l.write(func(ctx context.Context, tx store.Tx) error {
			return intake.SetStaffed(ctx, tx, by, l.pack.DeskFor(""), []intake.Stretch{{From: hour(6), Until: hour(10), Staffed: true},
				{From: hour(10), Until: hour(17)}, {From: hour(17), Until: hour(23), Staffed: true}})
		})
		const closed = "Nobody is at the desk right now."
		touch := url.Values{"what": {"touch"}, "when": {"ongoing"}}
		l.start("en", "about_me").tell(touch).post().want(http.StatusOK, "we will read it soon", closed, "by 3 March 2031, 17:00")
		l.start("en", "about_me").tell(url.Values{"danger": {"yes"}}).post().want(http.StatusOK, closed, "by 3 March 2031, 11:15")
		north := l.start("en", "about_me").tell(with(touch, url.Values{"place": {"XD-N-01"}})).post().want(http.StatusOK, "by 3 March 2031, 13:00")
		if north.says(closed) {
			t.Error("the desk without a rota is said to be closed")
		}
		l.now = hour(18)
		open := l.start("en", "about_me").tell(touch).post().want(http.StatusOK, "by 3 March 2031, 20:00")
		if open.says(closed) {
			t.Error("the desk is said to be closed while somebody is there")
		}
	})
}

// TestPromiseStays sends the same form again later: what was promised stays what it was.
func TestPromiseStays(t *testing.T) {
	each(t, func(l *place) {
		check := l.start("en", "about_me").tell(url.Values{"what": {"touch"}, "when": {"ongoing"}})
		first := check.post().want(http.StatusOK, "by 3 March 2031, 13:00")
		l.now = l.now.Add(5 * time.Hour)
		if again := check.post().want(http.StatusOK, "by 3 March 2031, 13:00"); again.receipt() != first.receipt() {
			l.t.Error("sending again gave another receipt")
		}
	})
}

// TestReadBeforeItIsAcknowledged has the case side be done with a report before the page that acknowledges it is made: all that the page says is of what was
// taken, and it looks up nothing.
func TestReadBeforeItIsAcknowledged(t *testing.T) {
	each(t, func(l *place) {
		check := l.start("en", "about_me").tell(nil)
		by, err := access.Own(access.System("test"), "report.open")
		if err != nil {
			t.Fatal(err)
		}
		withdrawn := false
		l.room.Wake = func() {
			l.write(func(ctx context.Context, tx store.Tx) error {
				e, err := intake.Waiting(ctx, tx, intake.EnvelopeID(l.newest(ctx, tx)))
				if err != nil {
					return err
				}
				withdrawn = true
				return intake.Withdraw(ctx, tx, by, e)
			})
		}
		if check.post().want(http.StatusOK, "Your code").receipt(); !withdrawn {
			t.Error("nothing was withdrawn")
		}
	})
}
