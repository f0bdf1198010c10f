package jurisdiction

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"amparo/internal/instrument"
)

// conforms tells whether the text of an instrument is as its schema says.
func conforms(t *testing.T, text string) bool {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return schemas().compiled["instrument.json"].Validate(value) == nil
}

// TestTheSchemaOfInstruments holds the published schema to what the program itself takes and refuses.
func TestTheSchemaOfInstruments(t *testing.T) {
	if _, err := fs.Stat(Schemas(), "instrument.json"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"about_me", "worried", "under_13", "past", "professional"} {
		data, err := fs.ReadFile(demoFiles(t), "instruments/"+id+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		good := string(data)
		if !conforms(t, good) {
			t.Errorf("%s is not as the schema says", id)
		}
		for from, to := range map[string]string{
			"reader: ":                             "readers: ",
			"version: 1.0.0":                       "version: 1.0",
			"kind: single":                         "kind: some",
			"privacy: identity":                    "privacy: secret",
			"means: online":                        "means: everything",
			"{triggers: [danger_now]}":             "{triggers: danger_now}",
			"\npicture: ":                          "\npicture: a_",
			"when: contact_way=phone":              "when: contact_way is phone",
			"\nanswers:\n  unknown:":               "\nanswers:\n  nothing:",
			"derive:\n":                            "derived:\n",
			"alone: true":                          "alone: maybe",
			"    questions:\n      - id: danger\n": "    questions:\n      - id: Danger\n",
		} {
			bad := strings.Replace(good, from, to, 1)
			if bad == good {
				t.Fatalf("%s has no %q to break", id, from)
			}
			if conforms(t, bad) {
				t.Errorf("%s: the schema takes %q", id, to)
			}
			if _, problems := instrument.Load(id, []byte(bad)); len(problems) == 0 {
				t.Errorf("%s: the program takes %q", id, to)
			}
		}
	}
}

// TestTheSchemaKnowsThePictures holds the pictures of the schema to those that the program draws.
func TestTheSchemaKnowsThePictures(t *testing.T) {
	list, _ := schemaAt(schemaBase + "instrument.json#/$defs/picture")["enum"].([]any)
	var names []string
	for _, name := range list {
		names = append(names, name.(string))
	}
	if !slices.Equal(names, instrument.Pictures()) {
		t.Errorf("the schema has %v, the program %v", names, instrument.Pictures())
	}
}
