package open

import (
	"fmt"
	"testing"
	"time"

	"amparo/internal/secret"
	"amparo/internal/vault/seal"
)

// Quick makes exports cheap, for tests that are about something else than their strength.
func (v *Vault) Quick() *Vault {
	v.exportWork = 8
	return v
}

func TestCacheIsBounded(t *testing.T) {
	now, aead := time.Unix(0, 0), seal.NewAEAD(secret.Random(seal.KeySize))
	c := newCache(3)
	name := func(i int) keyName { return keyName{fmt.Sprint(i), Content} }
	for i := range 3 {
		c.keep(name(i), aead, c.mark(), now)
	}
	if _, ok := c.find(name(0), now); !ok { // it is now the one used last
		t.Fatal("the first is gone already")
	}
	c.keep(name(3), aead, c.mark(), now)
	c.keep(name(3), aead, c.mark(), now)
	for i, want := range []bool{true, false, true, true} {
		if _, ok := c.find(name(i), now); ok != want {
			t.Errorf("%d is there: %v", i, ok)
		}
	}
	if c.order.Len() != 3 || len(c.at) != 3 {
		t.Errorf("it holds %d and %d", c.order.Len(), len(c.at))
	}
	if _, ok := c.find(name(0), now.Add(CacheLife-1)); !ok {
		t.Error("gone before its time")
	}
	if _, ok := c.find(name(0), now.Add(CacheLife)); ok {
		t.Error("there after its time")
	}
}

func TestCacheForgetsForGood(t *testing.T) {
	now, aead := time.Unix(0, 0), seal.NewAEAD(secret.Random(seal.KeySize))
	c, name := newCache(3), keyName{"a", Identity}
	c.keep(name, aead, c.mark(), now)
	late := c.mark()
	c.drop("a")
	c.keep(name, aead, late, now)
	if _, ok := c.find(name, now); ok {
		t.Error("what was read before the erasure came back")
	}
}
