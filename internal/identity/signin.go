package identity

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// A Step is what a sign-in asks for next.
type Step string

// The steps. A sign-in begins with the password; then come, as far as they are needed, StepCode, StepPassword and
// StepEnrol in this order, so that a reset password alone opens nothing that has a second factor.
const (
	StepCode     Step = "code"     // ConfirmTOTP with a code of the enrolled app
	StepPassword Step = "password" // SetPassword: the one-time password must be changed
	StepEnrol    Step = "enrol"    // EnrolTOTP, then ConfirmTOTP with a first code
	StepDone     Step = "done"     // the token opens a session
)

// A Passage is how far a sign-in has come. Token is the passage's until StepDone, and then the new session's: keep it
// where only the person's browser has it.
type Passage struct {
	Step      Step
	Token     string
	User      UserID
	Session   SessionID // of the passage, then of the session
	ExpiresAt time.Time
}

// SignInInput is what a person types to sign in. Code may be empty for Begin, which does not look at it.
type SignInInput struct {
	Name     string
	Password string
	Code     string
}

// errSignIn is the one refusal of a sign-in, whatever was wrong.
func errSignIn() error { return fault.New(fault.Unauthenticated, "fault.sign_in") }

// Begin takes name and password, and gives a passage to the next step. It gives an Unauthenticated fault,
// "fault.sign_in", when they are not right, for whatever reason; a TooMany fault, "fault.sign_in_slow" with Minutes, when
// there were too many tries. Nobody needs to be signed in.
func (r *Room) Begin(ctx context.Context, in SignInInput) (Passage, error) {
	a, err := r.try(ctx, foldName(in.Name))
	if err != nil {
		return Passage{}, err
	}
	right, err := r.right(ctx, a, in.Password)
	if err != nil {
		return Passage{}, err
	}
	if !right || !a.usable(r.c.Clock.Now()) {
		d := deed{actor: access.Anyone, action: access.OwnAccount, what: "sign_in", subjects: on(a.id)}
		return Passage{}, r.refuseTry(ctx, d, errSignIn())
	}
	return r.begun(ctx, a, in.Password)
}

// try counts a try of the name, and reads the account, if there is one.
func (r *Room) try(ctx context.Context, name string) (account, error) {
	var a account
	var refusal error
	err := r.c.Store.Write(ctx, func(tx store.Tx) (err error) {
		if refusal, err = r.reserve(ctx, tx, name); err != nil || refusal != nil {
			return err
		}
		a, err = readAccount(ctx, tx, accountByNameSQL, name)
		return err
	})
	if err == nil {
		err = refusal
	}
	return a, err
}

// right tells whether the password is the account's. It hashes exactly once, also for nobody's account.
func (r *Room) right(ctx context.Context, a account, password string) (bool, error) {
	prepared, bad := prepare(password)
	if bad != nil {
		prepared = ""
	}
	ok, err := r.hash.check(ctx, a.password, prepared)
	return ok && bad == nil, err
}

// refuseTry counts a failure, audits it, and gives the reason back.
func (r *Room) refuseTry(ctx context.Context, d deed, reason error) error {
	if err := r.c.Store.Write(ctx, func(tx store.Tx) error { return r.failed(ctx, tx) }); err != nil {
		return err
	}
	return r.refuse(ctx, d, reason)
}

// self is the deed of a user whose password was right.
func self(id UserID, what string) deed {
	return deed{actor: access.Actor{Kind: access.Staff, ID: string(id)}, action: access.OwnAccount, what: what, subjects: on(id)}
}

// begun opens a passage for an account whose password was right, unless it was changed meanwhile.
func (r *Room) begun(ctx context.Context, a account, password string) (Passage, error) {
	fresh, err := r.rehash(ctx, a, password)
	if err != nil {
		return Passage{}, err
	}
	var out Passage
	err = r.write(ctx, self(a.id, "password_accepted"), func(tx store.Tx) error {
		now, err := readAccount(ctx, tx, accountByIDSQL, string(a.id))
		if err != nil {
			return err
		}
		if now.password != a.password || !now.usable(tx.Now) {
			return errSignIn()
		}
		if fresh != "" {
			if _, err := tx.Exec(ctx, rehashSQL, string(a.id), a.password, fresh); err != nil {
				return err
			}
		}
		if err := giveBack(ctx, tx, a.name); err != nil {
			return err
		}
		out, err = open(ctx, tx, passage{account: now}, StepCode, tx.Now.Add(r.c.PassageLife))
		out.Step = passage{account: now}.next()
		return err
	})
	return out, err
}

// open inserts a session, pending unless the step is StepDone, with a fresh token.
func open(ctx context.Context, tx store.Tx, p passage, step Step, expires time.Time) (Passage, error) {
	token, hash := newToken()
	out := Passage{Step: step, Token: token, User: p.id, Session: ident.New[SessionID](tx.Now), ExpiresAt: expires}
	_, err := tx.Exec(ctx, insertSessionSQL, string(out.Session), string(p.id), hash, step != StepDone, p.factor,
		clock.Micro(tx.Now), clock.Micro(expires))
	return out, err
}

// next tells what the passage asks for.
func (p passage) next() Step {
	switch {
	case p.totp != nil && !p.factor:
		return StepCode
	case p.once:
		return StepPassword
	case p.totp == nil:
		return StepEnrol
	}
	return StepDone
}

// advance gives the passage after a step was taken: on to the next, or, after the last, ended in favour of a session
// with a token of its own. The name's tries are then forgotten.
func (r *Room) advance(ctx context.Context, tx store.Tx, p passage) (Passage, error) {
	step := p.next()
	if step != StepDone {
		return Passage{Step: step, Token: p.token, User: p.id, Session: p.session, ExpiresAt: p.expires}, nil
	}
	if _, err := tx.Exec(ctx, endSessionSQL, string(p.session)); err != nil {
		return Passage{}, err
	}
	if _, err := tx.Exec(ctx, signedInSQL, string(p.id), clock.Micro(tx.Now)); err != nil {
		return Passage{}, err
	}
	if err := forget(ctx, tx, p.name); err != nil {
		return Passage{}, err
	}
	return open(ctx, tx, p, StepDone, tx.Now.Add(r.c.SessionLife))
}

// Progress tells how far the sign-in of this token has come: for a page that is loaded anew. A passage that has ended is
// Unauthenticated, "fault.session_ended".
func (r *Room) Progress(ctx context.Context, token string) (Passage, error) {
	p, err := r.passage(ctx, token)
	if err != nil {
		return Passage{}, err
	}
	return Passage{Step: p.next(), Token: token, User: p.id, Session: p.session, ExpiresAt: p.expires}, nil
}

func (r *Room) passage(ctx context.Context, token string) (p passage, err error) {
	err = r.c.Store.Read(ctx, func(tx store.Tx) error {
		p, err = readPassage(ctx, tx, token)
		return err
	})
	return p, err
}

// at reads the passage and refuses, as a Conflict, when another step is due.
func (r *Room) at(ctx context.Context, token string, step Step) (passage, error) {
	p, err := r.passage(ctx, token)
	if err == nil && p.next() != step {
		err = fault.New(fault.Conflict, "fault.sign_in_step")
	}
	return p, err
}

// SignIn is Begin and, when the code is given and asked for, ConfirmTOTP. Its passage is at StepDone unless the user has
// something to do first.
func (r *Room) SignIn(ctx context.Context, in SignInInput) (Passage, error) {
	p, err := r.Begin(ctx, in)
	if err != nil || p.Step != StepCode || in.Code == "" {
		return p, err
	}
	return r.ConfirmTOTP(ctx, CodeInput{Token: p.Token, Code: in.Code})
}

// rehash gives the stored form anew when the price of hashing has changed since it was made; "" otherwise.
func (r *Room) rehash(ctx context.Context, a account, password string) (string, error) {
	old, err := parsePHC(a.password)
	if err != nil || old.cost == r.c.Cost {
		return "", err
	}
	prepared, err := prepare(password)
	if err != nil {
		return "", err
	}
	return r.hash.make(ctx, prepared)
}
