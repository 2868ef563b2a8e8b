package shapes
import "fmt"
const limit = 3
type Round struct { Base }
type Shape interface { Area() int }
type Name string
func (r *Round) Area() int { return compute(r) }
func Make() { fmt.Println() }
