(module body: (body_statement (method name: (_) @name) @definition.method))
(method name: (_) @name) @definition.function
(singleton_method name: (_) @name) @definition.method
(class name: [(constant) @name (scope_resolution name: (constant) @name)]) @definition.class
(module name: [(constant) @name (scope_resolution name: (constant) @name)]) @definition.module
(assignment left: (constant) @name) @definition.constant
(call method: [(identifier) @reference.call (constant) @reference.call])
(superclass [(constant) @reference.inherit (scope_resolution name: (constant) @reference.inherit)])
(call method: (identifier) @_mixin arguments: (argument_list [(constant) @reference.inherit (scope_resolution name: (constant) @reference.inherit)]) (#any-of? @_mixin "include" "extend" "prepend"))
(call method: (identifier) @_require (#any-of? @_require "require" "require_relative" "load" "autoload")) @import
