package cli

import (
	"errors"
	"io"
	"os"
	"time"
)

// longestFacts bounds a file of facts.
const longestFacts = 1 << 20

type explain struct {
	Facts string `arg:"" help:"A file of facts in names and codes of the rule set, as in {\"access\":\"online_ongoing\"}; - reads standard input."`
	Pack  string `help:"The folder of the country's pack; the fictional Demoland without it." env:"AMPARO_PACK"`
	Lang  string `help:"The language of the words." default:"en"`
}

// Run prints the explanation as JSON.
func (c *explain) Run(t *terminal) error {
	pack, err := pack(c.Pack)
	if err != nil {
		return err
	}
	data, err := c.read(t.in)
	if err != nil {
		return err
	}
	set := pack.RuleSet()
	facts, err := set.ParseFacts(data)
	if err != nil {
		if cause := errors.Unwrap(err); cause != nil {
			return tell("%s: %s", c.Facts, oneLine(cause))
		}
		return err
	}
	return t.json(set.Explain(set.Evaluate(facts, time.Time{}, time.Time{}), c.Lang))
}

func (c *explain) read(in io.Reader) ([]byte, error) {
	if c.Facts == "-" {
		return io.ReadAll(io.LimitReader(in, longestFacts))
	}
	file, err := os.Open(c.Facts)
	if err != nil {
		return nil, tell("cannot read the facts: %v", err)
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, longestFacts))
}
