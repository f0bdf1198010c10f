package open_test

import (
	"bytes"
	"testing"

	"amparo/internal/vault/open"
)

func TestBlind(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t)
		one := v.Blind("name", "lina")
		if len(one) != open.BlindSize || !bytes.Equal(one, v.Blind("name", "lina")) {
			t.Errorf("not the same twice: %x", one)
		}
		for _, other := range [][]byte{v.Blind("name", "lin"), v.Blind("namel", "ina"), v.Blind("account", "lina")} {
			if bytes.Equal(one, other) {
				t.Error("two texts have one digest")
			}
		}
		if again := p.open(t); !bytes.Equal(one, again.Blind("name", "lina")) {
			t.Error("another start gives another digest")
		}
	})
}
