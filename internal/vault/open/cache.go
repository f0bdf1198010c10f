package open

import (
	"container/list"
	"crypto/cipher"
	"sync"
	"time"
)

// CacheLife is how long an opened data key or intake key is kept in memory: how long another process may still open what this one
// has erased.
const CacheLife = 5 * time.Minute

// cacheSize bounds the opened data keys, at about a kilobyte each.
const cacheSize = 4096

// A cache keeps the ciphers of the data keys used last.
type cache struct {
	size int

	mu    sync.Mutex                // guards what follows
	order *list.List                // of *cached, the one used last in front
	at    map[keyName]*list.Element // the same, by name
	drops int                       // how often something was dropped
}

type cached struct {
	name  keyName
	aead  cipher.AEAD
	since time.Time
}

func newCache(size int) *cache {
	return &cache{size: size, order: list.New(), at: map[keyName]*list.Element{}}
}

// mark is taken before a key is read from the store; keep compares it.
func (c *cache) mark() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drops
}

func (c *cache) find(name keyName, now time.Time) (cipher.AEAD, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[name]
	if !ok {
		return nil, false
	}
	k := e.Value.(*cached)
	if now.Sub(k.since) >= CacheLife {
		c.remove(e)
		return nil, false
	}
	c.order.MoveToFront(e)
	return k.aead, true
}

// keep takes a key in that was read after mark, unless something was dropped since: it might be that very key.
func (c *cache) keep(name keyName, aead cipher.AEAD, mark int, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if mark != c.drops {
		return
	}
	if e, ok := c.at[name]; ok {
		c.remove(e)
	}
	c.at[name] = c.order.PushFront(&cached{name, aead, now})
	for c.order.Len() > c.size {
		c.remove(c.order.Back())
	}
}

func (c *cache) drop(subject string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	for _, p := range []Purpose{Content, Identity} {
		if e, ok := c.at[keyName{subject, p}]; ok {
			c.remove(e)
		}
	}
}

// remove is called with mu held.
func (c *cache) remove(e *list.Element) {
	c.order.Remove(e)
	delete(c.at, e.Value.(*cached).name)
}
