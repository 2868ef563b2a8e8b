(call target: (identifier) @_word (arguments (alias) @name) (#any-of? @_word "defmodule" "defimpl")) @definition.module
(call target: (identifier) @_word (arguments (alias) @name) (#eq? @_word "defprotocol")) @definition.interface
(call target: (identifier) @_word (arguments [(identifier) @name (call target: (identifier) @name) (binary_operator left: (call target: (identifier) @name) operator: "when")]) (#any-of? @_word "def" "defp" "defmacro" "defmacrop" "defguard" "defdelegate")) @definition.function
(call target: [(identifier) @reference.call (dot right: (identifier) @reference.call)])
(call target: (identifier) @_word (#any-of? @_word "alias" "import" "require" "use")) @import
