/* eslint-disable no-control-regex -- control characters are what this file is about */
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[ -/]*[0-~])/g
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

/**
 * Text of an agent, a repository or a server as it may be shown on a terminal: no escape sequences, which could move the
 * cursor or set the clipboard, and no marks that change the direction of writing. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(escapes, '').replaceAll(controls, '')
}

/** The same in one line of at most so many characters. */
export function oneLine(text: string, most: number): string {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim()
  const characters = [...line]
  return characters.length <= most ? line : `${characters.slice(0, Math.max(0, most - 1)).join('')}…`
}
