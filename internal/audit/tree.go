package audit

import "golang.org/x/mod/sumdb/tlog"

// A node is the hash over the numbers from n<<level to (n+1)<<level.
type node struct {
	level int
	n     int64
	hash  tlog.Hash
	// doubt is true when the stored hash of the node differs and none of its parts explains that.
	doubt bool
}

// from and to are the range of numbers under the node.
func (n node) from() int64 { return n.n << n.level }
func (n node) to() int64   { return (n.n + 1) << n.level }

// idx is the node's place among the stored hashes.
func (n node) idx() int64 { return tlog.StoredHashIndex(n.level, n.n) }

// A frontier is the roots of the whole subtrees of a tree that grows leaf by leaf, the largest first.
type frontier []node

// root is the root of the tree; the zero hash of an empty one.
func (f frontier) root() tlog.Hash {
	if len(f) == 0 {
		return tlog.Hash{}
	}
	h := f[len(f)-1].hash
	for i := len(f) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f[i].hash, h)
	}
	return h
}

// add puts the next leaf into the tree. seen is called for each node that this completes, the leaf first, in the order
// of the stored hashes; it is told whether one of the two parts is in doubt and gives whether the node is.
func (f frontier) add(n int64, h tlog.Hash, seen func(n node, parts bool) (doubt bool)) frontier {
	top := node{n: n, hash: h}
	top.doubt = seen(top, false)
	for len(f) > 0 && f[len(f)-1].level == top.level {
		left := f[len(f)-1]
		f = f[:len(f)-1]
		parts := left.doubt || top.doubt
		top = node{level: top.level + 1, n: left.n / 2, hash: tlog.NodeHash(left.hash, top.hash)}
		top.doubt = seen(top, parts)
	}
	return append(f, top)
}
