package public_test

import (
	"context"
	"net/http"
	"testing"

	"amparo/internal/access"
	"amparo/internal/intake"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// takenFor hands a report in as somebody on the telephone does, and gives its code.
func (l *place) takenFor(tag string) string {
	l.t.Helper()
	by, err := access.Own(access.System("test"), access.ReportRead)
	if err != nil {
		l.t.Fatal(err)
	}
	receipt := seal.NewReceipt()
	l.write(func(ctx context.Context, tx store.Tx) error {
		_, err := l.room.Take(ctx, tx, by, intake.Submission{Receipt: receipt, Told: intake.Told{Instrument: "about_me", Pack: "demo", Language: tag,
			Reader: intake.Child, Channel: "phone", Answers: map[string][]string{"words": {"told"}}}})
		return err
	})
	return receipt.LettersGrouped()
}

// TestTakingOver gives whoever was on the telephone a code of their own: it counts once they have kept it, and then the one that was
// read out opens nothing.
func TestTakingOver(t *testing.T) {
	each(t, func(l *place) {
		code := l.takenFor("en")
		l.replyTo(l.last(), "We have read it.")
		entry := l.get("/").post("way", "code")
		box := entry.post("code", code).want(http.StatusOK, "Get a new code", "We have read it.")
		ask := box.post("message", "One thing more", "over", "ask").want(http.StatusOK, "Your new code", "The old code opens nothing any more")
		fresh := ask.receipt()
		if fresh == code || box.post("over", "ask").receipt() == fresh {
			l.t.Error("the new code is not new")
		}
		entry.post("code", code).want(http.StatusOK) // nothing has changed so far
		entry.post("code", fresh).want(http.StatusNotFound)
		if back := ask.post("go", "back").want(http.StatusOK, "Messages for you", "Get a new code"); !back.says("One thing more") {
			l.t.Error("what was begun is lost by going back")
		}
		ask.post().want(http.StatusBadRequest, "type your code, or tick the box")
		wrong := ask.post("again", code).want(http.StatusBadRequest, "This is a code, but not yours")
		if wrong.receipt() != fresh {
			l.t.Error("another new code is shown after a mistake")
		}
		for range 2 { // a second press is the same
			if over := wrong.post("again", fresh).want(http.StatusOK, "Your new code works now", "We have read it."); !over.says("One thing more") || over.says("Get a new code") {
				l.t.Errorf("after taking over: %s", over.text)
			}
		}
		entry.post("code", code).want(http.StatusNotFound, "We do not know this code")
		box.post("message", "x").want(http.StatusNotFound)
		ask.post("go", "back").want(http.StatusNotFound)
		entry.post("code", fresh).want(http.StatusOK, "We have read it.").post("message", "And more").want(http.StatusOK, "We have your message")
	})
}

// TestOwnCodeIsNotTakenOver offers nothing to whoever told us themselves, and refuses them.
func TestOwnCodeIsNotTakenOver(t *testing.T) {
	l := one(t, t.TempDir())
	code := l.start("en", "about_me").tell(nil).post().receipt()
	box := l.get("/").post("way", "code").post("code", code).want(http.StatusOK)
	if box.says("Get a new code") {
		t.Error("it is offered")
	}
	box.post("over", "ask").want(http.StatusOK).post("kept", "yes").want(http.StatusNotFound)
	l.get("/").post("way", "code").post("code", code).want(http.StatusOK)
}
