package cli

import (
	"context"
	"fmt"

	"amparo/internal/app"
	"amparo/internal/config"
)

type doctor struct {
	config.Serve
	JSON bool `name:"json" help:"Tell it as JSON."`
}

// examined is what the doctor tells as JSON.
type examined struct {
	OK       bool          `json:"ok"`
	Findings []app.Finding `json:"findings"`
}

// Run says what is wrong with the installation and how to mend it, and fails when anything is.
func (c *doctor) Run(ctx context.Context, t *terminal) error {
	list, err := app.Doctor(ctx, c.Serve)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := t.json(examined{len(list) == 0, append([]app.Finding{}, list...)}); err != nil {
			return err
		}
	} else {
		for _, f := range list {
			mark := "  "
			if f.Urgent {
				mark = "! "
			}
			fmt.Fprintf(t.out, "%s%s: %s\n    %s\n", mark, f.About, f.Wrong, f.Mend)
		}
	}
	if len(list) > 0 {
		return tell("%d things are wrong with this installation; mend those marked ! first", len(list))
	}
	if !c.JSON {
		fmt.Fprintln(t.out, "nothing is wrong with this installation")
	}
	return nil
}
