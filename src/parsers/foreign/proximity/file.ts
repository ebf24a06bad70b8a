/**
 * A file of the proximity tracker 4 to 6, taken apart: `# key=value` lines, then sections, each a line `# NAME`, comment lines
 * and rows with `;` between their fields. Nothing in it says how many rows there are, and nothing marks its end.
 */
import { refuse } from "../../fault.ts";

/** What the first line says of the version, beside which the file may say more. */
const MARK = /^# PROXIMITY_TRACKER_V([456])\b/;
const HEADER_LINE = /^# ?([a-z_]+)=(.*)$/;
const SECTION_LINE = /^# ([A-Z][A-Z_]*)$/;
/** The writer fails with its buffer, whose size this is, full. */
const BLOCK_BYTES = 4096;

/** A row of a section. */
export interface SectionRow {
  readonly line: number;
  /** As Latin-1. */
  readonly text: string;
}

/** The parts of a file. */
export interface ProximityFile {
  /** 4, 5 or 6. */
  readonly version: number;
  readonly header: ReadonlyMap<string, string>;
  /** By name, in the order of the file. */
  readonly sections: ReadonlyMap<string, readonly SectionRow[]>;
  /** Bytes of a last line without its end. */
  readonly tornBytes: number;
  /** Whether the file looks as if the writer had failed: a torn line, or whole blocks. */
  readonly isTorn: boolean;
}

/** Whether a file begins as one of these does. */
export function isProximityFile(head: string): boolean {
  return MARK.test(head);
}

/** Takes a file apart, given as Latin-1. */
export function takeApart(text: string): ProximityFile {
  const lines = text.split("\n");
  const torn = lines.pop() ?? "";
  const header = new Map<string, string>();
  const sections = new Map<string, SectionRow[]>();
  let rows: SectionRow[] | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (!line.startsWith("#")) {
      if (line !== "") rows?.push({ line: index + 1, text: line });
      continue;
    }
    const section = SECTION_LINE.exec(line)?.[1];
    if (section !== undefined && index > 0) {
      if (sections.has(section))
        refuse("E_FOREIGN_FILE", index + 1, `the section ${section} comes twice`, { text: line });
      sections.set(section, (rows = []));
    } else if (rows === undefined) {
      const [, key, value] = HEADER_LINE.exec(line) ?? [];
      if (key !== undefined && !header.has(key)) header.set(key, value ?? "");
    }
  }
  const version = Number(MARK.exec(text)?.[1]);
  const isTorn = torn !== "" || text.length % BLOCK_BYTES === 0;
  return { version, header, sections, tornBytes: torn.length, isTorn };
}

/** A number in the header that is a time or a length; 0 where it is missing or none. */
export function headerNumber({ header }: ProximityFile, key: string): number {
  const text = header.get(key) ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : 0;
}
