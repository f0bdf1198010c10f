package demo

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/ident"
	"amparo/internal/story"
	"amparo/internal/tale"
)

//go:embed stories.yaml
var storiesYAML []byte

// a sample is a made-up story.
type sample struct {
	Audience education.Audience                      `yaml:"audience"`
	Texts    map[string]struct{ Title, Body string } `yaml:"texts"` // by language
}

// tell has made-up colleagues write, look at and publish the made-up stories, as colleagues do.
func (h House) tell(ctx context.Context, people crew, now time.Time) error {
	var list []sample
	d := yaml.NewDecoder(bytes.NewReader(storiesYAML))
	d.KnownFields(true)
	if err := d.Decode(&list); err != nil {
		return fmt.Errorf("the made-up stories cannot be read: %w", err)
	}
	who := func(name string, role access.Role) access.Actor { return people.named(name, "", role).Actor() }
	writer, first, second := who("manager", access.CaseManager), who("supervisor", access.Supervisor), who("lead", access.ServiceLead)
	for _, one := range list {
		in := story.WriteInput{Draft: ident.New[string](now), Audience: one.Audience, Until: now.AddDate(1, 0, 0)}
		for _, tag := range slices.Sorted(maps.Keys(one.Texts)) {
			in.Texts = append(in.Texts, story.Text{Language: tag, Title: one.Texts[tag].Title, Body: one.Texts[tag].Body})
		}
		id, err := h.Stories.Write(ctx, writer, in)
		if err == nil {
			err = h.Stories.Submit(ctx, writer, id, 1)
		}
		if err == nil {
			err = h.Stories.Review(ctx, first, story.ReviewInput{Story: id, Version: 2, Good: true})
		}
		if err == nil {
			err = h.Stories.Review(ctx, second, story.ReviewInput{Story: id, Version: 3, Good: true, Yes: story.Questions(tale.Composite)})
		}
		if err != nil {
			return fmt.Errorf("a made-up story for %s cannot be published: %w", one.Audience, err)
		}
	}
	return nil
}
