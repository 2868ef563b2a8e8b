#include <vector>
namespace shapes {
class Round : public Base {
public:
  int area() const { return compute(size); }
};
int Round::twice() { return 2; }
}
