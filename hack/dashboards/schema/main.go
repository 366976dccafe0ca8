// Reads dashboards as Grafana's own types do, strictly: a field that Grafana does not know, a wrong type and a value out of its
// bounds are errors. Arguments: the files.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	// An imported dashboard has no number of its own, which is written as null; the types know only its absence.
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	if fields["id"] == nil {
		delete(fields, "id")
	}
	plain, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	var parsed dashboard.Dashboard
	if err := parsed.UnmarshalJSONStrict(plain); err != nil {
		// Where all is well some panels answer with a list of no errors.
		if none := (cog.BuildErrors{}); !errors.As(err, &none) || len(none) > 0 {
			return err
		}
	}
	return parsed.Validate()
}

func main() {
	plugins.RegisterDefaultPlugins()
	failed := false
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			failed = true
			fmt.Printf("%s: %s\n", path, strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
	if failed {
		os.Exit(1)
	}
}
