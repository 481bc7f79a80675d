/** Where a text stops being JSON, counted from 1, and what is there. */
export type JsonMistake = { readonly line: number; readonly column: number; readonly found: string };

/** The first place where a text that JSON.parse refused breaks the grammar; undefined for valid JSON. */
export function findJsonMistake(text: string): JsonMistake | undefined {
  const offset = new JsonScanner(text).firstMistake();
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return { line, column, found: offset >= text.length ? 'the end of the file' : JSON.stringify(text.charAt(offset)) };
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING_PART = /(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/y;
const CLOSING = { '{': '}', '[': ']' } as const;
type Opening = keyof typeof CLOSING;

/** Walks the grammar without recursion, so that deep nesting is no danger. Its state is where it stands. */
class JsonScanner {
  readonly #text: string;
  readonly #open: Opening[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstMistake(): number | undefined {
    this.#skip(SPACE);
    do {
      if (!this.#value()) return this.#at;
      if (!this.#afterValue()) return this.#at;
    } while (this.#open.length > 0);
    return this.#at < this.#text.length ? this.#at : undefined;
  }

  /** Reads up to and including one scalar or one empty list or object. */
  #value(): boolean {
    for (;;) {
      const opening = this.#text[this.#at];
      if (opening !== '{' && opening !== '[') return this.#scalar();
      this.#open.push(opening);
      this.#at += 1;
      this.#skip(SPACE);
      if (this.#text[this.#at] === CLOSING[opening]) return true;
      if (opening === '{' && !this.#fieldName()) return false;
    }
  }

  /** Closes what ends here; stands at the next value when a comma follows. */
  #afterValue(): boolean {
    for (;;) {
      this.#skip(SPACE);
      const opening = this.#open.at(-1);
      if (opening === undefined) return true;
      if (this.#take(CLOSING[opening])) this.#open.pop();
      else return this.#take(',') && (this.#skip(SPACE), opening === '[' || this.#fieldName());
    }
  }

  #fieldName(): boolean {
    if (!this.#string()) return false;
    this.#skip(SPACE);
    const colon = this.#take(':');
    this.#skip(SPACE);
    return colon;
  }

  #scalar(): boolean {
    if (this.#text[this.#at] === '"') return this.#string();
    return ['true', 'false', 'null'].some((word) => this.#take(word)) || this.#skip(NUMBER);
  }

  #string(): boolean {
    if (!this.#take('"')) return false;
    this.#skip(STRING_PART);
    return this.#take('"');
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found.length > 0;
  }
}
