(block (identifier) @_kind . (string_lit (template_literal) @name) . (block_start) (#any-of? @_kind "variable" "output" "provider")) @definition.constant
(block (identifier) @_kind . (string_lit (template_literal) @name) . (block_start) (#eq? @_kind "module")) @definition.module
(block (identifier) @_kind . (string_lit (template_literal) @container) . (string_lit (template_literal) @name) . (block_start) (#any-of? @_kind "resource" "data")) @definition.class
(block (identifier) @_kind (body (attribute (identifier) @name) @definition.constant) (#eq? @_kind "locals"))
(function_call (identifier) @reference.call)
(attribute (identifier) @_source (expression (literal_value (string_lit (template_literal) @import.source))) (#eq? @_source "source"))
