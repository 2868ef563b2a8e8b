const { read } = require('./files')
class Store extends Map {
  load() {
    return read()
  }
}
module.exports.open = function () {
  return new Store()
}
