/** What the commands below `prox report` share: the database, tables, files to write. */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";

import { Flags } from "@oclif/core";

import type { Sql } from "../db/driver/connect.ts";
import { withDatabase, type Database } from "../db/open.ts";
import { SHARE_ADVICE, whoseDatabase } from "../db/whose.ts";
import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";
import { formatFileFault } from "../import/file-fault.ts";
import { safeText } from "../names.ts";
import { renderPng } from "../pictures/png.ts";
import { BaseCommand } from "./base-command.ts";
import { databaseFlag } from "./database-flag.ts";
import { showBlocks } from "./render/blocks.ts";
import { renderPage } from "./render/page.ts";
import { plainLine, terminalOf } from "./render/terminal.ts";
import type { Terminal } from "./render/terminal.ts";
import type { View } from "./render/view.ts";

const helpGroup = "OUTPUT";

/** Where the rounds come from. */
export const sourceFlags = {
  ...databaseFlag,
  from: Flags.string({
    summary:
      "report on these round files, folders or archives instead of a database; can be given several times",
    helpValue: "PATH",
    multiple: true,
    multipleNonGreedy: true,
    exclusive: ["database-url"],
  }),
};

/** Flag `--cell` of the reports that draw cells; undefined for the side that the rounds were recorded with. */
export const cellFlag = Flags.integer({
  summary: "side of a grid cell in units; by default as the rounds were recorded",
  helpValue: "UNITS",
  min: 8,
  max: 8192,
});

const formFlags = {
  csv: Flags.string({
    summary: "write the table as CSV; - is standard output",
    helpValue: "FILE",
    helpGroup,
  }),
  html: Flags.string({
    summary: "write one HTML page with everything in it, to open in a browser; - is standard output",
    helpValue: "FILE",
    helpGroup,
  }),
  png: Flags.string({
    summary: "write the picture as PNG; - is standard output",
    helpValue: "FILE",
    helpGroup,
  }),
  svg: Flags.string({
    summary: "write the picture as SVG; - is standard output",
    helpValue: "FILE",
    helpGroup,
  }),
};
type Form = keyof typeof formFlags;

/** The forms that a report has, as flags; the others are not shown, but {@link ReportCommand} says which there are. */
export function formFlagsFor(...forms: readonly Form[]): typeof formFlags {
  return Object.fromEntries(
    Object.entries(formFlags).map(([name, flag]) => [
      name,
      { ...flag, hidden: !forms.includes(name as Form) },
    ]),
  ) as typeof formFlags;
}

const REFUSED_FORMS: Readonly<Record<Form, string>> = {
  csv: "this report has no table",
  html: "this report has no HTML page",
  png: "this report draws no picture",
  svg: "this report draws no picture",
};

/** Files that a report is written to; a name of `-` is standard output. */
export interface Outputs {
  readonly csv?: string | undefined;
  readonly html?: string | undefined;
  readonly png?: string | undefined;
  readonly svg?: string | undefined;
}

/** A file besides those of {@link Outputs}, where one is asked for. */
export interface ExtraFile {
  readonly file: string | undefined;
  readonly content: () => string;
}

/** Writes to standard output; a reader that has seen enough (`| head`) is no error, oclif sees to that. */
async function writeToStandardOutput(data: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(data)) await once(process.stdout, "drain");
}

/** Base of the commands below `prox report`: where their rounds come from, and the forms that a report can take. */
export abstract class ReportCommand extends BaseCommand {
  /** What standard output can show. */
  readonly #terminal: Terminal = terminalOf(process.stdout);

  /** Opens the database with its schema, or makes one of the files of `--from`; does the work, closes it. */
  protected async withReports<Result>(
    source: Outputs & {
      readonly "database-url"?: string | undefined;
      readonly from?: readonly string[] | undefined;
    },
    work: (sql: Sql) => Promise<Result>,
  ): Promise<Result> {
    const { "database-url": databaseUrl, from } = source;
    this.#refuseForms(source);
    if (from === undefined) {
      return withDatabase({ databaseUrl, signal: this.interrupted }, async (database) => {
        await this.#tellEmpty(database);
        return work(database.sql);
      });
    }
    // Most reports come from a database. Loading this and the renderer of PNG at once would make a short one a tenth longer.
    const { withFiles } = await import("../import/from-files.ts");
    return withFiles(from, this.interrupted, async (sql, { files, rounds }) => {
      for (const { error, label } of files) {
        if (error !== null) this.warn(`${safeText(label)}: ${formatFileFault(error)}`);
      }
      if (rounds.length === 0) {
        throw new ProxError("E_NOTHING_FOUND", `no round files at ${from.map(safeText).join(", ")}`, {
          suggestions: [
            "name files or folders with *_positions.txt, *_combat.txt and so on, or an archive of them",
          ],
        });
      }
      return work(sql);
    });
  }

  /** Writes the files that are asked for, which standard error names, and shows the view on the terminal. */
  protected async present(view: View, outputs: Outputs, extras: readonly ExtraFile[] = []): Promise<void> {
    const { blocks, csv, svg, title } = view;
    const html =
      view.html ?? ((): string => renderPage(title, blocks.map((block) => block.html()).filter(Boolean)));
    const png = view.png ?? (svg === undefined ? undefined : (): Promise<Uint8Array> => renderPng(svg()));
    const files = [
      { file: outputs.csv, content: csv },
      ...extras,
      { file: outputs.html, content: html },
      { file: outputs.svg, content: svg },
      { file: outputs.png, content: png },
    ];
    const toStandardOutput = files.filter(({ file }) => file === "-").length;
    if (toStandardOutput > 1 || (toStandardOutput === 1 && this.jsonEnabled())) {
      throw new ProxError(
        "E_USAGE",
        "cannot write two things to standard output: give - once, and without --json",
      );
    }
    for (const { content, file } of files) {
      if (file !== undefined && content !== undefined) await this.#write(file, await content());
    }
    if (toStandardOutput === 0) {
      const lines = showBlocks(blocks, this.#terminal);
      this.say(this.#terminal.unicode ? lines : lines.map(plainLine));
    }
  }

  /** Says which database has no rounds, and whose data lie nearby: every user has an embedded one of their own. */
  async #tellEmpty({ embedded, sql, url }: Database): Promise<void> {
    const [found] = await sql`select from rounds limit 1`;
    if (found !== undefined) return;
    const { asked, others } = await whoseDatabase(embedded ? undefined : url);
    const message = `no round is in ${asked}`;
    if (others.length === 0) {
      this.warn(message);
      return;
    }
    throw new ProxError("E_NOTHING_FOUND", [message, `other data are there: ${others.join(", ")}`], {
      suggestions: SHARE_ADVICE,
      details: { asked, others },
    });
  }

  /** Says which forms there are where one is asked for that makes no sense. */
  #refuseForms(outputs: Outputs): void {
    const flags = this.ctor.flags;
    const forms = Object.keys(formFlags) as Form[];
    const has = (form: Form): boolean => flags[form] !== undefined && flags[form].hidden !== true;
    const refused = forms.find((form) => outputs[form] !== undefined && !has(form));
    if (refused === undefined) return;
    throw new ProxError("E_FORM", `cannot write --${refused}: ${REFUSED_FORMS[refused]}`, {
      suggestions: [
        `this report can write: ${[...forms.filter(has), "json"].map((form) => `--${form}`).join(", ")}`,
      ],
    });
  }

  async #write(file: string, data: string | Uint8Array): Promise<void> {
    if (file === "-") return writeToStandardOutput(data);
    try {
      await writeFile(file, data);
    } catch (cause) {
      throw new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(cause)}`, {
        suggestions: writingAdvice(cause, ["name a file in an existing folder that you may write to"]),
        cause,
      });
    }
    this.logToStderr(`wrote ${file}`);
  }
}
