/** Models: what they know, and how right they are. */
import { counted, whole } from "../../counts.ts";
import type { Interval } from "../../models/bootstrap.ts";
import {
  verdictOf,
  type Calibration,
  type Evaluation,
  type Predictor,
  type PredictorScore,
} from "../../models/evaluate.ts";
import { KINDS_OF_MODELS, type ModelKind } from "../../models/kinds.ts";
import type { StoredModel } from "../../models/stored.ts";
import { coefficientIntervals } from "../../models/train.ts";
import { drawCalibration } from "../../pictures/calibration.ts";
import { notes, pageOnly, picture, table, text } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";

/** Bots play without a plan, and the winners of random matches are drawn: what their rounds show is that prox counts right. */
export const OF_BOTS =
  "rounds of bots are among them: they show that the model counts right, and nothing of how people play";

const showInterval = ({ high, low, value }: Interval, digits = 3): string =>
  `${value.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;

function intervalColumns<Row>(
  key: string,
  title: string,
  of: (row: Row) => Interval | null,
): TableColumn<Row>[] {
  return [
    {
      key,
      title,
      value: (row) => of(row)?.value ?? null,
      show: (row) => {
        const found = of(row);
        return found === null ? "" : showInterval(found);
      },
    },
    { key: `${key}_low`, title: "low", value: (row) => of(row)?.low ?? null, csvOnly: true },
    { key: `${key}_high`, title: "high", value: (row) => of(row)?.high ?? null, csvOnly: true },
  ];
}

/** How wrong predictors were; `worse` says than which one. */
export function scoreColumns<Name extends string>(worse: string): TableColumn<PredictorScore<Name>>[] {
  type Row = PredictorScore<Name>;
  return [
    { key: "predictor", title: "who predicts", value: ({ predictor }) => predictor },
    ...intervalColumns<Row>("log_loss", "log loss", (row) => row.logLoss),
    ...intervalColumns<Row>("brier", "Brier score", (row) => row.brier),
    ...intervalColumns<Row>("worse_by", worse, (row) => row.worseBy),
  ];
}
const SCORES = scoreColumns<Predictor>("worse than the model by");

interface FeatureRow {
  readonly name: string;
  readonly says: string;
  readonly weight: Interval;
}
const FEATURES: readonly TableColumn<FeatureRow>[] = [
  { key: "feature", title: "feature", value: ({ name }) => name },
  ...intervalColumns<FeatureRow>("log_odds", "adds to the log-odds", (row) => row.weight),
  { key: "meaning", title: "is", value: ({ says }) => says, detail: 1 },
];

/** What was judged. */
export interface Judged {
  readonly kind: ModelKind;
  readonly rounds: number;
  readonly bots: boolean;
  readonly evaluation: Evaluation;
}

/** Whether probabilities mean what they say, in a sentence. */
export function tellCalibration({
  calibrationError,
  calibrationFloor,
  calibrationSlope,
}: Calibration): string {
  return (
    `calibration: off by ${(calibrationError * 100).toFixed(1)} % on the mean, where chance alone gives ${(calibrationFloor * 100).toFixed(1)} %; ` +
    (calibrationSlope === null
      ? "all predictions are alike"
      : `slope ${showInterval(calibrationSlope, 2)}, 1 is right, below 1 is too sure`)
  );
}

function evaluationLines({ bots, evaluation, kind, rounds }: Judged): string[] {
  const what = kind === "round" ? "moments" : "fights";
  return [
    `${counted(rounds, "round")} of ${counted(evaluation.matches, "match", "matches")}, ${whole(evaluation.rows)} ${what}; ` +
      `${(evaluation.wonShare * 100).toFixed(0)} % won by ${KINDS_OF_MODELS[kind].side}`,
    verdictOf(evaluation),
    tellCalibration(evaluation),
    ...(bots ? [OF_BOTS] : []),
  ];
}

/** How right a kind of model is on matches that it did not see. */
export function evaluationView(judged: Judged): View {
  const { evaluation, kind } = judged;
  const svg = (): string =>
    drawCalibration(
      evaluation.bins,
      evaluation.calibrationFloor,
      "how often it was won, over the probability that was given",
    );
  return {
    title: `How right a model of ${kind}s is`,
    blocks: [
      table(SCORES, evaluation.scores, "On matches that were not seen"),
      text(evaluationLines(judged)),
      pageOnly(picture(svg)),
      notes(["each match was predicted by a model of the others", "95 % intervals over matches"]),
    ],
    csv: () => renderCsv(SCORES, evaluation.scores),
    svg,
  };
}

/** A trained model. */
export function modelView(model: StoredModel): View {
  const { kind, modelId, proxVersion, seed, sha256, trainedAt } = model;
  const [intercept, ...weights] = coefficientIntervals(model);
  const rows: FeatureRow[] = [
    ...(intercept === undefined
      ? []
      : [{ name: "(always)", says: `log-odds of ${KINDS_OF_MODELS[kind].side}`, weight: intercept }]),
    ...KINDS_OF_MODELS[kind].features.flatMap(({ name, says }, index) => {
      const weight = weights[index];
      return weight === undefined ? [] : [{ name, says, weight }];
    }),
  ];
  const judgedView = evaluationView(model);
  return {
    title: `Model ${modelId}: who wins a ${kind}`,
    blocks: [
      text([
        `Model ${modelId}: the probability that ${KINDS_OF_MODELS[kind].side} win a ${kind}`,
        `trained ${trainedAt.toISOString().slice(0, 16).replace("T", " ")} UTC by prox ${proxVersion}, seed ${seed}, ${sha256.slice(0, 12)}`,
      ]),
      table(FEATURES, rows, "Features"),
      ...judgedView.blocks,
    ],
    csv: () => renderCsv(FEATURES, rows),
    ...(judgedView.svg === undefined ? {} : { svg: judgedView.svg }),
  };
}
