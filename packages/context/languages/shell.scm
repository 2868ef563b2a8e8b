(function_definition name: (word) @name) @definition.function
(command name: (command_name (word) @reference.call))
((command name: (command_name (word) @_source)) @import (#any-of? @_source "source" "."))
