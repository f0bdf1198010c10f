package signpost

import _ "embed"

// Component is the script of the element <amparo-sign>, which platforms serve from their own place. It depends on nothing, and works under a policy
// that allows its own file as a script and this installation as a place to ask: no style of it needs a rule.
//
//go:embed component.js
var Component []byte
