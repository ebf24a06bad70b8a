/** What the commands below `prox report` share: the database, tables, files to write. */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";

import { Flags } from "@oclif/core";

import type { Sql } from "../db/driver/connect.ts";
import { requireSchema, withDatabase } from "../db/open.ts";
import { messageOf, ProxError } from "../errors.ts";
import { formatRefusal } from "../import/refusal.ts";
import { safeText } from "../names.ts";
import { renderPng } from "../pictures/png.ts";
import { BaseCommand } from "./base-command.ts";
import { databaseFlag } from "./database-flag.ts";
import { showBlocks } from "./render/blocks.ts";
import type { Block } from "./render/blocks.ts";
import { renderPage } from "./render/page.ts";
import { plainLine, terminalOf } from "./render/terminal.ts";
import type { Terminal } from "./render/terminal.ts";

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

const formFlags = {
  csv: Flags.string({
    summary: "write the table as CSV; - is standard output",
    helpValue: "FILE",
    helpGroup,
  }),
  html: Flags.string({
    summary: "write one page with everything in it, to open in a browser; - is standard output",
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
  html: "this report has no page",
  png: "this report draws no picture",
  svg: "this report draws no picture",
};

/** Files that a report is written to; a name of `-` is standard output. */
export interface Outputs {
  readonly csv?: string | undefined;
  readonly html?: string | undefined;
  readonly png?: string | undefined;
  readonly svg?: string | undefined;
  readonly ways?: string | undefined;
}

/** Makes what goes into the files. PNG is drawn from the SVG. */
interface Contents {
  readonly csv?: () => string;
  readonly html?: () => string;
  readonly svg?: () => string;
  readonly ways?: () => string;
}

/** Writes to standard output; a reader that has seen enough (`| head`) is no error, oclif sees to that. */
async function writeToStandardOutput(data: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(data)) await once(process.stdout, "drain");
}

/** Base of the commands below `prox report`: where their rounds come from, and the forms that a report can take. */
export abstract class ReportCommand extends BaseCommand {
  #isStandardOutputTaken = false;

  /** What standard output can show. */
  protected get terminal(): Terminal {
    return terminalOf(process.stdout);
  }

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
      return withDatabase({ databaseUrl }, async (database) => {
        await requireSchema(database);
        return work(database.sql);
      });
    }
    // Most reports come from a database. Loading this and the renderer of PNG at once would make a short one a tenth longer.
    const { withFiles } = await import("../import/from-files.ts");
    return withFiles(from, this.interrupted, async (sql, { files, rounds }) => {
      for (const { error, label } of files) {
        if (error !== null) this.warn(`${safeText(label)}: ${formatRefusal(error)}`);
      }
      if (rounds.length === 0) {
        throw new ProxError("E_NOTHING_FOUND", `no round files at ${from.map(safeText).join(", ")}`, {
          exit: "input",
          suggestions: [
            "name files or folders with *_positions.txt, *_combat.txt and so on, or an archive of them",
          ],
        });
      }
      return work(sql);
    });
  }

  /** Text for people; silent where standard output carries a file or JSON. */
  protected say(lines: string | readonly string[]): void {
    if (this.#isStandardOutputTaken) return;
    const { unicode } = this.terminal;
    for (const line of typeof lines === "string" ? [lines] : lines) {
      this.log(unicode ? line : plainLine(line));
    }
  }

  /** Writes the files that are asked for; files on disk are named on standard error. */
  protected async writeOutputs(outputs: Outputs, { csv, html, svg, ways }: Contents): Promise<void> {
    const toStandardOutput = [outputs.csv, outputs.html, outputs.png, outputs.svg, outputs.ways].filter(
      (file) => file === "-",
    );
    if (toStandardOutput.length > 1 || (toStandardOutput.length === 1 && this.jsonEnabled())) {
      throw new ProxError("E_USAGE", "standard output takes one thing: give - once, and without --json", {
        exit: "usage",
      });
    }
    this.#isStandardOutputTaken = toStandardOutput.length > 0;
    if (outputs.csv !== undefined && csv !== undefined) await this.#write(outputs.csv, csv());
    if (outputs.ways !== undefined && ways !== undefined) await this.#write(outputs.ways, ways());
    if (outputs.html !== undefined && html !== undefined) await this.#write(outputs.html, html());
    if (svg === undefined) return;
    if (outputs.svg !== undefined) await this.#write(outputs.svg, svg());
    if (outputs.png !== undefined) await this.#write(outputs.png, await renderPng(svg()));
  }

  /** Writes the files that are asked for, a page of the blocks among them, and shows the blocks on the terminal. */
  protected async present(
    title: string,
    blocks: readonly Block[],
    outputs: Outputs,
    contents: Omit<Contents, "html"> = {},
  ): Promise<void> {
    const html = (): string => renderPage(title, blocks.map((block) => block.html()).filter(Boolean));
    await this.writeOutputs(outputs, { ...contents, html });
    this.say(showBlocks(blocks, this.terminal));
  }

  /** Says which forms there are where one is asked for that makes no sense. */
  #refuseForms(outputs: Outputs): void {
    const flags = this.ctor.flags;
    const forms = Object.keys(formFlags) as Form[];
    const has = (form: Form): boolean => flags[form] !== undefined && flags[form].hidden !== true;
    const refused = forms.find((form) => outputs[form] !== undefined && !has(form));
    if (refused === undefined) return;
    throw new ProxError("E_FORM", `--${refused}: ${REFUSED_FORMS[refused]}`, {
      exit: "usage",
      suggestions: [`its forms: ${[...forms.filter(has), "json"].map((form) => `--${form}`).join(", ")}`],
    });
  }

  async #write(file: string, data: string | Uint8Array): Promise<void> {
    if (file === "-") return writeToStandardOutput(data);
    try {
      await writeFile(file, data);
    } catch (cause) {
      throw new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(cause)}`, {
        exit: "input",
        suggestions: ["name a file in an existing folder that you may write to"],
        cause,
      });
    }
    if (!this.jsonEnabled()) process.stderr.write(`wrote ${file}\n`);
  }
}
