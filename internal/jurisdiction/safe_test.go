package jurisdiction_test

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/jurisdiction"
)

// TestSafeFrom finds the next time that is safe by any of the codes, over days and a change to summer time, and says when there is none.
func TestSafeFrom(t *testing.T) {
	files := demoFiles(t)
	pack, problems := jurisdiction.Load(files, time.Now())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	local := func(s string) time.Time {
		t.Helper()
		at, err := time.ParseInLocation("2006-01-02 15:04", s, pack.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		at, codes, want string
	}{
		{"2031-03-03 11:00", "afternoon", "2031-03-03 14:00"}, // a Monday
		{"2031-03-03 15:00", "afternoon", "2031-03-03 15:00"},
		{"2031-03-03 18:00", "afternoon", "2031-03-04 14:00"},
		{"2031-03-07 18:30", "afternoon", "2031-03-10 14:00"}, // over the weekend
		{"2031-03-03 11:00", "weekend", "2031-03-08 09:00"},
		{"2031-03-03 13:00", "weekend evening", "2031-03-03 18:00"},
		{"2031-03-03 13:00", "unheard_of morning", "2031-03-04 07:00"},
		{"2031-03-03 22:00", "any_time", "2031-03-04 07:00"},
	} {
		if got, ok := pack.SafeFrom(strings.Fields(c.codes), local(c.at)); !ok || !got.Equal(local(c.want)) {
			t.Errorf("%s from %s: %s, want %s", c.codes, c.at, got.In(pack.Zone()), c.want)
		}
	}
	for _, codes := range [][]string{nil, {"unheard_of"}} {
		if _, ok := pack.SafeFrom(codes, time.Now()); ok {
			t.Errorf("%v is some time", codes)
		}
	}
	profile := string(files["profile.yaml"].Data)
	never := strings.Replace(profile, `monday: ["14:00-18:00"], tuesday: ["14:00-18:00"], wednesday: ["14:00-18:00"], thursday: ["14:00-18:00"], friday: ["14:00-18:00"]`,
		`monday: [], tuesday: [], wednesday: [], thursday: [], friday: []`, 1)
	files["profile.yaml"].Data = []byte(never)
	if _, problems := jurisdiction.Load(files, time.Now()); never == profile || len(problems) != 1 || !strings.Contains(problems[0].String(), `"afternoon" is never`) {
		t.Errorf("a time that is never: %v", problems)
	}
}
