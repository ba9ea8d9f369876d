// Reads with Go's standard library: mime/multipart and encoding/json.
//
// Requests on stdin, what was read on stdout, one line of JSON each. As in lines.py.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"runtime"
)

type request struct {
	ContentType string `json:"content_type"`
	Hex         string `json:"hex"`
}

type part struct {
	Name        string  `json:"name"`
	FileName    *string `json:"filename"`
	ContentType *string `json:"content_type"`
	Hex         string  `json:"hex"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	say := func(report any) {
		if err := out.Encode(report); err != nil {
			panic(err)
		}
	}
	say(map[string]string{"reader": "mime/multipart and encoding/json, " + runtime.Version()})
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		report, err := answer(line)
		if err != nil {
			say(map[string]string{"error": err.Error()})
			continue
		}
		say(report)
	}
}

func answer(line []byte) (any, error) {
	var request request
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	body, err := hex.DecodeString(request.Hex)
	if err != nil {
		return nil, err
	}
	if request.ContentType == "application/json" {
		members, err := readJSON(body)
		return map[string]any{"members": members, "account": readAccount(body)}, err
	}
	parts, err := readParts(request.ContentType, body)
	return map[string]any{"parts": parts}, err
}

func readParts(contentType string, body []byte) ([]part, error) {
	_, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	parts := []part{}
	reader := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		next, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return parts, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(next)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{
			Name:        next.FormName(),
			FileName:    given(next.FileName()),
			ContentType: given(next.Header.Get("Content-Type")),
			Hex:         hex.EncodeToString(content),
		})
	}
}

func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
