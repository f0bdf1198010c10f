// Package page makes the pages that people see: the layouts, the parts they are built of, and what goes round them.
//
// An [Engine] holds the templates of the program in every language of the catalogue. A web room adds its own with
// [Engine.Add] and shows one with [Engine.Render]; it gives a [Frame], which is what every page has, and its own data. A page's
// template is named like its file without the extension and sees both: .Frame and .Data. A file whose name begins with _
// holds parts that the room shares. The parts of this package are templates too, each with a Go type of the same
// name to fill it: {{template "input" .Data.Age}} shows an [Input]. Functions that any template may use:
//
//	t "id" "Name" value   the message in the reader's language        n "id" count   the message that counts
//	dir, tag              direction and language of the page          isRTL          whether dir is rtl
//	relative, exact, iso  an instant in words, in full, for machines  defang         an address nobody can press
//	button "text"         a Button                                    tone "t" "text"  a Tag
//	details "s" "text"   a Details                                   tel            the address that dials a number
//
// Always true:
//   - A page is rendered whole before its first byte is sent, so a failing template leaves nothing half written.
//   - A public page loads nothing from elsewhere, sets no cookie, is kept by no cache (nor are its sheet and script), has a neutral
//     title, and shows the way out and the contacts at its top and its foot. It works without scripts.
//   - Where scripts run, public pages are exchanged in place: no posted form reaches the browser's history or its disk, Back shows
//     the page before from memory, and what does not get through stays on its page. A page with data-forget, and all before it, is
//     not shown again.
//   - Scripts never make markup: Trusted Types are required and none exists.
//   - What a person typed is shown as text, with its own direction; addresses are defanged and never links.
//   - No page asks "really leave?": closing the window is one of the ways to leave fast.
//
// Words: Exit this page is the pattern of the GOV.UK Design System; the parts are those of govuk-frontend (MIT) without crown
// and typeface, with left and right turned into start and end so that one sheet serves both directions of writing.
//
// Compression and secrets: pages are compressed and some reflect what a person typed beside sealed answers. An attack that
// guesses a secret from compressed lengths needs a secret that stays the same over many answers. Sealed answers are
// sealed anew, with a fresh nonce, in every response, and there is no cookie and no lasting token on the public side; a desk
// page must likewise put no lasting secret into its text.
package page
