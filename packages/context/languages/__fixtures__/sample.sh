source ./base.sh
area() {
  compute "$1"
}
function make { area 3; }
