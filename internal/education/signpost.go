package education

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// A Place is where a signpost stands.
type Place string

// The places.
const (
	AnyPlace    Place = "any"
	InAGame     Place = "game"
	SocialMedia Place = "social"
	Search      Place = "search" // beside what a search for harmful content would have found
	School      Place = "school"
	Clinic      Place = "clinic"
	PublicPlace Place = "public_place"
)

// A Signpost is what others put where people are, in one language: a headline and two lines. Contacts, an address and the day until which it holds
// are added where it is made.
type Signpost struct {
	Audience Audience
	Place    Place
	Headline string
	Lines    [2]string
}

// Code is a name for the signpost that tells nobody for whom it is: six characters of an address, the same in every language.
func (s Signpost) Code() string {
	return code("signpost " + string(s.Audience) + " " + string(s.Place))
}

// code makes six characters of a name, the same on every machine.
func code(name string) string {
	sum := sha256.Sum256([]byte(name))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:6])
}
