const places = /(^|\/)(tests?|__tests__|specs?|__snapshots__|__mocks__|testdata|fixtures)\//i
const names = /(^|\/)(test_[^/]*|[^/]*[._-](test|tests|spec|specs)\.[^/]+|[^/]*_test\.[^/]+|[^/]*Tests?\.(java|kt|cs|php|swift|scala))$/

/** Whether a path is that of a test, or of something that tests read. */
export function isTestFile(path: string): boolean {
  return places.test(path) || names.test(path)
}

const assertion = /\b(assert\w*|expect\w*|should|require\.\w+|t\.(is|not|true|false|deepEqual|equal|same|ok|throws|Error|Fatal)\w*|XCTAssert\w*|EXPECT_\w+|ASSERT_\w+|verify|refute|raises)\b|\.to\.\w+|\.should\b/

/** Whether a line of a test demands something. Comments do not. */
export function isAssertion(line: string): boolean {
  return assertion.test(line) && !/^\s*(\/\/|#|\*|\/\*|import\b|from\b|const .*require\()/.test(line)
}
