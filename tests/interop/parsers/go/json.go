package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

func readJSON(body []byte) (any, error) {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, err
	}
	return shown(value, 0), nil
}

// What a program gets that asks for one member by its name, as most programs in Go do.
func readAccount(body []byte) string {
	var customer struct {
		Account string `json:"account"`
	}
	_ = json.Unmarshal(body, &customer)
	return customer.Account
}

// A report of deeply nested values would break the reader of the report.
const deepest = 50

// The form that all readers share: strings as UTF-16, numbers as doubles and as they print.
func shown(value any, depth int) any {
	if depth > deepest {
		return map[string]any{"deeper": true}
	}
	switch value := value.(type) {
	case string:
		return map[string]any{"string": utf16Hex(value)}
	case float64:
		double := fmt.Sprintf("%016x", math.Float64bits(value))
		return map[string]any{"double": double, "printed": strconv.FormatFloat(value, 'g', -1, 64)}
	case []any:
		items := []any{}
		for _, item := range value {
			items = append(items, shown(item, depth+1))
		}
		return map[string]any{"array": items}
	case map[string]any:
		members := [][2]any{}
		for name, item := range value {
			members = append(members, [2]any{utf16Hex(name), shown(item, depth+1)})
		}
		slices.SortFunc(members, func(one, other [2]any) int {
			return strings.Compare(one[0].(string), other[0].(string))
		})
		return map[string]any{"object": members}
	default:
		return value
	}
}

func utf16Hex(text string) string {
	bytes := []byte{}
	for _, unit := range utf16.Encode([]rune(text)) {
		bytes = append(bytes, byte(unit>>8), byte(unit))
	}
	return hex.EncodeToString(bytes)
}
