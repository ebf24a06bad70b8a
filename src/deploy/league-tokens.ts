/**
 * The words of the engine's `.config` files, as its own reader has them (etlegacy/etlegacy `src/botlib/l_script.c` and
 * `l_precomp.c`). Pure. A file's bytes stand as a Latin-1 string, one character a byte.
 */

/** A word of a `.config` file. `start` and `end` are its place in the text, quotes included. */
export interface LeagueWord {
  /** Without double quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it is one text in double quotes, without escapes: what stands between them is the word. */
  readonly isPlainText: boolean;
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** A number's own ending, `l` and `u`, is no part of the word. */
const NUMBER = /(0[xX][0-9a-fA-F]*|[0-9.]+)[lL]?[uU]?[lL]?/y;
const PUNCTUATION =
  />>=|<<=|\.\.\.|##|&&|\|\||>=|<=|==|!=|[*/%+\-&|^]=|\+\+|--|>>|<<|->|::|\.\*|[*/%+\-=&|^~!><.,;:?(){}[\]\\#$]/y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  b: "\b",
  f: "\f",
  a: "\u0007",
};

/** Reads the words one after another. What follows a zero byte is not read, as in the engine. */
export class LeagueReader {
  readonly #text: string;
  #at = 0;
  /** Read ahead, to see whether another text follows. */
  #waiting: LeagueWord | undefined;
  #directiveAt: number | undefined;

  constructor(whole: string) {
    const zero = whole.indexOf("\0");
    this.#text = zero < 0 ? whole : whole.slice(0, zero);
  }

  /** Where the reader stands: behind the last word. */
  get at(): number {
    return this.#at;
  }

  /** Where a directive (`#` or `$`) begins, which prox does not follow: it reads no word behind it. */
  get directiveAt(): number | undefined {
    return this.#directiveAt;
  }

  /** The next word; undefined at the end, and where the engine cannot read one. */
  next(): LeagueWord | undefined {
    const word = this.#waiting ?? this.#read();
    this.#waiting = undefined;
    if (word === undefined || !this.#isText(word)) return word;
    const follower = this.#read();
    if (follower === undefined || !this.#isText(follower)) {
      this.#waiting = follower;
      return word;
    }
    return { text: word.text + follower.text, start: word.start, end: follower.end, isPlainText: false };
  }

  #isText(word: LeagueWord): boolean {
    return this.#text[word.start] === '"';
  }

  #read(): LeagueWord | undefined {
    if (this.#directiveAt !== undefined || !this.#skipSpace()) return undefined;
    const start = this.#at;
    const first = this.#text[start] ?? "";
    if (first === '"' || first === "'") return this.#readText(first);
    for (const kind of [NUMBER, NAME, PUNCTUATION]) {
      if (kind === NUMBER && !/^(?:[0-9]|\.[0-9])/.test(this.#text.slice(start, start + 2))) continue;
      kind.lastIndex = start;
      const found = kind.exec(this.#text);
      if (found === null) continue;
      if (first === "$" || first === "#") {
        this.#directiveAt = start;
        return undefined;
      }
      this.#at = start + found[0].length;
      return { text: found[1] ?? found[0], start, end: this.#at, isPlainText: false };
    }
    return undefined;
  }

  /** Goes on to the next word; false at the end. Bytes from 128 up count as white space outside of quotes. */
  #skipSpace(): boolean {
    for (;;) {
      while (this.#at < this.#text.length && isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
      if (this.#at >= this.#text.length) return false;
      const isLine = this.#text.startsWith("//", this.#at);
      if (!isLine && !this.#text.startsWith("/*", this.#at)) return true;
      const end = this.#text.indexOf(isLine ? "\n" : "*/", this.#at + 2);
      this.#at = end < 0 ? this.#text.length : end + (isLine ? 1 : 2);
    }
  }

  /** Reads a text in quotes, and what stands in quotes right behind it: the engine takes them for one. */
  #readText(quote: string): LeagueWord | undefined {
    const start = this.#at;
    let value = "";
    let isPlain = quote === '"';
    this.#at += 1;
    for (;;) {
      const character = this.#text[this.#at];
      // The engine gives up here, and goes on behind it when it is asked for the next word.
      if (character === undefined || character === "\n") return undefined;
      if (character === "\\") {
        isPlain = false;
        value += this.#readEscape();
      } else if (character !== quote) {
        value += character;
        this.#at += 1;
      } else {
        this.#at += 1;
        const end = this.#at;
        if (!this.#skipSpace() || this.#text[this.#at] !== quote) {
          this.#at = end;
          const zero = value.indexOf("\0");
          const text = zero < 0 ? value : value.slice(0, zero);
          return { text: quote === '"' ? text : quote + text + quote, start, end, isPlainText: isPlain };
        }
        isPlain = false;
        this.#at += 1;
      }
    }
  }

  /** The character that an escape stands for. */
  #readEscape(): string {
    this.#at += 1;
    const letter = this.#text[this.#at] ?? "";
    const number = /x([0-9A-Za-z]*)|([0-9]*)/y;
    number.lastIndex = this.#at;
    const [whole, hex, decimal] = number.exec(this.#text) ?? [""];
    if (letter === "x" || /[0-9]/.test(letter)) {
      this.#at += whole.length;
      const code = letter === "x" ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return String.fromCharCode(Math.min(Number.isNaN(code) ? 0 : code, 255));
    }
    const known = ESCAPES[letter] ?? (/['"?\\]/.test(letter) ? letter : undefined);
    // What the engine does not know becomes a zero byte, and the letter stays.
    if (known === undefined) return "\0";
    this.#at += 1;
    return known;
  }
}

function isSpace(code: number): boolean {
  return code <= 32 || code > 127;
}
