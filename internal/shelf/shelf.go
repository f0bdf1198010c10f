package shelf

import (
	"context"
	"fmt"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/store"
)

// LookedAt is what a text on the shelf says of those who have looked at it: that they were two.
var LookedAt = education.Review{Language: "a colleague", Safeguarding: "another colleague"}

// Put publishes a module, in the place of what was published for the same readers, on the same topic and in the same language.
func Put(ctx context.Context, tx store.Tx, _ access.Proof, m education.Module) error {
	m.ReviewedBy = LookedAt
	source, err := m.File()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, putSQL, m.Language, string(m.Audience), string(m.Topic), m.Version, string(source), clock.Micro(tx.Now))
	return err
}

// Take takes a text away. One that is not there changes nothing.
func Take(ctx context.Context, tx store.Tx, _ access.Proof, language string, k education.Key) error {
	_, err := tx.Exec(ctx, takeSQL, language, string(k.Audience), string(k.Topic))
	return err
}

// A mark is one text that is published, without its words. It is never the same for two of them.
type mark struct {
	language, audience, topic string
	version                   int
	published                 int64
}

func marks(ctx context.Context, tx store.Tx) (list []mark, err error) {
	err = tx.Each(ctx, marksSQL, nil, func(scan func(...any) error) error {
		var m mark
		err := scan(&m.language, &m.audience, &m.topic, &m.version, &m.published)
		list = append(list, m)
		return err
	})
	return list, err
}

// texts reads what is published. What cannot be read any more is left out, and told.
func texts(ctx context.Context, tx store.Tx) (list []*education.Module, bad []error, err error) {
	err = tx.Each(ctx, textsSQL, nil, func(scan func(...any) error) error {
		var language, source string
		var k education.Key
		var version int
		if err := scan(&language, &k.Audience, &k.Topic, &version, &source); err != nil {
			return err
		}
		m, err := education.ReadFile(language, k, []byte(source))
		if err != nil {
			bad = append(bad, fmt.Errorf("the text %s %s %s, version %d: %w", language, k.Audience, k.Topic, version, err))
			return nil
		}
		list = append(list, m)
		return nil
	})
	return list, bad, err
}
