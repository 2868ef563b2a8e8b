package shapes
import shapes.base.Base
interface Shape { fun area(): Int }
class Round : Base(), Shape {
    override fun area(): Int = compute(size)
}
object Registry
fun make() = Round()
typealias Name = String
