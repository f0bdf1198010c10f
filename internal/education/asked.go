package education

// An Asked is a question that those who come to a programme answer on paper, before it and after it, in one language. It has no free words: the answers are closed,
// from the least to the most.
type Asked struct {
	Code    string
	Ask     string
	Answers []string
}
