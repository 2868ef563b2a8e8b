/** A YAML file with every setting commented out, so that defaults of later versions still count. Comments and empty lines stay. */
export function commentedOut(yaml: string): string {
  return yaml.split('\n').map((line) => (line.trim() === '' || line.trimStart().startsWith('#') ? line : `# ${line}`)).join('\n')
}
