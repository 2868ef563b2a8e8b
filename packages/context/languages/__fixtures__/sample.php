<?php
namespace Shapes;
use Shapes\Base\Base;
interface Shape { public function area(): int; }
class Round extends Base implements Shape {
    const LIMIT = 3;
    public function area(): int { return compute($this->size); }
}
function make() { return new Round(); }
