package staff

import (
	"amparo/internal/intake"
	"amparo/internal/mailbox"
)

// longestSentence is how many words a sentence to a reader may have before it is hard to read.
var longestSentence = map[intake.Reader]int{intake.Child: 15, intake.Adult: 25}

// Restates says what in a reply repeats what was told, or is hard to read; nothing when it can be sent.
func (v *Visit) Restates(text string, reader intake.Reader, told mailbox.Told) (found []string) {
	for _, one := range mailbox.Restates(text, told, longestSentence[reader]) {
		found = append(found, v.T("desk.found_"+string(one.Kind), "Words", Shown(one.Words)))
	}
	return found
}
