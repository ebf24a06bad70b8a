/** `docs/metrics.md` is written by hand, but for its table of settings, which comes from the settings themselves. */
import { FIRE_SETTING, NUMBER_SETTINGS } from "../../src/lua/settings.ts";

export const SETTINGS_BEGIN = "<!-- settings: generated from src/lua/settings.ts by `npm run docs` -->";
export const SETTINGS_END = "<!-- end of settings -->";

/** The table of settings in Markdown, between its two marks. */
export function settingsTable(): string {
  const rows = [
    ["cvar", "default", "from", "to", "unit", "meaning"],
    ...NUMBER_SETTINGS.map(({ name, default: value, minimum, maximum, unit, description }) => [
      `\`${name}\``,
      String(value),
      String(minimum),
      String(maximum),
      unit,
      description,
    ]),
    [`\`${FIRE_SETTING.name}\``, FIRE_SETTING.default, "", "", "", FIRE_SETTING.description],
  ];
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [SETTINGS_BEGIN, "", line(head), rule, ...body.map(line), "", SETTINGS_END].join("\n");
}

/** The page with its table brought up to date. */
export function withSettings(page: string): string {
  const begin = page.indexOf(SETTINGS_BEGIN);
  const end = page.indexOf(SETTINGS_END);
  if (begin < 0 || end < begin) throw new Error("docs/metrics.md has lost the marks around its settings");
  return page.slice(0, begin) + settingsTable() + page.slice(end + SETTINGS_END.length);
}
