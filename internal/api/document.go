package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"

	"go.yaml.in/yaml/v3"
)

//go:embed openapi.yaml
var openapi []byte

// A document is openapi.yaml in both spellings.
type document struct{ asYAML, asJSON []byte }

func readDocument() (document, error) {
	var tree map[string]any
	if err := yaml.Unmarshal(openapi, &tree); err != nil {
		return document{}, fmt.Errorf("openapi.yaml cannot be read: %w", err)
	}
	text, err := json.Marshal(tree)
	return document{openapi, text}, err
}

func (d document) yaml(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, err := w.Write(d.asYAML)
	return err
}

func (d document) json(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(d.asJSON)
	return err
}
