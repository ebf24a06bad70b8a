/** `/predict`: who would win a round, as the trained model of rounds sees it. */
import { formatClock } from "../../clock.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { ProxError } from "../../errors.ts";
import { findProvedModel, predictIfTrained, type RoundPrediction } from "../../models/predict.ts";
import { describeModel, describeMoment } from "../../models/words.ts";
import { renderPng } from "../../pictures/png.ts";
import { drawWinCurve } from "../../pictures/win-curve.ts";
import { cutText, discordText } from "../../posts/discord-text.ts";
import { resolveRounds } from "../../reports/find-rounds.ts";
import type { SlashCommand } from "../slash-command.ts";
import { altText, sampleWords } from "../words.ts";

const MOMENTS_TOLD = 5;
const MOMENT_LENGTH = 200;

const percent = (share: number): string => (share * 100).toFixed(0);

/** What the curve says at a share of the round's time. */
function chanceLine({ curve }: RoundPrediction, when: string, share: number): string {
  const point = curve[Math.min(curve.length - 1, Math.floor(share * curve.length))];
  if (point === undefined) return "";
  const { axis, high, low, timeMs } = point;
  return `${when} (${formatClock(timeMs)}): Axis win with ${percent(axis)} % (${percent(low)}–${percent(high)} %)`;
}

function momentLine({ after, before, events, timeMs }: RoundPrediction["moments"][number]): string {
  const gain = (Math.abs(after - before) * 100).toFixed(1);
  const team = TEAM_NAMES[after > before ? 1 : 2];
  return `${formatClock(timeMs)} ${cutText(describeMoment(events), MOMENT_LENGTH)}: +${gain} points for ${team}`;
}

/** The command. */
export const PREDICT: SlashCommand = {
  name: "predict",
  description: "Who would win a round, second by second, and what moved it most",
  options: [{ name: "round", description: "the round; the latest unless you say so", names: "rounds" }],
  answer: async (sql, { round: key = "latest" }) => {
    const model = await findProvedModel(sql);
    if (model === undefined)
      throw new ProxError(
        "E_TOO_LITTLE_DATA",
        "no model of rounds is trained that was better than the base rate",
      );
    const [round] = await resolveRounds(sql, [key]);
    const prediction = round && (await predictIfTrained(sql, round.roundId, false, model));
    if (prediction === undefined)
      throw new ProxError("E_NOTHING_FOUND", "nothing is recorded of who lived and fell in this round");
    const { curve, endMs, moments, winnerTeam } = prediction;
    const won = winnerTeam === null ? "nobody won" : `${TEAM_NAMES[winnerTeam] ?? ""} won`;
    const chances = [
      chanceLine(prediction, "at the start", 0),
      chanceLine(prediction, "half way", 0.5),
      chanceLine(prediction, "at the end", 1),
    ];
    const label = `The probability that Axis win, over the round's time: ${chances.join("; ")}`;
    return {
      title: `Who would win ${discordText(prediction.roundKey)}`,
      lines: [
        ...[`${won} after ${formatClock(endMs)}`, ...chances].map(discordText),
        ...(moments.length === 0 ? [] : ["**Moments that moved it most**"]),
        ...moments.slice(0, MOMENTS_TOLD).map((moment) => discordText(momentLine(moment))),
      ],
      footer: sampleWords([...describeModel(prediction.model), "points are hundredths of probability"]),
      picture: {
        png: await renderPng(drawWinCurve(curve, moments, endMs, label)),
        alt: altText([label, won]),
      },
    };
  },
};
