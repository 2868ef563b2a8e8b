package shapes;
import shapes.base.Base;
public class Sample extends Base implements Shape {
    enum Colour { RED }
    record Point(int x) {}
    Sample() { super(); }
    int area() { return compute(size); }
}
interface Shape { int area(); }
