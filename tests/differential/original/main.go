// Answers what OpenKruise itself does, by its exported functions: one JSON request a line on stdin, one JSON answer a
// line on stdout. It talks to no cluster; the objects that OpenKruise would look up come with the request.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"k8s.io/klog/v2"
	kubejson "sigs.k8s.io/json"
)

// request names an operation and its input; every operation decodes its own.
type request struct {
	Operation string          `json:"operation"`
	Input     json.RawMessage `json:"input"`
}

// answer holds the outcome, or the panic that OpenKruise ended in.
type answer struct {
	Output any    `json:"output,omitempty"`
	Panic  string `json:"panic,omitempty"`
	// Misuse is set when the request itself could not be read; nothing of OpenKruise ran.
	Misuse string `json:"misuse,omitempty"`
}

var operations = map[string]func(json.RawMessage) (any, error){
	"describe":   describe,
	"spell":      spell,
	"sidecarSet": admitSidecarSet,
	"pod":        admitPod,
	"upgrade":    planUpgrade,
	"reconcile":  reconcile,
	"revision":   nameRevision,
}

func main() {
	silence()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 0, 1<<20), 1<<26)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for in.Scan() {
		if err := encoder.Encode(serve(in.Bytes())); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := out.Flush(); err != nil {
			os.Exit(1)
		}
	}
}

func serve(line []byte) (result answer) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Misuse: err.Error()}
	}
	operation, known := operations[asked.Operation]
	if !known {
		return answer{Misuse: fmt.Sprintf("unknown operation %q", asked.Operation)}
	}
	defer func() {
		if reason := recover(); reason != nil {
			result = answer{Panic: fmt.Sprint(reason)}
		}
	}()
	output, err := operation(asked.Input)
	if err != nil {
		return answer{Misuse: err.Error()}
	}
	return answer{Output: output}
}

// silence keeps OpenKruise's log out of the way: it reports every decision at info level.
func silence() {
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	_ = flags.Set("logtostderr", "false")
	_ = flags.Set("stderrthreshold", "FATAL")
	_ = flags.Set("v", "0")
	klog.SetOutput(discard{})
	klog.LogToStderr(false)
}

type discard struct{}

func (discard) Write(text []byte) (int, error) { return len(text), nil }

// decode reads field names exactly, as the API server does.
func decode[T any](input json.RawMessage) (T, error) {
	var value T
	err := kubejson.UnmarshalCaseSensitivePreserveInts(input, &value)
	return value, err
}
