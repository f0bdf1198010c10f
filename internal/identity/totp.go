package identity

import (
	"encoding/base32"
	"strings"
	"time"
	"unicode"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// period is how long one code of an authenticator app counts; skew is how many periods its clock may be off.
const (
	period = 30 * time.Second
	skew   = 1
)

var codeOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// An Enrolment is what a person needs once to set up an authenticator app. It is secret: show it, never keep or log it.
type Enrolment struct {
	Secret  string   // base 32, to be typed where the picture cannot be used
	URL     string   // otpauth://…, what the picture says
	Modules [][]bool // the QR code: rows of modules, true is dark; draw a quiet zone of 4 modules around it
}

// newEnrolment makes an enrolment of a secret in base 32, or of a fresh one of 160 bits when it is empty.
func newEnrolment(issuer, name, secret string) (Enrolment, error) {
	options := totp.GenerateOpts{Issuer: issuer, AccountName: name, SecretSize: 20, Period: uint(period.Seconds())}
	if secret != "" {
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
		if err != nil {
			return Enrolment{}, err
		}
		options.Secret = raw
	}
	key, err := totp.Generate(options)
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{Secret: key.Secret(), URL: key.URL()}.drawn()
}

func (e Enrolment) drawn() (Enrolment, error) {
	code, err := qr.Encode(e.URL, qr.M, qr.Auto)
	if err != nil {
		return e, err
	}
	b := code.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row := make([]bool, 0, b.Dx())
		for x := b.Min.X; x < b.Max.X; x++ {
			red, _, _, _ := code.At(x, y).RGBA()
			row = append(row, red == 0)
		}
		e.Modules = append(e.Modules, row)
	}
	return e, nil
}

// stepOf finds the period whose code this is, up to one before or after at; 0 when it is none of them.
func stepOf(secret, code string, at time.Time) (int64, error) {
	code = digits(code)
	if len(code) != codeOptions.Digits.Length() {
		return 0, nil
	}
	now := at.Unix() / int64(period.Seconds())
	for step := now - skew; step <= now+skew; step++ {
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, codeOptions)
		if err != nil {
			return 0, err
		}
		if ok {
			return step, nil
		}
	}
	return 0, nil
}

// digits drops the blanks that people type into codes and reads digits of any script; anything else gives "".
func digits(code string) string {
	var b strings.Builder
	for _, c := range code {
		switch {
		case unicode.IsSpace(c) || c == '-':
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c >= '٠' && c <= '٩':
			b.WriteRune(c - '٠' + '0')
		case c >= '۰' && c <= '۹':
			b.WriteRune(c - '۰' + '0')
		default:
			return ""
		}
	}
	return b.String()
}

// validSecret tells whether a base 32 secret can be used, and gives it without blanks.
func validSecret(secret string) (string, bool) {
	secret = strings.ToUpper(strings.ReplaceAll(secret, " ", ""))
	_, err := hotp.GenerateCodeCustom(secret, 1, codeOptions)
	return secret, err == nil && len(secret) >= 16
}
