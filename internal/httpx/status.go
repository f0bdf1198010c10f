package httpx

import (
	"context"
	"errors"
	"net/http"

	"amparo/internal/fault"
)

// The faults of this package.
const (
	CodeTooLarge    fault.Code = "fault.too_large"    // Max, in KB; status 413
	CodeFileRefused fault.Code = "fault.file_refused" // status 415
	CodeMethod      fault.Code = "fault.method"       // status 405
	CodeNotFound    fault.Code = "fault.not_found"    // status 404
	CodeFormBroken  fault.Code = "fault.form_broken"  // status 400
)

// statusGone is what the log has when the client left before the answer. No client ever sees it.
const statusGone = 499

// Status is the HTTP status of a kind of fault. Withheld is 404: not yours looks the same as not there.
func Status(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Withheld:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Gone:
		return http.StatusGone
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// StatusOf is the HTTP status of an error: that of its kind, but for the refusals that HTTP has its own words for.
func StatusOf(err error) int {
	switch fault.CodeOf(err) {
	case CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case CodeFileRefused:
		return http.StatusUnsupportedMediaType
	case CodeMethod:
		return http.StatusMethodNotAllowed
	}
	if err == nil {
		return http.StatusOK
	}
	return Status(fault.KindOf(err))
}

// left tells whether the error is only that the client has gone away.
func left(r *http.Request, err error) bool {
	return errors.Is(err, context.Canceled) && r.Context().Err() != nil
}

// NotFound is the handler of every address that is not there.
func NotFound(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.Withheld, CodeNotFound)
}
