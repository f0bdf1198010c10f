package identity

import (
	"context"

	"amparo/internal/audit"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// EnrolTOTP offers a second factor to a passage at StepEnrol. Asked again it offers the same. The offer belongs to this
// passage alone and comes to nothing when the passage ends without ConfirmTOTP.
func (r *Room) EnrolTOTP(ctx context.Context, token string) (Enrolment, error) {
	p, err := r.at(ctx, token, StepEnrol)
	if err != nil {
		return Enrolment{}, err
	}
	if p.offered != nil {
		secret, err := r.c.Sealer.Open(ctx, passageColumn, string(p.session), p.offered)
		if err != nil {
			return Enrolment{}, err
		}
		return newEnrolment(r.c.Issuer, p.name, string(secret))
	}
	e, err := newEnrolment(r.c.Issuer, p.name, "")
	if err != nil {
		return Enrolment{}, err
	}
	sealed, err := r.seal(ctx, passageColumn, string(p.session), e.Secret)
	if err != nil {
		return Enrolment{}, err
	}
	err = r.write(ctx, self(p.id, "offer_second_factor"), func(tx store.Tx) error {
		n, err := tx.Exec(ctx, offerSQL, string(p.session), sealed)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		return err
	})
	if err != nil {
		return Enrolment{}, err
	}
	return e, nil
}

// CodeInput is a code of an authenticator app, for the passage of the token. Blanks and dashes in it do not matter.
type CodeInput struct {
	Token string
	Code  string
}

// ConfirmTOTP takes a code: at StepCode of the enrolled second factor, at StepEnrol of the one that EnrolTOTP offered,
// which is thereby enrolled. A code counts for its half minute and the one before and after, and once. A wrong one is an
// Unauthenticated fault, "fault.code"; one that was used is "fault.code_used"; after too many tries it is TooMany.
func (r *Room) ConfirmTOTP(ctx context.Context, in CodeInput) (Passage, error) {
	p, err := r.tryCode(ctx, in.Token)
	if err != nil {
		return Passage{}, err
	}
	secret, err := r.secret(ctx, p)
	if err != nil {
		return Passage{}, err
	}
	step, err := stepOf(secret, in.Code, r.c.Clock.Now())
	if err != nil {
		return Passage{}, err
	}
	if step == 0 {
		return Passage{}, r.refuseTry(ctx, self(p.id, "code"), fault.New(fault.Unauthenticated, "fault.code"))
	}
	if p.totp != nil {
		return r.accept(ctx, p, step)
	}
	return r.enrol(ctx, p, secret, step)
}

// tryCode counts a try of the name, and reads the passage.
func (r *Room) tryCode(ctx context.Context, token string) (passage, error) {
	var p passage
	var refusal error
	err := r.c.Store.Write(ctx, func(tx store.Tx) (err error) {
		if p, err = readPassage(ctx, tx, token); err != nil {
			return err
		}
		if step := p.next(); step != StepCode && (step != StepEnrol || p.offered == nil) {
			return fault.New(fault.Conflict, "fault.sign_in_step")
		}
		refusal, err = r.reserve(ctx, tx, p.name)
		return err
	})
	if err == nil {
		err = refusal
	}
	return p, err
}

// secret opens the secret that the code must belong to: the enrolled one, or else the offered.
func (r *Room) secret(ctx context.Context, p passage) (string, error) {
	column, row, sealed := factorColumn, string(p.id), p.totp
	if sealed == nil {
		column, row, sealed = passageColumn, string(p.session), p.offered
	}
	plain, err := r.c.Sealer.Open(ctx, column, row, sealed)
	return string(plain), err
}

// accept takes the passage on with a code that was right, unless it was used before.
func (r *Room) accept(ctx context.Context, p passage, step int64) (Passage, error) {
	var out Passage
	d := self(p.id, "sign_in")
	err := r.c.Store.Write(ctx, func(tx store.Tx) error {
		now, err := again(ctx, tx, p)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, useStepSQL, string(p.id), step)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Unauthenticated, "fault.code_used")
		}
		if _, err := tx.Exec(ctx, factorSQL, string(p.session)); err != nil {
			return err
		}
		now.factor = true
		if out, err = r.advance(ctx, tx, now); err != nil {
			return err
		}
		return recordStep(ctx, tx, d, out)
	})
	if err != nil {
		return Passage{}, r.refuseTry(ctx, d, err)
	}
	return out, nil
}

// enrol makes the offered secret the user's second factor.
func (r *Room) enrol(ctx context.Context, p passage, secret string, step int64) (Passage, error) {
	sealed, err := r.seal(ctx, factorColumn, string(p.id), secret)
	if err != nil {
		return Passage{}, err
	}
	var out Passage
	err = r.write(ctx, self(p.id, "enrol_second_factor"), func(tx store.Tx) error {
		now, err := again(ctx, tx, p)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setFactorSQL, string(p.id), sealed, step); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, factorSQL, string(p.session)); err != nil {
			return err
		}
		now.totp, now.factor = sealed, true
		if out, err = r.advance(ctx, tx, now); err != nil {
			return err
		}
		return recordStep(ctx, tx, self(p.id, "sign_in"), out)
	})
	return out, err
}

// again reads the passage in the writing transaction. It must still be at the step at which it was read, with the same
// password and second factor, or somebody was quicker.
func again(ctx context.Context, tx store.Tx, p passage) (passage, error) {
	now, err := readPassage(ctx, tx, p.token)
	if err == nil && (now.next() != p.next() || now.password != p.password || string(now.totp) != string(p.totp)) {
		err = fault.New(fault.Conflict, "fault.sign_in_step")
	}
	return now, err
}

// recordStep audits that a step was taken; the last step is the sign-in itself and names the session.
func recordStep(ctx context.Context, tx store.Tx, d deed, out Passage) error {
	if out.Step != StepDone {
		d.what = "code_accepted"
	}
	d.subjects = on(d.actor.ID, string(out.Session))
	return audit.Record(ctx, tx, d.entry(audit.Done, ""))
}
