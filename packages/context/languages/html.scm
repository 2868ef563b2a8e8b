(attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @name) (#eq? @_name "id")) @definition.constant
(attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @import.source) (#any-of? @_name "src" "href"))
