/**
 * JSON of other trackers, item by item: the values at given paths, however large the file is. Bytes that are no UTF-8, which these
 * files have in names, are kept: strings hold one character a byte, for `decodeMixed`.
 */
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";

import { refuse } from "../fault.ts";

/** A value at one of the paths: where it stands, without the root, and what it is. Bytes of text are characters. */
export interface JsonItem {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** Number of the line that it ends in, from 1. */
  readonly line: number;
}

/** How much of a file an item may take, so that memory is bounded. The largest rounds that were seen have 3 MB. */
const MAXIMUM_ITEM_BYTES = 32 << 20;
/** How deep values may lie in each other; these files have 8 levels. */
const MAXIMUM_DEPTH = 32;
const STRING_BUFFER_BYTES = 65536;
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];
const NOT_ASCII = /[\x80-\xff]/;

/** Takes JSON apart. Throws `RoundFileError`, with line and byte, where it is none, and at the end where it was cut. */
export class JsonItems {
  readonly #tokenizer = new Tokenizer({ stringBufferSize: STRING_BUFFER_BYTES });
  readonly #parser: TokenParser;
  #items: JsonItem[] = [];
  #depth = 0;
  /** Bytes before the present chunk, in the file. */
  #bytes = 0;
  /** Lines that ended before the present chunk. */
  #lines = 0;
  /** Where the last item ended. */
  #itemEnd = 0;
  #error: Error | undefined;
  #isWhole = false;

  readonly #maximumItemBytes: number;

  /** `paths` as the library has them: `$.rounds.*`. */
  constructor(paths: readonly string[], maximumItemBytes = MAXIMUM_ITEM_BYTES) {
    this.#maximumItemBytes = maximumItemBytes;
    this.#parser = new TokenParser({ paths: [...paths], keepStack: false });
    this.#parser.onValue = ({ key, stack, value }) => {
      const path = [...stack.slice(1).map((element) => element.key), key];
      this.#items.push({ path: path.filter((step) => step !== undefined), value, line: this.#lines + 1 });
      this.#itemEnd = this.#bytes;
    };
    const fail = (error: Error): void => {
      this.#error ??= error;
    };
    this.#parser.onError = fail;
    this.#parser.onEnd = () => {
      this.#isWhole = true;
    };
    this.#tokenizer.onError = fail;
    // The library ends both by itself when the value is whole.
    this.#tokenizer.onToken = (token) => {
      if (token.token === TokenType.LEFT_BRACE || token.token === TokenType.LEFT_BRACKET) this.#depth++;
      if (token.token === TokenType.RIGHT_BRACE || token.token === TokenType.RIGHT_BRACKET) this.#depth--;
      if (this.#depth > MAXIMUM_DEPTH)
        fail(new Error(`values lie more than ${MAXIMUM_DEPTH} deep in each other`));
      else if (this.#error === undefined) this.#parser.write(token);
    };
  }

  /** Reads the next chunk. */
  *push(chunk: Buffer): Generator<JsonItem> {
    // Piece by piece: what is wrong with the bytes of a piece is told with its place.
    let start = 0;
    // A byte order mark may come first.
    while (this.#bytes < BYTE_ORDER_MARK.length && chunk[start] === BYTE_ORDER_MARK[this.#bytes]) {
      this.#bytes++;
      start++;
    }
    while (start < chunk.length) {
      const lineEnd = chunk.indexOf(10, start);
      const end = lineEnd < 0 ? chunk.length : lineEnd + 1;
      this.#write(chunk.subarray(start, end));
      if (lineEnd >= 0) this.#lines++;
      start = end;
      const items = this.#items;
      this.#items = [];
      yield* items;
    }
  }

  /** Ends the file. */
  end(): void {
    if (this.#isWhole) return;
    refuse("E_FOREIGN_FILE", this.#lines + 1, `the JSON was cut: it ends after byte ${this.#bytes}`);
  }

  #write(piece: Buffer): void {
    const latin1 = piece.toString("latin1");
    if (this.#isWhole) {
      if (latin1.trim() === "") return;
      this.#refuse("there is text after the end of the JSON", latin1);
    }
    this.#tokenizer.write(NOT_ASCII.test(latin1) ? Buffer.from(latin1, "utf8") : piece);
    this.#bytes += piece.length;
    if (this.#error !== undefined) this.#refuse("this is no JSON", latin1);
    if (this.#bytes - this.#itemEnd > this.#maximumItemBytes) {
      this.#refuse(`a value has more than ${this.#maximumItemBytes} bytes, which no round has`, latin1);
    }
  }

  #refuse(message: string, text: string): never {
    refuse("E_FOREIGN_FILE", this.#lines + 1, `${message}, before byte ${this.#bytes}`, {
      text: text.trim(),
    });
  }
}
