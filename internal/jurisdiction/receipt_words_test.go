package jurisdiction_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/jurisdiction"
	"amparo/internal/vault/seal"
)

// receiptWords is receipt_words.yaml with one list in English, whose third word is given.
func receiptWords(tag, reviewer, third string) *fstest.MapFile {
	var b strings.Builder
	fmt.Fprintf(&b, "lists:\n  - language: %s\n    reviewed_by: %s\n    words:\n", tag, reviewer)
	for i := range seal.ListLength {
		word := fmt.Sprintf("%c%c%co", 'a'+i%26, 'a'+i/26%26, 'a'+i/676)
		if i == 2 {
			word = third
		}
		fmt.Fprintf(&b, "      - %s\n", word)
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

// TestReceiptWords uses a list that somebody has reviewed, keeps one that nobody has for later, and refuses one that misleads.
func TestReceiptWords(t *testing.T) {
	files := demoFiles(t)
	load := func() (*jurisdiction.Pack, string) {
		t.Helper()
		pack, problems := jurisdiction.Load(files, time.Now())
		said := ""
		for _, p := range problems {
			said += p.String() + "\n"
		}
		return pack, said
	}
	if pack, said := load(); said != "" || pack.ReceiptWords("en") != nil || len(pack.ReceiptLists()) != 0 {
		t.Fatalf("without the file: %s", said)
	}
	for reviewer, used := range map[string]bool{"none": false, "A. Reader": true} {
		files["receipt_words.yaml"] = receiptWords("en", reviewer, "caao")
		if pack, said := load(); said != "" || (pack.ReceiptWords("en") != nil) != used || pack.ReceiptWords("ar") != nil || (len(pack.ReceiptLists()) == 1) != used {
			t.Errorf("reviewed by %s: %s", reviewer, said)
		}
	}
	for third, says := range map[string]string{"BAAO": "is typed like word 2", "go": "receipt_words.yaml:7", "caao dbao": "is not of 3 to 9 letters alone"} {
		files["receipt_words.yaml"] = receiptWords("en", "A. Reader", third)
		if _, said := load(); !strings.Contains(said, says) {
			t.Errorf("%s: %q, want %q", third, said, says)
		}
	}
	files["receipt_words.yaml"] = receiptWords("pt", "A. Reader", "caao")
	if _, said := load(); !strings.Contains(said, `the pack does not offer "pt"`) {
		t.Errorf("a language that is not offered: %q", said)
	}
	files["receipt_words.yaml"] = &fstest.MapFile{Data: []byte("lists:\n  - {language: en, reviewed_by: none, words: [one]}\n")}
	if _, said := load(); !strings.Contains(said, "receipt_words.yaml:2") {
		t.Errorf("a list of one: %q", said)
	}
}
