/** A report made ready to be shown: its text, tables and pictures, and what goes into files. */
import type { Block } from "./blocks.ts";

/** What a report command shows and writes; each file's content is made only when it is asked for. */
export interface View {
  /** Title of the page. */
  readonly title: string;
  /** What the terminal shows, and the page, where {@link html} is missing. */
  readonly blocks: readonly Block[];
  /** The table as CSV. */
  readonly csv?: () => string;
  /** A page of its own. */
  readonly html?: () => string;
  /** The picture; PNG is drawn from it, unless {@link png} draws it. */
  readonly svg?: () => string;
  readonly png?: () => Promise<Uint8Array>;
}
