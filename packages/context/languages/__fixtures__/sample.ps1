function Get-Area($size) { Invoke-Compute $size }
class Round { [int] Area() { return 1 } }
enum Colour { Red }
