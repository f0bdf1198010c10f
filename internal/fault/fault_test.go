package fault

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestTwoFaces(t *testing.T) {
	cause := errors.New("row 7 of the secret table")
	err := fmt.Errorf("opening a case: %w", Wrap(cause, Conflict, CodeStale, "who", "a colleague"))
	if KindOf(err) != Conflict || CodeOf(err) != CodeStale || Params(err)["who"] != "a colleague" {
		t.Errorf("got %s %s %v", KindOf(err), CodeOf(err), Params(err))
	}
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), "row 7") {
		t.Error("the log has lost the cause")
	}
}

func TestPlainErrorShowsNothing(t *testing.T) {
	err := errors.New("private")
	if KindOf(err) != Internal || CodeOf(err) != CodeInternal || Params(err) != nil || Fields(err) != nil {
		t.Errorf("a plain error shows %s %s", KindOf(err), CodeOf(err))
	}
	if KindOf(nil) != "" {
		t.Error("no error has a kind")
	}
}

func TestFieldsKeepTheirOrder(t *testing.T) {
	e := New(Invalid, "fault.form")
	if e.Wrong() {
		t.Error("wrong before any field is")
	}
	e.With("name", "fault.empty").With("age", "fault.range", "top", 17)
	f := Fields(e)
	if !e.Wrong() || len(f) != 2 || f[0].Name != "name" || f[1].Params["top"] != 17 {
		t.Errorf("got %v", f)
	}
	if e.Error() != "invalid fault.form name=fault.empty age=fault.range" {
		t.Errorf("got %q", e.Error())
	}
}

func TestParametersComeInPairs(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an odd list of parameters was taken")
		}
	}()
	New(Invalid, "fault.form", "alone")
}
