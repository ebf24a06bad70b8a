import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";

import { renderCsv, renderTable, withSample } from "../../src/cli/render/table.ts";
import type { TableColumn } from "../../src/cli/render/table.ts";
import { displayWidth, plainLine, terminalOf, wrapLine } from "../../src/cli/render/terminal.ts";
import type { Terminal } from "../../src/cli/render/terminal.ts";
import { plainName } from "../../src/names.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";

interface Row {
  name: string;
  kills: number;
}
const COLUMNS: readonly TableColumn<Row>[] = [
  { key: "name", title: "player", value: (row) => row.name, isName: true },
  { key: "kills", title: "kills", value: (row) => row.kills },
];
const plain: Terminal = { columns: Infinity, colourBits: 1, unicode: true };
const ROWS = Object.values(HOSTILE_NAMES).map((name, index) => ({ name, kills: index * 1000 }));

describe("renderTable", () => {
  it("lines up columns, numbers on the right", () => {
    const rows = [
      { name: "日本", kills: 1234 },
      { name: "^1al", kills: 7 },
    ];
    expect(renderTable(COLUMNS, rows, plain)).toEqual([
      "player  kills",
      "──────  ─────",
      "日本    1,234",
      "al          7",
    ]);
    expect(renderTable(COLUMNS, rows, { ...plain, unicode: false })[1]).toBe("------  -----");
  });

  it("fits the terminal, whatever the names", () => {
    const lines = renderTable(COLUMNS, ROWS, { ...plain, columns: 40 });
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
    expect(lines.some((line) => line.includes("…"))).toBe(true);
    expect(lines).toHaveLength(ROWS.length + 2);
  });

  it("keeps keys whole, leaves details out and shortens names before anything else", () => {
    const columns: readonly TableColumn<Row>[] = [
      { key: "key", title: "key", value: () => "2026-11-22-153252-arena", isKey: true },
      ...COLUMNS,
      { key: "a", title: "first detail", value: () => "aaaaaaaa", detail: 1 },
      { key: "b", title: "second detail", value: () => "bbbbbbbb", detail: 2 },
    ];
    const rows = [{ name: "a name of twenty-two..", kills: 12345 }];
    const at = (width: number): string[] => renderTable(columns, rows, { ...plain, columns: width });
    expect(at(84)[2]).toBe("2026-11-22-153252-arena  a name of twenty-two..  12,345  aaaaaaaa      bbbbbbbb");
    expect(at(75)[2]).toBe("2026-11-22-153252-arena  a name of tw…  12,345  aaaaaaaa      bbbbbbbb");
    expect(at(70)[2]).toBe("2026-11-22-153252-arena  a name of twenty-two..  12,345  aaaaaaaa");
    expect(at(46)[2]).toBe("2026-11-22-153252-arena  a name of tw…  12,345");
    expect(at(20)[2]).toBe("2026-11-22-153252-arena  a name …  12,345");
  });

  it("takes brief forms before it cuts anything, and lets columns go before a line is too long", () => {
    const columns: readonly TableColumn<Row>[] = [
      { key: "key", title: "key", value: () => "2026-11-22-153252-arena", isKey: true },
      {
        key: "rate",
        title: "rate",
        value: () => 0.25,
        ...withSample((_row, hasSample) => (hasSample ? "25 % (16–35, n=77)" : "25 % (16–35)")),
      },
      { key: "words", title: "words", value: () => "some words" },
    ];
    const at = (width: number): string =>
      renderTable(columns, [{ name: "", kills: 1 }], { ...plain, columns: width })[2] ?? "";
    expect(at(55)).toBe("2026-11-22-153252-arena  25 % (16–35, n=77)  some words");
    expect(at(54)).toBe("2026-11-22-153252-arena  25 % (16–35)  some words");
    expect(at(47)).toBe("2026-11-22-153252-arena  25 % (16–35)  some wo…");
    expect(at(46)).toBe("2026-11-22-153252-arena  25 % (16–35)");
    expect(at(30)).toBe("2026-11-22-153252-arena");
  });

  it("writes no escape but its own colours", () => {
    const coloured = renderTable(COLUMNS, ROWS, { ...plain, colourBits: 24 }).join("\n");
    const own = coloured.replace(/\u001B\[(?:0|1|2|38;2;\d+;\d+;\d+)m/gu, "");
    expect(own).not.toMatch(/[\p{Cf}\u0000-\u0009\u000B-\u001F\u007F-\u009F]/u);
    expect(coloured).toContain("\u001B[38;2;255;0;0m");
    expect(renderTable(COLUMNS, ROWS, plain).join("\n")).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/u);
  });
});

describe("renderCsv", () => {
  it("reads back as what went in, and nothing begins like a formula", () => {
    const read: { name: string; kills: string }[] = parse(renderCsv(COLUMNS, ROWS), { columns: true });
    expect(read).toHaveLength(ROWS.length);
    for (const [index, { name, kills }] of read.entries()) {
      expect(name).not.toMatch(/^[=+\-@\t\r\n]/u);
      expect(name.replace(/^'(?=[=+\-@])/u, "")).toBe(plainName(ROWS[index]?.name ?? ""));
      expect(kills).toBe(String(index * 1000));
    }
    const place: TableColumn<Row> = { key: "place", title: "place", value: () => "-1472 -64" };
    const name: TableColumn<Row> = { ...place, key: "name", isName: true };
    expect(renderCsv([place, name], [{ name: "", kills: 0 }])).toBe(
      `place,name\r\n-1472 -64,"'-1472 -64"\r\n`,
    );
    expect(renderCsv(COLUMNS, [{ name: "^1=1+1", kills: -5 }])).toBe('name,kills\r\n"\'=1+1",-5\r\n');
  });
});

describe("plainLine", () => {
  it("writes signs that only UTF-8 has in ASCII, as wide as before, and leaves names alone", () => {
    expect(plainLine("75 % (62–85, n=53) · ×2 · −5 · Zoë…")).toBe("75 % (62-85, n=53) | x2 | -5 | Zoë~");
  });
});

describe("wrapLine", () => {
  it("breaks prose at spaces, keeps its indent, and leaves what fits or cannot be broken", () => {
    expect(wrapLine("  one two three", 10)).toEqual(["  one two", "  three"]);
    expect(wrapLine("日本 日本 日本", 9)).toEqual(["日本 日本", "日本"]);
    expect(wrapLine("  two  spaces", 6)).toEqual(["  two", "  spaces"]);
    expect(wrapLine("fits", 4)).toEqual(["fits"]);
    expect(wrapLine("unbreakable", 4)).toEqual(["unbreakable"]);
  });
});

describe("terminalOf", () => {
  const tty = { isTTY: true, columns: 100, getColorDepth: () => 24 };
  it("shows colours on a terminal only, and obeys NO_COLOR and FORCE_COLOR", () => {
    const locale = { LANG: "en_GB.UTF-8" };
    expect(terminalOf(tty, locale)).toEqual({ columns: 100, colourBits: 24, unicode: true });
    expect(terminalOf(tty, { ...locale, NO_COLOR: "1" }).colourBits).toBe(1);
    expect(terminalOf(tty, {}).unicode).toBe(false);
    expect(terminalOf({}, locale)).toEqual({ columns: Infinity, colourBits: 1, unicode: true });
    expect(terminalOf({}, { FORCE_COLOR: "1", COLUMNS: "60" })).toEqual({
      columns: 60,
      colourBits: 24,
      unicode: true,
    });
  });
});
