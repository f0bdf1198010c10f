// Package campaign has the pages of campaigns: the list, one campaign with how far it has reached, the form of a draft, its banners as they look, and the
// pack for those who put it up.
//
// Always true:
//   - What somebody has written another person approves. What was typed is kept when it cannot be taken.
//   - Counts come as the room gives them: of whole days, and none that are few.
//   - The pages work without scripts, by keyboard, and on a telephone.
package campaign
