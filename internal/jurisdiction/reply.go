package jurisdiction

import (
	"errors"
	"io/fs"
)

// repliesYAML may be left out of a pack.
const repliesYAML = "replies.yaml"

// A Reply is words to begin a reply to a reporter with. Whoever replies changes them before they are sent.
type Reply struct {
	Code  string
	Name  string // what staff call it, in their language
	Words string // in the reporter's language
}

// replyFile is replies.yaml.
type replyFile struct {
	ReviewedBy Words       `yaml:"reviewed_by"`
	Replies    []replyItem `yaml:"replies"`
}

type replyItem struct {
	Code  string   `yaml:"code"`
	Name  Words    `yaml:"name"`
	Words byReader `yaml:"words"`
}

// Replies gives what a reply can begin with, named in the language of who replies, in words for the reader in the reader's own
// language; none when the pack does not speak that, for other words could not be read.
func (p *Pack) Replies(reader Reader, language, staff string) (list []Reply) {
	for _, item := range p.replies.Replies {
		if words := item.Words.of(reader)[language]; words != "" {
			list = append(list, Reply{Code: item.Code, Name: p.say(item.Name, staff), Words: words})
		}
	}
	return list
}

// readReplies reads replies.yaml where there is one.
func (l *loader) readReplies() {
	if _, err := fs.Lstat(l.fsys, repliesYAML); errors.Is(err, fs.ErrNotExist) {
		return
	}
	d, _ := l.document(repliesYAML)
	if d == nil {
		return
	}
	l.sound[repliesYAML] = l.conform(d, "replies.json") && l.into(d, &l.pack.replies)
	known := map[string]bool{}
	for i, item := range l.pack.replies.Replies {
		if known[item.Code] {
			l.at(d, to("replies", i, "code"), "replies[%d].code: %q is there twice; expected each code once", i, clip(item.Code))
		}
		known[item.Code] = true
	}
}
