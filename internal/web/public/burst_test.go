package public_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/vault/seal"
)

// flooded makes a minute in which as many reports came as are not marked.
func (l *place) flooded() {
	l.t.Helper()
	for range 60 {
		in := intake.Submission{Receipt: seal.NewReceipt(), Told: intake.Told{Instrument: "about_me", Language: "en", Reader: intake.Child}}
		if _, err := l.room.Submit(l.t.Context(), in); err != nil {
			l.t.Fatal(err)
		}
	}
}

// owes is what the report behind a receipt as it is shown still owes.
func (l *place) owes(code string) intake.Price {
	l.t.Helper()
	receipt, err := seal.ParseReceipt(code)
	if err != nil {
		l.t.Fatal(err)
	}
	box, err := l.room.Open(l.t.Context(), receipt)
	if err != nil {
		l.t.Fatal(err)
	}
	return box.Owes
}

// asked is the work that a page asks its script for; false when it asks for none.
func (a answer) asked() (challenge string, price int, ok bool) {
	for _, n := range a.find("div", "data-work") {
		price, _ = strconv.Atoi(attr(n, "data-bits"))
		return attr(n, "data-work"), price, true
	}
	return "", 0, false
}

// TestBurstIsTakenAtOnce sends in a burst, without scripts: the report is there and acknowledged as ever, nobody has to wait, and whoever
// waits has it counted as any other.
func TestBurstIsTakenAtOnce(t *testing.T) {
	each(t, func(l *place) {
		calm := l.start("en", "about_me").tell(nil).post()
		if _, _, asked := calm.asked(); asked || l.owes(calm.receipt()) != 0 {
			l.t.Error("something is asked for while no burst is")
		}
		l.flooded()
		ack := l.start("en", "about_me").tell(nil).post()
		if _, price, asked := ack.asked(); !asked || price != 14 || len(l.told()) != 62 {
			l.t.Fatalf("asked %v for %d bits with %d reports", asked, price, len(l.told()))
		}
		code := ack.receipt()
		done := ack.post("kept", "yes").want(http.StatusOK, "Thank you", "Or wait 20 seconds")
		l.now = l.now.Add(7 * time.Second)
		early := done.post().want(http.StatusOK, "Thank you", "Or wait 15 seconds")
		if l.owes(code) == 0 {
			l.t.Error("seven seconds were enough")
		}
		l.now = l.now.Add(13 * time.Second)
		if late := early.post().want(http.StatusOK, "Thank you"); late.step() != "" || l.owes(code) != 0 {
			l.t.Errorf("it still owes %d", l.owes(code))
		}
		early.post().want(http.StatusOK, "Thank you") // once more does no harm
	})
}

// TestWhoeverComesBackHasWaited opens the mailbox of a report of a burst, later.
func TestWhoeverComesBackHasWaited(t *testing.T) {
	each(t, func(l *place) {
		l.flooded()
		code := l.start("ar", "worried").tell(nil).post().receipt()
		l.now = l.now.Add(time.Hour)
		l.get("/").post("way", "code").post("code", code).want(http.StatusOK, "Messages for you")
		if l.owes(code) != 0 {
			l.t.Error("whoever came back an hour later is still told from nobody")
		}
	})
}

// TestMostUrgentIsAskedForNothing says that somebody is in danger in the midst of a burst.
func TestMostUrgentIsAskedForNothing(t *testing.T) {
	each(t, func(l *place) {
		l.flooded()
		check := l.start("en", "about_me").post("danger", "yes")
		if check.step() == "danger" {
			check = check.post()
		}
		ack := check.tell(nil).post()
		ack.receipt()
		if _, _, asked := ack.asked(); asked {
			l.t.Error("whoever is in danger is asked for work")
		}
		if done := ack.post("kept", "yes").want(http.StatusOK, "Thank you"); done.step() != "" {
			l.t.Error("whoever is in danger is asked to wait")
		}
	})
}

// TestWorkByARawClient pays with the work that the page asks for, as a client without a browser would, and tries what is not its own.
func TestWorkByARawClient(t *testing.T) {
	each(t, func(l *place) {
		l.flooded()
		first, second := l.start("en", "about_me").tell(nil).post(), l.start("en", "about_me").tell(nil).post()
		challenge, price, _ := first.asked()
		proof := ""
		for n := 0; proof == ""; n++ {
			sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d", challenge, n))
			if bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:8])) >= price {
				proof = strconv.Itoa(n)
			}
		}
		pay := func(a answer, work string) int {
			form := a.form("work", work)
			form.Set("step", "work")
			w := httptest.NewRecorder()
			l.site.ServeHTTP(w, posting("/?l=en", form))
			return w.Code
		}
		if code := pay(second, proof); code != http.StatusBadRequest || l.owes(second.receipt()) == 0 {
			l.t.Errorf("another's proof: status %d", code)
		}
		if code := pay(first, ""); code != http.StatusBadRequest || l.owes(first.receipt()) == 0 {
			l.t.Errorf("no proof: status %d", code)
		}
		if code := pay(first, proof); code != http.StatusNoContent || l.owes(first.receipt()) != 0 {
			l.t.Errorf("the proof: status %d", code)
		}
	})
}

// TestBrowserWorksUnseen sends in a burst with scripts: the page pays by itself while its reader goes on, and asks for nothing. Without
// scripts the last page offers to wait.
func TestBrowserWorksUnseen(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprint("scripts ", scripts), func(t *testing.T) {
			v := visiting(t, "en", 400, scripts)
			v.l.flooded()
			v.shots = fmt.Sprintf("burst-scripts-%v-", scripts)
			code := v.report("about_me", nil)
			v.click(`input[name=kept] + label`)
			v.press(goOn)
			v.waits("Thank you")
			v.look("6-done")
			shown := read[bool](v, `Array.from(document.querySelectorAll("[data-work]")).some((n) => n.offsetParent)`)
			if shown == scripts {
				t.Errorf("scripts %v, and the wait is shown: %v", scripts, shown)
			}
			for until := time.Now().Add(20 * time.Second); scripts && v.l.owes(code) != 0; {
				if time.Now().After(until) {
					t.Fatal("the page did not pay")
				}
				time.Sleep(50 * time.Millisecond)
			}
			if !scripts && v.l.owes(code) == 0 {
				t.Error("nothing was paid, and nothing is owed")
			}
			v.foreign()
			v.quiet()
		})
	}
}
