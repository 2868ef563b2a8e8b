// What the host calls; see terms.as and tokens.as.
export {
  begin,
  countOfDocuments,
  countOfEntries,
  countOfLarge,
  countOfLines,
  countBitsOfRows,
  countRuns,
  dropDocuments,
  endDocument,
  endsOfDocuments,
  entriesOfRows,
  exchangeTexts,
  findRuns,
  headsOfRows,
  invertDocuments,
  largeOfRows,
  newDocuments,
  roomForText,
  startsOfLines,
  termRoom,
} from './terms'
export { beginTokens, columnsOfTokens, forgetWords, newSyntax, roomForTokens, tokenCount, tokenise, tokenLine } from './tokens'
