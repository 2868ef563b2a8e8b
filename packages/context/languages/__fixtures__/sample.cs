using Shapes.Base;
namespace Shapes {
  public interface IShape { int Area(); }
  public class Round : Base, IShape {
    public Round() { }
    public int Area() => Compute(size);
  }
  public enum Colour { Red }
  public delegate void Drawn(int x);
}
