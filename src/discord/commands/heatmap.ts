/** `/heatmap`: where it happens on a map. */
import { safeText } from "../../names.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import { renderPng } from "../../pictures/png.ts";
import { discordText } from "../../posts/discord-text.ts";
import { reportHeatmap } from "../../reports/heatmap.ts";
import { HEAT_SUBJECTS } from "../../reports/queries/heat-cells.ts";
import type { SlashCommand } from "../slash-command.ts";
import { altText, sampleWords } from "../words.ts";

/** The command. */
export const HEATMAP: SlashCommand = {
  name: "heatmap",
  description: "Where kills, deaths or anything else happens on a map",
  options: [
    { name: "map", description: "the map", isRequired: true, names: "maps" },
    { name: "date", description: "a day, as 2026-11-23 (UTC); all days unless you say so", names: "days" },
    {
      name: "what",
      description: "what to count; kills unless you say so",
      choices: HEAT_SUBJECTS.map((value) => ({ name: value, value })),
    },
  ],
  answer: async (sql, { date, map, what }) => {
    const subject = HEAT_SUBJECTS.find((one) => one === what) ?? "kills";
    const { picture } = await reportHeatmap(sql, {
      what: subject,
      filters: { map, since: date, until: date },
    });
    const { notes, subtitle, title } = picture.caption;
    return {
      title: discordText(safeText(title)),
      lines: [discordText(subtitle)],
      footer: sampleWords(notes),
      picture: { png: await renderPng(drawHeatmap(picture)), alt: altText([title, subtitle, ...notes]) },
    };
  },
};
