package staff

import (
	"fmt"
	"html/template"
	"strings"

	"amparo/internal/identity"
)

// quietZone is how many light modules stand around a QR code (ISO/IEC 18004).
const quietZone = 4

// A setup is what the page shows to set up an app with the codes: the picture as a path of squares, the secret in groups of four
// letters, and the address for an app on the same device.
type setup struct {
	Box, Path, Secret string
	Address           template.URL
}

func newSetup(e identity.Enrolment) *setup {
	side := len(e.Modules) + 2*quietZone
	return &setup{Box: fmt.Sprintf("%d %d %d %d", -quietZone, -quietZone, side, side), Path: squares(e.Modules),
		Secret: fours(e.Secret), Address: template.URL(e.URL)}
}

// squares draws the dark modules, those beside each other as one.
func squares(rows [][]bool) string {
	var path strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			start := x
			for x < len(row) && row[x] {
				x++
			}
			if n := x - start; n > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start, y, n, n)
			}
		}
	}
	return path.String()
}

func fours(secret string) string {
	var out strings.Builder
	for i, letter := range secret {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(letter)
	}
	return out.String()
}
