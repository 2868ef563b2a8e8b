#include "base.h"
#define LIMIT 3
#define TWICE(x) ((x) + (x))
struct round { int size; };
enum colour { RED };
typedef struct round round_t;
static int area(struct round *r)
{
    return compute(r->size);
}
