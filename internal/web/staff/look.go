package staff

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// lookHeader is sent by a page that looks by itself whether it is still as things are. That is no use of the session: nobody need be
// there.
const lookHeader = "Amparo-Look"

// Unchanged tells whether the page is still as the reader has it, and then answers so, without a page. The mark is another text as
// soon as the page would show something else; the tag is what the page sends to ask again.
func (v *Visit) Unchanged(mark string) (tag string, same bool) {
	sum := sha256.Sum256([]byte(mark + " " + v.Words.Tag() + " " + v.Actor.ID))
	tag = `"` + hex.EncodeToString(sum[:16]) + `"`
	v.W.Header().Set("ETag", tag)
	if v.R.Method != http.MethodGet || v.R.Header.Get("If-None-Match") != tag {
		return tag, false
	}
	v.W.WriteHeader(http.StatusNotModified)
	return tag, true
}
