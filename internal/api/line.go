package api

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// lines reads a stream line by line in bounded memory.
type lines struct {
	from *bufio.Reader
	most int // bytes of a line without its end
}

func newLines(from io.Reader, most int) *lines {
	return &lines{bufio.NewReaderSize(from, most+2), most} // the end may be two bytes
}

// next gives the next line without its end, good until next is called again. long tells that it was longer than may be and was read over. At the end of
// the stream it gives io.EOF; a last line without an end is a line. What came before another error is no line: it may be half of one.
func (l *lines) next() (line []byte, long bool, err error) {
	line, err = l.from.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		long = true
		line, err = l.from.ReadSlice('\n')
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0 && !long) {
		return nil, false, err
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	return line, long || len(line) > l.most, nil
}
